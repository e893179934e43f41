//! Which backups are kept.

use std::collections::BTreeSet;
use std::path::Path;
use std::{fs, io};

use jiff::SignedDuration;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::error::BackupError;
use super::shelf::{Shelved, sweep};
use crate::base::Timestamp;
use crate::operate::operator::Operator;
use crate::store::{Store, StoreError};

/// What two clocks may differ without a word.
const SLACK: SignedDuration = SignedDuration::from_hours(1);
/// For how long a backup is kept in any case that was made for something: it is the way back that an
/// update, or the removal of a connection, has promised.
const PROMISED: SignedDuration = SignedDuration::from_hours(30 * 24);

/// For how many days, weeks and months a backup is kept: the newest of each, as far back as there are
/// days, weeks and months with backups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keep {
    /// Days.
    pub daily: usize,
    /// Weeks, from Monday.
    pub weekly: usize,
    /// Months.
    pub monthly: usize,
}

/// Those that need not be kept, of a shelf with the newest first. The newest is always kept, and so is
/// the newest that was verified, and what was made for something in the last 30 days. What says that it
/// is from the future was made by a wrong clock: nobody knows how old it is, so it is kept and takes no
/// other's place.
pub fn superfluous<'a>(shelf: &'a [Shelved], keep: &Keep, now: Timestamp) -> Vec<&'a Shelved> {
    let ahead = shelf.partition_point(|backup| backup.name.made.since(now) > SLACK);
    let shelf = shelf.get(ahead..).unwrap_or_default();
    let mut kept: BTreeSet<usize> = BTreeSet::new();
    if !shelf.is_empty() {
        kept.insert(0);
    }
    kept.extend(shelf.iter().position(|backup| backup.verified.is_some()));
    let promised = |backup: &Shelved| {
        backup.name.is_for_something() && now.since(backup.name.made) <= PROMISED
    };
    let indices = shelf.iter().enumerate();
    kept.extend(indices.filter_map(|(index, backup)| promised(backup).then_some(index)));
    newest_of(shelf, keep.daily, &mut kept, |day| {
        (day.year(), day.day_of_year())
    });
    newest_of(shelf, keep.weekly, &mut kept, |day| {
        let week = day.iso_week_date();
        (week.year(), i16::from(week.week()))
    });
    newest_of(shelf, keep.monthly, &mut kept, |day| {
        (day.year(), i16::from(day.month()))
    });
    let mut left = Vec::new();
    for (index, backup) in shelf.iter().enumerate() {
        if !kept.contains(&index) {
            left.push(backup);
        }
    }
    left
}

/// Removes backups that need not be kept from their directory, and what killed commands have left there.
/// Each is forgotten, with a line in the audit, as soon as it is gone: where the rest cannot be removed, it
/// would be taken for a sound backup. The first complaint is the one that is told, at the end.
pub fn prune(
    store: &Store,
    dir: &Path,
    gone: &[&Shelved],
    operator: &Operator,
) -> Result<(), BackupError> {
    sweep(dir)?;
    let mut complaint = None;
    for backup in gone {
        let removed = match fs::remove_file(&backup.file) {
            Ok(()) => true,
            // Somebody else removed it in the meantime, whose deed it is.
            Err(error) if error.kind() == io::ErrorKind::NotFound => false,
            Err(error) => {
                complaint.get_or_insert_with(|| BackupError::io(&backup.file)(error));
                continue;
            }
        };
        forget(store, backup, removed.then_some(operator))?;
    }
    complaint.map_or(Ok(()), Err)
}

/// Forgets a backup that is gone, and writes down who removed it.
fn forget(store: &Store, backup: &Shelved, remover: Option<&Operator>) -> Result<(), StoreError> {
    let file = backup.file.display().to_string();
    let remover = remover.cloned();
    store
        .write(move |tx| {
            tx.forget_backup(&file)?;
            match remover {
                Some(operator) => operator.record(tx, "backup prune", &file),
                None => Ok(()),
            }
        })
        .wait()
}

/// Keeps the newest backup of each of the last `count` periods that have one.
fn newest_of(
    shelf: &[Shelved],
    count: usize,
    kept: &mut BTreeSet<usize>,
    period: impl Fn(Date) -> (i16, i16),
) {
    let mut seen = BTreeSet::new();
    for (index, backup) in shelf.iter().enumerate() {
        let period = period(day(backup.name.made));
        if seen.len() < count && seen.insert(period) {
            kept.insert(index);
        }
    }
}

