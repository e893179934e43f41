//! Identity providers, played against a running appliance with invented people.
//!
//! `run` is the door. A provider's `script` plays on a `scene`: the `wire` to the server, the `world` of people and
//! groups, the `roster` of links between them. What it finds becomes a `report`. Entra ID has a script of its own;
//! the other `providers` are lists of `habits`, which one `routine` plays.

mod address;
mod cast;
mod command;
mod entra;
mod error;
mod group_habits;
mod habits;
mod look;
mod messages;
mod progress;
mod providers;
mod report;
mod roster;
mod routine;
mod run;
mod scene;
mod script;
mod token;
mod wire;
mod world;

pub use command::{CommonArgs, EntraArgs, Flag, OktaArgs, Provider, SimulateArgs};
pub use error::SimulateError;
pub use report::Report;
pub use run::{Surroundings, run};
