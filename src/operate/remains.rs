//! What an installation has left in a directory that has no database any more. A server begins anew there
//! as anywhere, but whoever lost the database must hear of it before an identity provider has filled the
//! new one.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use super::backups::{DATABASE, shelf};
use crate::base::Settings;

/// What nobody but a server makes. Not the lock, which a start that came to nothing leaves too.
const COMPANIONS: [&str; 5] = [
    "acme",
    "appliance.sqlite-wal",
    "certificate.key",
    "certificate.pem",
    "exchanges.sqlite",
];

/// What is left of an installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remains {
    found: Vec<String>,
    newest: Option<PathBuf>,
}

/// Looks for remains, before a database is made; `None` where there is one, or nothing else.
pub fn remains(settings: &Settings) -> Option<Remains> {
    let dir = &settings.data_dir;
    let there = |name: &str| fs::metadata(dir.join(name)).is_ok();
    // An empty file is what SQLite, or a disk that lost its mind, leaves of none.
    let has_database = fs::metadata(dir.join(DATABASE)).is_ok_and(|found| found.len() > 0);
    if has_database {
        return None;
    }
    let mut found: Vec<String> = COMPANIONS
        .into_iter()
        .filter(|name| there(name))
        .map(str::to_owned)
        .collect();
    found.extend(kept_aside(dir));
    let shelved = shelf(&settings.backup_dir(), &[]).unwrap_or_default();
    let newest = shelved.into_iter().next().map(|backup| backup.file);
    found.extend(newest.as_ref().map(|file| file.display().to_string()));
    (!found.is_empty()).then_some(Remains { found, newest })
}

/// Databases that a restore or an update has put aside.
fn kept_aside(dir: &Path) -> Vec<String> {
    let mut kept: Vec<String> = fs::read_dir(dir)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| {
            let rest = name.strip_prefix(DATABASE).unwrap_or_default();
            rest.starts_with(".before-restore-") || rest.starts_with(".format-")
        })
        .collect();
    kept.sort();
    kept
}

impl fmt::Display for Remains {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = self.newest.as_ref();
        let file = file.map_or_else(|| "FILE".to_owned(), |file| file.display().to_string());
        write!(
            f,
            "an empty installation begins where one was before, whose database is missing; there are {}. \
             If its people are wanted, stop the server now, and `appliance restore {file}`",
            self.found.join(", ")
        )
    }
}
