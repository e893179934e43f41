//! How far a long command has come, on a terminal.

use std::time::Duration;

use super::bar::Bar;
use crate::operate::backups::{Stage, Watch};

/// The bar of a command that goes from stage to stage.
#[derive(Debug)]
pub(super) struct Stages(Bar);

impl Stages {
    /// Shows how far `work` has come, as long as it lasts.
    pub(super) fn of<T>(work: impl FnOnce(&Watch<'_>) -> T) -> T {
        let bar = Bar::on_terminal("{msg:12} {bar:40} {percent:>3} % {elapsed}");
        bar.enable_steady_tick(Duration::from_millis(200));
        let stages = Self(bar);
        work(&|stage, done, total| stages.at(stage, done, total))
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
