//! A copy of the database, taken while others read and write it.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use super::connect::{file_of, open};
use super::error::StoreError;
use super::pragmas::{PATIENCE, Purpose};

/// Pages that are copied at once: 4 MiB.
const PAGES: i32 = 1_024;

/// How far a long job has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What is done of it, in whatever it counts.
    pub done: u64,
    /// All of it.
    pub total: u64,
}

/// Copies the database of the data directory `dir` into the empty file `target`: everything that was
/// committed before, as one snapshot and in one file. Nobody waits for it; the log of a server grows
/// until it is done, because the snapshot needs it.
///
/// The copy is not synced: whoever makes something of it does that.
pub fn copy(dir: &Path, target: &Path, watch: &mut dyn FnMut(Progress)) -> Result<(), StoreError> {
    copy_file(&file_of(dir), target, watch)
}

/// The same for a database file by its name.
pub(super) fn copy_file(
    source: &Path,
    target: &Path,
    watch: &mut dyn FnMut(Progress),
) -> Result<(), StoreError> {
    let source = open(source, Purpose::Read)?;
    // Inside a transaction every step reads the same snapshot. Without one, each commit of somebody
    // else would make the copy begin anew, and under a steady load it would never end.
    source.execute_batch("BEGIN; SELECT count(*) FROM sqlite_schema;")?;
    let mut copy = scratch(target)?;
    fill(&source, &mut copy, watch)?;
    source.execute_batch("COMMIT")?;
    drop(copy);
    // What was copied says of itself that it has a log.
    settle(target)
}

/// Makes a database that nobody else uses one file, without a log beside it.
pub fn settle(file: &Path) -> Result<(), StoreError> {
    let sql = scratch(file)?;
    let mode: String =
        sql.pragma_update_and_check(None, "journal_mode", "delete", |row| row.get(0))?;
    if mode != "delete" {
        return Err(StoreError::Pragma {
            name: "journal_mode",
            found: mode,
            wanted: "delete".to_owned(),
        });
    }
    sql.close().map_err(|(_, error)| error.into())
}

/// A file that nobody else looks at, and that is thrown away if anything happens: neither journal nor
/// syncs.
fn scratch(file: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let sql = Connection::open_with_flags(file, flags)?;
    sql.pragma_update(None, "synchronous", 0)?;
    Ok(sql)
}

fn fill(
    source: &Connection,
    copy: &mut Connection,
    watch: &mut dyn FnMut(Progress),
) -> Result<(), StoreError> {
    let backup = Backup::new(source, copy)?;
    let mut stuck: Option<Instant> = None;
    loop {
        let step = backup.step(PAGES)?;
        let pages = backup.progress();
        let number = |pages: i32| u64::try_from(pages).unwrap_or(0);
        let total = number(pages.pagecount);
        watch(Progress {
            done: total.saturating_sub(number(pages.remaining)),
            total,
        });
        match step {
            StepResult::Done => return Ok(()),
            StepResult::More => stuck = None,
            _ if stuck.get_or_insert_with(Instant::now).elapsed() > PATIENCE => {
                return Err(StoreError::Locked);
            }
            _ => thread::sleep(Duration::from_millis(10)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Timestamp;
    use crate::store::connect::private;
    use crate::store::contents::judge;
    use crate::store::handle::Store;
    use crate::store::session::Role;

    #[test]
    fn a_copy_holds_what_was_committed_before_it_and_nothing_of_after() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path(), Role::Server).unwrap();
        let note = |subject: &'static str| {
            let now = Timestamp::from_millis(0);
            let noted: Result<i64, StoreError> = store
                .write(move |tx| tx.append_audit(now, "test", "note", subject))
                .wait();
            noted
        };
        note("before").unwrap();
        let target = dir.path().join("copy");
        private(&target).unwrap();
        let mut seen = Vec::new();
        copy(dir.path(), &target, &mut |progress| {
            // A write in the midst of it neither waits for it nor comes into it.
            note("meanwhile").unwrap();
            seen.push(progress);
        })
        .unwrap();
        let last = seen.last().unwrap();
        assert_eq!(last.done, last.total);
        assert!(last.total > 10);
        judge(&target).unwrap();
        let copy = Connection::open(&target).unwrap();
        let subjects: String = copy
            .query_row("SELECT group_concat(subject) FROM audit", [], |row| {
                row.get(0)
            })
            .unwrap();
        assert_eq!(subjects, "before");
        let files = std::fs::read_dir(dir.path()).unwrap();
        let mut companions = files.filter(|entry| {
            let name = entry.as_ref().unwrap().file_name();
            name.to_string_lossy().starts_with("copy-")
        });
        assert!(companions.next().is_none(), "the copy is one file");
    }
}
