//! How far a long command has come, on a terminal.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::operate::backups::{Stage, Watch};

/// A bar on stderr when that is a terminal, else nothing.
#[derive(Debug)]
pub(super) struct Stages(ProgressBar);

impl Stages {
    /// Shows how far `work` has come, as long as it lasts.
    pub(super) fn of<T>(work: impl FnOnce(&Watch<'_>) -> T) -> T {
        let stages = Self::on_terminal();
        work(&|stage, done, total| stages.at(stage, done, total))
    }

    /// Shows itself on a terminal only.
    fn on_terminal() -> Self {
        let target = if std::io::stderr().is_terminal() {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(Some(0), target);
        if let Ok(style) =
            ProgressStyle::with_template("{msg:12} {bar:40} {percent:>3} % {elapsed}")
        {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        Self(bar)
    }

    /// So much is done of so much.
    fn at(&self, stage: Stage, done: u64, total: u64) {
        self.0.set_message(match stage {
            Stage::Copy => "copying",
            Stage::Examine => "examining",
            Stage::Pack => "packing",
            Stage::Read => "reading back",
            Stage::Unpack => "unpacking",
        });
        self.0.set_length(total);
        self.0.set_position(done);
    }
}

impl Drop for Stages {
    /// Leaves the terminal as it was.
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
