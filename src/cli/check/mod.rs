//! `appliance check`: is this installation fit to serve? What is looked at stands in a file for each
//! noun; `run` puts it together and says it.

mod certificate;
mod command;
mod configuration;
mod database;
mod finding;
mod keys;
mod machine;
mod reach;
mod run;

pub(super) use command::CheckArgs;
pub(super) use run::run;
