//! `appliance group …`: a file for each answer.

mod restore;
mod run;

pub(super) use run::run;
