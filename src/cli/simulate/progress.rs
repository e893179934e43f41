//! Shows on a terminal how far the simulation is.

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar on stderr when that is a terminal, else nothing.
#[derive(Debug)]
pub(super) struct Progress(ProgressBar);

impl Progress {
    /// Shows itself on a terminal only.
    pub(super) fn on_terminal() -> Self {
        let target = if std::io::stderr().is_terminal() {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(Some(0), target);
        if let Ok(style) = ProgressStyle::with_template("{msg:32} {bar:30} {pos}/{len} {elapsed}") {
            bar.set_style(style);
        }
        Self(bar)
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

    /// Leaves the terminal as it was.
    pub(super) fn end(&self) {
        self.0.finish_and_clear();
    }
}
