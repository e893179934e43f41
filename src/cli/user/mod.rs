//! `appliance user …`: a file for each answer.

mod history;
mod run;
mod timeline;

pub(super) use run::run;
