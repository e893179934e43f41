//! Shows on a terminal how far the simulation is.

use crate::cli::bar::Bar;

/// The bar of a simulation, which begins anew with each of its parts.
#[derive(Debug)]
pub(super) struct Progress(Bar);

impl Progress {
    /// Shows itself on a terminal only.
    pub(super) fn on_terminal() -> Self {
        Self(Bar::on_terminal("{msg:32} {bar:30} {pos}/{len} {elapsed}"))
    }

    /// Begins a part of the simulation with this many steps.
    pub(super) fn begin(&self, part: &str, steps: usize) {
        self.0.set_length(u64::try_from(steps).unwrap_or(u64::MAX));
        self.0.set_position(0);
        self.0.set_message(part.to_owned());
    }

    /// One step is done.
    pub(super) fn step(&self) {
        self.0.inc(1);
    }
}
