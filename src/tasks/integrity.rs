//! The pages of the database are looked through behind the start, and every night.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp as Instant};

use super::schedule::Task;
use crate::base::{Clock, Timestamp};
use crate::store::{Examination, examine};

/// How often is asked whether it is time. The first look comes so long after the start.
const EVERY: Duration = Duration::from_secs(30);
/// When the night begins, by the clock on the wall, and how long it lasts.
const NIGHT: Time = Time::constant(2, 0, 0, 0);
const HOURS: i64 = 3;
/// No second look in the same night.
const APART: SignedDuration = SignedDuration::from_hours(12);

/// Looks through the database in `dir` and tells what was found. `stop` ends a look that is under way. It
/// takes seconds, so it wants a schedule of its own.
pub fn integrity(
    dir: PathBuf,
    clock: Clock,
    stop: Arc<AtomicBool>,
    mut tell: impl FnMut(&Examination) + Send + 'static,
) -> Task {
    let mut last = None;
    Task {
        name: "look through the database",
        every: EVERY,
        run: Box::new(move || {
            let now = clock.now();
            if !is_time(last, now, &TimeZone::system()) {
                return Ok(());
            }
            let found = examine(&dir, now, &stop)?;
            // Not before: a look that failed does not count as this night's.
            last = Some(now);
            if let Some(found) = found {
                let took = clock.now().since(now).as_millis();
                if found.is_sound() {
                    tracing::info!(millis = took, "the database is sound");
                } else {
                    let complaints = found.complaints.join("; ");
                    tracing::error!(
                        complaints,
                        "the database is damaged; `appliance check` says more"
                    );
                }
                tell(&found);
            }
            Ok(())
        }),
    }
}

/// Whether it is time for another look: always the first time, and then once a night.
fn is_time(last: Option<Timestamp>, now: Timestamp, zone: &TimeZone) -> bool {
    let Some(last) = last else {
        return true;
    };
    let Ok(instant) = Instant::from_millisecond(now.as_millis()) else {
        return false;
    };
    let here = zone.to_datetime(instant);
    let since_midnight = here.time().duration_since(Time::midnight());
    let begin = NIGHT.duration_since(Time::midnight());
    let night = begin..begin + SignedDuration::from_hours(HOURS);
    // A clock that went back must not put the nights off until it has caught up.
    night.contains(&since_midnight) && now.since(last).abs() >= APART
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Role, Store};
    use std::path::Path;
    use std::sync::mpsc::{self, Receiver};

    /// The task for a directory, and what it tells.
    fn task(dir: &Path) -> (Task, Receiver<Examination>) {
        let (told, heard) = mpsc::channel();
        let task = integrity(
            dir.to_owned(),
            Clock::system(),
            Arc::default(),
            move |found| told.send(found.clone()).unwrap(),
        );
        (task, heard)
    }

    #[test]
    fn the_first_run_looks_and_tells_what_it_found() {
        let dir = tempfile::tempdir().unwrap();
        Store::open(dir.path(), Role::Guest).unwrap().close();
        let (mut task, heard) = task(dir.path());
        (task.run)().unwrap();
        (task.run)().unwrap();
        assert!(heard.try_recv().unwrap().is_sound());
        assert!(heard.try_recv().is_err(), "twice within a moment");
    }

    #[test]
    fn a_look_that_failed_is_tried_again() {
        let dir = tempfile::tempdir().unwrap();
        let (mut task, heard) = task(dir.path());
        (task.run)().unwrap_err();
        Store::open(dir.path(), Role::Guest).unwrap().close();
        (task.run)().unwrap();
        assert!(heard.try_recv().unwrap().is_sound());
    }

    #[test]
    fn it_is_time_at_the_start_and_once_a_night() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let check = |last: Option<&str>, now: &str, expected| {
            assert_eq!(
                is_time(last.map(at), at(now), &TimeZone::UTC),
                expected,
                "{now}"
            );
        };
        check(None, "2026-11-26T14:00:00Z", true);
        let start = Some("2026-11-26T14:00:00Z");
        check(start, "2026-11-26T23:59:00Z", false);
        check(start, "2026-11-27T01:59:00Z", false);
        check(start, "2026-11-27T02:00:00Z", true);
        check(start, "2026-11-27T05:00:00Z", false);
        check(Some("2026-11-27T02:00:00Z"), "2026-11-27T04:59:00Z", false);
        check(Some("2026-11-27T02:00:00Z"), "2026-11-28T02:00:30Z", true);
        check(Some("2036-11-27T02:00:00Z"), "2026-11-28T02:00:30Z", true);
    }
}
