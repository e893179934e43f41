//! The format of the file: made from `schema.sql`, checked when it is there, refused when it is
//! newer than this program.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, TransactionBehavior, params};

use super::backup::copy_file;
use super::connect::{beside, private};
use super::error::StoreError;
use super::format::{APPLICATION, KNOWN, recognise};
use super::numbers::kind_number;
use super::session::Role;
use crate::base::Timestamp;
use crate::scim::Kind;

/// The whole schema of the present format.
const SCHEMA: &str = include_str!("../../schema.sql");
/// What brings a file from one format to the next: the first starts from format 1. What a released
/// program has written stays as it is here; a change to `schema.sql` is a change to the last of these
/// until the format is released, and then a new one.
const STEPS: [(u32, &str); 1] = [(2, include_str!("steps/2.sql"))];

/// What is kept of an old file before it is brought to the present format.
#[derive(Debug, Clone, Copy)]
pub(super) enum Before<'a> {
    /// A copy beside this, which is the file.
    Copy(&'a Path),
    /// Nothing: what it was made from is still there.
    Nothing,
}

/// Brings the file to the present format, or says why not. An empty file is filled, with the
/// connection `default` in it, in one transaction.
pub(super) fn migrate(
    sql: &mut Connection,
    role: Role,
    before: Before<'_>,
    now: Timestamp,
) -> Result<(), StoreError> {
    if recognise(sql)? == Some(KNOWN) {
        return Ok(());
    }
    // Another process may be at it too: look again once nobody else can write.
    let transaction = sql.transaction_with_behavior(TransactionBehavior::Immediate)?;
    match recognise(&transaction)? {
        None => create(&transaction, now)?,
        Some(KNOWN) => {}
        Some(found) => match role {
            Role::Guest => {
                return Err(StoreError::Older {
                    found,
                    known: KNOWN,
                });
            }
            Role::Server => {
                let kept = match before {
                    Before::Copy(file) => Some(keep(file, found, now)?),
                    Before::Nothing => None,
                };
                if let Err(error) = climb(&transaction, found) {
                    // Nothing was changed, so it is a second copy of what is there; and a service that is
                    // started again and again would fill the disk with them.
                    if let Some(kept) = kept {
                        fs::remove_file(&kept).map_err(|cause| StoreError::io(&kept, cause))?;
                    }
                    return Err(error);
                }
            }
        },
    }
    transaction.commit()?;
    Ok(())
}

/// Keeps a copy of the file as it is, and says where. Nobody can write meanwhile, so it is what the steps start from.
fn keep(file: &Path, found: u32, now: Timestamp) -> Result<PathBuf, StoreError> {
    let kept = beside(file, &format!(".format-{found}-{}", now.compact()));
    let partial = beside(file, ".format.partial");
    let complain = |cause| StoreError::io(&kept, cause);
    // One name for all, so that what a killed start has left goes.
    for left in [&beside(&partial, "-journal"), &partial] {
        match fs::remove_file(left) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(complain(error)),
            _ => {}
        }
    }
    private(&partial)?;
    let copied = copy_file(file, &partial, &mut |_| {}).and_then(|()| {
        File::open(&partial)
            .and_then(|copy| copy.sync_all())
            .and_then(|()| fs::rename(&partial, &kept))
            .map_err(complain)
    });
    if let Err(error) = copied {
        // Half a copy is worth nothing, and its room may be what is missing.
        let _ = fs::remove_file(&partial);
        return Err(error);
    }
    let directory = file.parent().unwrap_or(Path::new("."));
    File::open(directory)
        .and_then(|directory| directory.sync_all())
        .map_err(complain)?;
    tracing::info!(
        kept = %kept.display(),
        format = found,
        "a copy of the database is kept; to return, stop the server and have the program that made \
         it restore it"
    );
    Ok(kept)
}

/// Takes every step from the format `found` on. Nothing of it is there before the last has succeeded.
fn climb(sql: &Connection, found: u32) -> Result<(), StoreError> {
    for (reached, step) in STEPS {
        if reached > found {
            sql.execute_batch(step)?;
            sql.pragma_update(None, "user_version", reached)?;
            tracing::info!(
                format = reached,
                "the database was brought to a newer format"
            );
        }
    }
    Ok(())
}

fn create(sql: &Connection, now: Timestamp) -> Result<(), StoreError> {
    sql.execute_batch(SCHEMA)?;
    sql.execute(
        "INSERT INTO control (one, generation, rules, secret)
         VALUES (1, 1, 1, randomblob(32))",
        [],
    )?;
    insert_connection(sql, "default", "generic", now)?;
    sql.pragma_update(None, "application_id", APPLICATION)?;
    sql.pragma_update(None, "user_version", KNOWN)?;
    Ok(())
}

