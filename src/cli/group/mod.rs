//! `appliance group …`: a file for each answer.

mod list;
mod restore;
mod run;
mod show;

pub(super) use run::run;
