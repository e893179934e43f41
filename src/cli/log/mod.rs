//! `appliance log`: exchanges and changes by time. How it is answered, and the lines.

mod in_json;
mod lines;
mod names;
mod run;

pub(super) use in_json::{exchange, token};
pub(super) use names::Names;
pub(super) use run::{EXCHANGES_OFF, run};