/// A connection with its counters; its number.
pub(super) fn insert_connection(
    sql: &Connection,
    name: &str,
    profile: &str,
    now: Timestamp,
) -> Result<i64, StoreError> {
    let number = sql
        .prepare_cached(
            "INSERT INTO connection (name, profile, paused, created)
             VALUES (?, ?, 0, ?)",
        )?
        .insert(params![name, profile, now.as_millis()])?;
    for kind in Kind::ALL {
        sql.prepare_cached(
            "INSERT INTO population (connection, kind, live, removed)
             VALUES (?, ?, 0, 0)",
        )?
        .execute(params![number, kind_number(kind)])?;
    }
    Ok(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::connect::{file_of, open, prepare};
    use crate::store::pragmas::Purpose;

    fn fresh(dir: &tempfile::TempDir) -> Connection {
        prepare(dir.path()).unwrap();
        open(&file_of(dir.path()), Purpose::Write).unwrap()
    }

    /// A file of format 1 with what `statements` put into it.
    fn of_format_1(dir: &tempfile::TempDir, statements: &str) -> Connection {
        let sql = fresh(dir);
        sql.execute_batch(include_str!("../../tests/store/formats/1.sql"))
            .unwrap();
        sql.execute_batch(statements).unwrap();
        sql.pragma_update(None, "application_id", APPLICATION)
            .unwrap();
        sql.pragma_update(None, "user_version", 1).unwrap();
        sql
    }

    fn migrated(sql: &mut Connection, role: Role) -> Result<(), StoreError> {
        migrate(sql, role, Before::Nothing, Timestamp::from_millis(0))
    }

    #[test]
    fn an_empty_file_is_filled_once() {
        let dir = tempfile::tempdir().unwrap();
        let mut sql = fresh(&dir);
        migrated(&mut sql, Role::Guest).unwrap();
        migrated(&mut sql, Role::Server).unwrap();
        let names: String = sql
            .query_row("SELECT group_concat(name) FROM connection", [], |row| {
                row.get(0)
            })
            .unwrap();
        assert_eq!(names, "default");
    }

    /// Tables with their columns, and indexes with their text: all that a schema says but for the
    /// layout, which adding a column to a table does not keep.
    fn described(sql: &Connection) -> Vec<String> {
        let mut columns = sql
            .prepare(
                "SELECT printf('%s strict=%d rowid=%d %d.%s %s notnull=%d default=%s key=%d',
                   list.name, list.strict, NOT list.wr, info.cid, info.name, info.type,
                   info.\"notnull\", info.dflt_value, info.pk)
                 FROM pragma_table_list AS list, pragma_table_xinfo(list.name) AS info
                 WHERE list.schema = 'main' AND list.type = 'table'
                 UNION ALL
                 SELECT printf('%s %s.%s > %s.%s on delete %s', list.name, key.id, key.\"from\",
                   key.\"table\", key.\"to\", key.on_delete)
                 FROM pragma_table_list AS list, pragma_foreign_key_list(list.name) AS key
                 WHERE list.schema = 'main' AND list.type = 'table'
                 UNION ALL
                 SELECT sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL
                 ORDER BY 1",
            )
            .unwrap();
        let rows = columns.query_map([], |row| row.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    }

    #[test]
    fn an_old_file_becomes_what_a_new_one_is() {
        let dir = tempfile::tempdir().unwrap();
        let mut old = of_format_1(
            &dir,
            "INSERT INTO control (one, generation, rules, secret) VALUES (1, 7, 1, x'00')",
        );
        assert!(matches!(
            migrated(&mut old, Role::Guest),
            Err(StoreError::Older {
                found: 1,
                known: KNOWN
            })
        ));
        migrated(&mut old, Role::Server).unwrap();
        assert_eq!(recognise(&old).unwrap(), Some(KNOWN));
        let generation: i64 = old
            .query_row("SELECT generation FROM control", [], |row| row.get(0))
            .unwrap();
        assert_eq!(generation, 7, "what was in it is still there");

        let other = tempfile::tempdir().unwrap();
        let mut new = fresh(&other);
        migrated(&mut new, Role::Server).unwrap();
        let (old, new) = (described(&old), described(&new));
        assert!(new.len() > 100, "{}", new.len());
        assert_eq!(old, new);
    }

    #[test]
    fn a_step_that_fails_leaves_the_file_alone_and_no_copy() {
        let dir = tempfile::tempdir().unwrap();
        // A table of the next format is there already.
        let mut old = of_format_1(&dir, "CREATE TABLE backup (one)");
        let file = file_of(dir.path());
        let now = Timestamp::from_millis(0);
        assert!(migrate(&mut old, Role::Server, Before::Copy(&file), now).is_err());
        assert_eq!(recognise(&old).unwrap(), Some(1));
        let names: Vec<_> = fs::read_dir(dir.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.contains(".format"))
            .collect();
        assert!(names.is_empty(), "{names:?}");
    }

    #[test]
    fn people_of_an_old_file_are_counted() {
        let dir = tempfile::tempdir().unwrap();
        let mut old = of_format_1(
            &dir,
            "INSERT INTO control VALUES (1, 1, 1, x'00');
             INSERT INTO connection VALUES (7, 'okta', 'generic', 0, 0);
             INSERT INTO population VALUES (7, 1, 3, 0), (7, 2, 1, 0);
             INSERT INTO path VALUES (1, 1, 'active'), (2, 1, 'title');
             INSERT INTO attribute VALUES (7, 1, 0, 1, 0), (7, 1, 1, 2, 0), (7, 2, 0, 3, 0);",
        );
        migrated(&mut old, Role::Server).unwrap();
        let active: String = old
            .query_row(
                "SELECT group_concat(active) FROM population WHERE connection = 7",
                [],
                |row| row.get(0),
            )
            .unwrap();
        assert_eq!(active, "2,0");
    }

    #[test]
    fn what_people_of_an_old_file_have_alike_is_written_once() {
        let dir = tempfile::tempdir().unwrap();
        let mut old = of_format_1(
            &dir,
            "INSERT INTO control VALUES (1, 1, 1, x'00');
             INSERT INTO connection VALUES (7, 'okta', 'generic', 0, 0);
             INSERT INTO resource VALUES
               (1, 7, 1, 'a', 1, 0, 0, NULL, '{}'), (2, 7, 1, 'b', 1, 0, 0, NULL, '{}'),
               (3, 7, 1, 'c', 1, 0, 0, NULL, '{}'), (4, 7, 1, 'd', 1, 0, 0, NULL, '{}');
             INSERT INTO path VALUES (1, 1, 'emails.value'), (2, 1, 'emails.type'),
               (3, 1, 'emails.primary'), (4, 1, 'urn:example:2.0:User:badges.type');
             INSERT INTO attribute VALUES
               (7, 2, 'work', 1, 0), (7, 2, 'ho\"me', 1, 1), (7, 3, 1, 1, 0), (7, 1, 'x', 1, 0),
               (7, 2, 'work', 2, 0), (7, 2, 'ho\"me', 2, 1), (7, 3, 1, 2, 0), (7, 1, 'y', 2, 0),
               (7, 2, 'work', 3, 0), (7, 4, 'round', 4, 0);",
        );
        migrated(&mut old, Role::Server).unwrap();
        let told =
            |statement: &str| -> String { old.query_row(statement, [], |row| row.get(0)).unwrap() };
        assert_eq!(
            told("SELECT group_concat(coalesce(shape, '-') ORDER BY number) FROM resource"),
            "1,1,2,-"
        );
        assert_eq!(
            told("SELECT traits FROM shape WHERE number = 1"),
            r#"[[3,0,1],[2,0,"work"],[2,1,"ho\"me"]]"#
        );
        assert_eq!(
            told(
                "SELECT group_concat(
                   path || folded || shape || element || typeof(folded), ' '
                   ORDER BY shape, path, element)
                 FROM trait"
            ),
            "2work10text 2ho\"me11text 3110integer 2work20text"
        );
        assert_eq!(
            told("SELECT group_concat(folded) FROM attribute"),
            "x,y,round"
        );
    }

    #[test]
    fn a_newer_file_and_a_foreign_one_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        let mut sql = fresh(&dir);
        migrated(&mut sql, Role::Server).unwrap();
        sql.pragma_update(None, "user_version", KNOWN + 1).unwrap();
        assert!(matches!(
            migrated(&mut sql, Role::Server),
            Err(StoreError::Newer {
                found,
                known: KNOWN
            }) if found == KNOWN + 1
        ));
        sql.pragma_update(None, "application_id", 7).unwrap();
        assert!(matches!(
            migrated(&mut sql, Role::Server),
            Err(StoreError::Foreign)
        ));
    }
}
