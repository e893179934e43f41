//! `appliance update`: a newer version in the place of this program, signed, probed, and with a way back.
//!
//! Reading order: the run, what a source offers, by which keys it is believed, what makes an archive a
//! release, and how the program in it is probed and takes its place.

mod command;
mod keys;
mod offer;
mod package;
mod probe;
mod release;
mod run;
mod seat;
mod stage;
mod trial;

pub(in crate::cli) use command::UpdateArgs;
pub(in crate::cli) use run::run;
