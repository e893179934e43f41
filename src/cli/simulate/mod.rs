//! Identity providers, played against a running appliance with invented people.
//!
//! `run` is the door. A provider's script (`entra`) plays on a `scene`: the `wire` to the server, the `world` of
//! people and groups, the `roster` of links between them. What it finds becomes a `report`.

mod address;
mod command;
mod entra;
mod error;
mod look;
mod progress;
mod report;
mod roster;
mod run;
mod scene;
mod token;
mod wire;
mod world;

pub use command::{CommonArgs, EntraArgs, Flag, Provider, SimulateArgs};
pub use error::SimulateError;
pub use report::Report;
pub use run::{Surroundings, run};
