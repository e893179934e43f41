//! `appliance user …`: what is typed, and a file for each answer.

mod command;
mod history;
mod run;
mod timeline;

pub(super) use command::UserCommand;
pub(super) use run::run;
