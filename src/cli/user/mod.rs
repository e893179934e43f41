//! `appliance user …`: a file for each answer.

mod active;
mod duplicates;
mod history;
mod list;
mod person;
mod restore;
mod run;
mod show;
mod timeline;
mod unbound;
mod waiting;

pub(super) use run::run;