/// The day in UTC, as names of backups say it.
fn day(at: Timestamp) -> Date {
    jiff::Timestamp::from_millisecond(at.as_millis())
        .unwrap_or_default()
        .to_zoned(TimeZone::UTC)
        .date()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operate::backups::name::BackupName;
    use crate::store::{Backup, Role};

    fn now() -> Timestamp {
        "2026-11-26T09:30:00Z".parse().unwrap()
    }

    fn shelf(count: i64, hours: i64, verified: Option<usize>) -> Vec<Shelved> {
        let newest = now();
        (0..count)
            .map(|number| {
                let name = BackupName {
                    made: newest.plus(SignedDuration::from_hours(-hours * number)),
                    reason: String::new(),
                    encrypted: false,
                };
                Shelved {
                    file: name.to_string().into(),
                    name,
                    bytes: 1,
                    verified: (verified == usize::try_from(number).ok()).then_some(newest),
                }
            })
            .collect()
    }

    #[track_caller]
    fn check(shelf: &[Shelved], [daily, weekly, monthly]: [usize; 3], kept: &[&str]) {
        let keep = Keep {
            daily,
            weekly,
            monthly,
        };
        let gone: BTreeSet<_> = superfluous(shelf, &keep, now())
            .into_iter()
            .map(|backup| &backup.file)
            .collect();
        let left: Vec<String> = shelf
            .iter()
            .filter(|backup| !gone.contains(&backup.file))
            .map(|backup| backup.name.made.to_string()[..13].to_owned())
            .collect();
        assert_eq!(left, kept);
    }

    #[test]
    fn what_was_removed_is_forgotten_though_the_rest_cannot_be() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path(), Role::Guest).unwrap();
        let mut shelf = shelf(4, 24, None);
        for backup in &mut shelf {
            backup.file = dir.path().join(&backup.file);
            let known = Backup {
                file: backup.file.display().to_string(),
                made: backup.name.made,
                bytes: 1,
                verified: now(),
            };
            let noted: Result<(), StoreError> =
                store.write(move |tx| tx.note_backup(&known)).wait();
            noted.unwrap();
        }
        let [removed, stuck, vanished, last] = &shelf[..] else {
            unreachable!("there are four");
        };
        fs::write(&removed.file, "backup").unwrap();
        // No file, so that it cannot be removed as one.
        fs::create_dir(&stuck.file).unwrap();
        fs::write(&last.file, "backup").unwrap();
        let operator = Operator {
            actor: "root".to_owned(),
            now: now(),
        };
        let gone = [removed, stuck, vanished, last];
        let complaint = prune(&store, dir.path(), &gone, &operator).unwrap_err();
        let place = |backup: &Shelved| backup.file.display().to_string();
        assert!(complaint.to_string().contains(&place(stuck)), "{complaint}");
        assert!(!removed.file.exists() && !last.file.exists());
        let (known, audited) = store
            .read(|view| Ok::<_, StoreError>((view.backups()?, view.audit(10)?)))
            .unwrap();
        let known: Vec<_> = known.into_iter().map(|backup| backup.file).collect();
        assert_eq!(known, [place(stuck)]);
        let audited: Vec<_> = audited
            .into_iter()
            .filter(|deed| deed.action == "backup prune")
            .map(|deed| deed.subject)
            .collect();
        assert_eq!(audited, [place(last), place(removed)]);
    }

    #[test]
    fn the_newest_of_each_day_week_and_month_stays() {
        // 26 November 2026 is a Thursday.
        let four_a_day = shelf(200, 6, None);
        check(
            &four_a_day,
            [3, 2, 2],
            &[
                "2026-11-26T09",
                "2026-11-25T21",
                "2026-11-24T21",
                "2026-11-22T21",
                "2026-10-31T21",
            ],
        );
    }

    #[test]
    fn periods_without_a_backup_do_not_count() {
        let one_in_forty_days = shelf(5, 40 * 24, None);
        check(
            &one_in_forty_days,
            [2, 3, 0],
            &["2026-11-26T09", "2026-10-17T09", "2026-09-07T09"],
        );
    }

    #[test]
    fn what_a_wrong_clock_made_stays_and_takes_nobodys_place() {
        let mut shelf = shelf(3, 24, None);
        let year = SignedDuration::from_hours(365 * 24);
        for backup in &mut shelf[..1] {
            backup.name.made = now().plus(year);
        }
        check(&shelf, [1, 0, 0], &["2027-11-26T09", "2026-11-25T09"]);
        for backup in &mut shelf[1..] {
            backup.name.made = backup.name.made.plus(year);
        }
        check(
            &shelf,
            [0, 0, 0],
            &["2027-11-26T09", "2027-11-25T09", "2027-11-24T09"],
        );
    }

    #[test]
    fn what_was_made_for_something_stays_for_thirty_days() {
        let mut shelf = shelf(5, 15 * 24, None);
        for backup in &mut shelf {
            backup.name.reason = "update".to_owned();
        }
        check(
            &shelf,
            [0, 0, 0],
            &["2026-11-26T09", "2026-11-11T09", "2026-10-27T09"],
        );
        // The number of a second one within a second is no reason.
        shelf[1].name.reason = "2".to_owned();
        check(&shelf, [0, 0, 0], &["2026-11-26T09", "2026-10-27T09"]);
    }

    #[test]
    fn the_newest_and_the_newest_verified_stay_whatever_is_asked() {
        check(
            &shelf(10, 6, Some(7)),
            [0, 0, 0],
            &["2026-11-26T09", "2026-11-24T15"],
        );
        check(&shelf(10, 6, None), [0, 0, 0], &["2026-11-26T09"]);
        check(&shelf(0, 6, None), [7, 4, 12], &[]);
        let one = shelf(1, 6, None);
        check(&one, [7, 4, 12], &["2026-11-26T09"]);
    }
}
