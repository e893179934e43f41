//! The simulated directory: people and groups that are invented, and the same in every run.

mod details;
mod names;
mod path;
mod people;
mod population;
mod profile;
mod random;
mod story;
mod teams;

pub(super) use path::{Element, Path};
pub(super) use people::Person;
pub(super) use population::{Day, Population};
pub(super) use profile::{Difference, Profile};
pub(super) use teams::Team;
