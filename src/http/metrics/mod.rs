//! What a monitoring system is told: what `meters` counts while requests are answered, read together with
//! the state of the installation when somebody asks.

mod exposition;
mod files;
mod page;
mod reading;

pub(super) use reading::read;
