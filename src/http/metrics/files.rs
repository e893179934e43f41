//! The sizes of what is in the data directory.

use std::path::Path;

use crate::operate::health;

/// Bytes on disk.
#[derive(Debug)]
pub(super) struct Files {
    /// Each kind of file, with what it takes.
    pub(super) sizes: Vec<(&'static str, u64)>,
    /// What is free beside them; `None` when the system does not say.
    pub(super) free: Option<u64>,
}

impl Files {
    /// Looks at the data directory.
    pub(super) fn of(dir: &Path) -> Self {
        let size = |name: &str| std::fs::metadata(dir.join(name)).map_or(0, |found| found.len());
        Self {
            sizes: vec![
                ("database", size("appliance.sqlite")),
                ("wal", size("appliance.sqlite-wal")),
                ("exchanges", size("exchanges.sqlite")),
                ("exchanges_wal", size("exchanges.sqlite-wal")),
            ],
            free: health::room(dir).ok().map(|room| room.free),
        }
    }
}
