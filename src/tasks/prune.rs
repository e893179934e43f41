//! What is kept for a time only.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use jiff::SignedDuration;

use super::schedule::Task;
use super::steady::Steady;
use crate::base::{Clock, Timestamp};
use crate::operate::Failure;
use crate::store::{Connection, Recorder, Store, StoreError, Tx, View};

/// How often is looked for what is too old. What is too much goes as more comes.
const EVERY: Duration = Duration::from_mins(10);

/// Takes away exchanges that are older, or more, than is kept.
pub fn exchanges(recorder: Arc<Recorder>, clock: Clock) -> Task {
    let mut clock = Steady::new(clock);
    Task {
        name: "take old exchanges away",
        every: EVERY,
        run: Box::new(move || {
            let gone = recorder.prune(clock.now())?;
            tracing::debug!(gone, "old exchanges are gone");
            Ok(())
        }),
    }
}

/// Rows that go in one transaction. Between two of them the requests of identity providers have their
/// turn, so nobody waits for more than this.
const PART: u64 = 200;

/// Forgets for good who was deleted longer ago than their connection keeps them. `stop` ends it between two
/// parts: the rest is for the next start.
pub fn tombstones(store: Store, clock: Clock, stop: Arc<AtomicBool>) -> Task {
    let mut clock = Steady::new(clock);
    Task {
        name: "forget who was deleted long ago",
        every: EVERY,
        run: Box::new(move || {
            let gone = forget(&store, clock.now(), &stop)?;
            if gone > 0 {
                tracing::info!(
                    gone,
                    "who was deleted long ago cannot be brought back any more"
                );
            }
            Ok(())
        }),
    }
}

fn forget(store: &Store, now: Timestamp, stop: &AtomicBool) -> Result<u64, Failure> {
    let connections = store.read::<_, Failure>(|view| {
        let mut forgetful = Vec::new();
        for connection in view.connections()? {
            if kept_since(view, &connection, now)?.is_some() {
                forgetful.push(connection.number);
            }
        }
        Ok(forgetful)
    })?;
    let mut gone = 0;
    for connection in connections {
        gone += in_parts(stop, || {
            store
                .write(move |tx| forget_some(tx, connection, now))
                .wait()
        })?;
    }
    Ok(gone)
}

/// Forgets a part of those whom a connection need not keep any more; how many. What it keeps is asked each
/// time: the operator may have chosen to keep more since the last part, and what is gone is gone for good.
fn forget_some(tx: &Tx<'_>, connection: i64, now: Timestamp) -> Result<u64, Failure> {
    let Some(connection) = tx.connection(connection)? else {
        return Ok(0);
    };
    match kept_since(tx, &connection, now)? {
        Some(before) => Ok(tx.purge_tombstones(connection.number, before, PART)?),
        None => Ok(0),
    }
}

/// Since when those who were deleted are kept; `None`: all are.
fn kept_since(
    view: &View<'_>,
    connection: &Connection,
    now: Timestamp,
) -> Result<Option<Timestamp>, StoreError> {
    let retention = view.policy(connection)?.0.leaving.retention();
    Ok(retention.map(|retention| now.plus(-retention)))
}

/// Goes on part by part until one was not full, or there is no time left; how many rows went.
fn in_parts(
    stop: &AtomicBool,
    mut part: impl FnMut() -> Result<u64, Failure>,
) -> Result<u64, Failure> {
    let mut gone = 0;
    while !stop.load(Ordering::Relaxed) {
        let some = part()?;
        gone += some;
        if some < PART {
            break;
        }
    }
    Ok(gone)
}

/// Purges what old changes say about people. `stop` ends it between two parts.
pub fn changes(store: Store, days: u32, clock: Clock, stop: Arc<AtomicBool>) -> Task {
    let mut clock = Steady::new(clock);
    let age = SignedDuration::from_hours(i64::from(days) * 24);
    Task {
        name: "purge what old changes say",
        every: EVERY,
        run: Box::new(move || {
            let now = clock.now();
            let purged = in_parts(&stop, || {
                store
                    .write(move |tx| {
                        Ok::<_, Failure>(tx.purge_changes(now.plus(-age), now, PART)?)
                    })
                    .wait()
            })?;
            if purged > 0 {
                tracing::info!(purged, "old changes say nothing about people any more");
            }
            Ok(())
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_stops_waits_for_one_part_at_most() {
        let stop = AtomicBool::new(false);
        let mut parts = 0;
        let gone = in_parts(&stop, || {
            parts += 1;
            stop.store(parts == 2, Ordering::Relaxed);
            Ok(PART)
        });
        assert_eq!(gone.unwrap(), 2 * PART);
        let gone = in_parts(&stop, || unreachable!("it has stopped"));
        assert_eq!(gone.unwrap(), 0);
    }

    #[test]
    fn a_part_that_is_not_full_is_the_last() {
        let mut parts = vec![PART - 1, PART, PART];
        let gone = in_parts(&AtomicBool::new(false), || {
            Ok(parts.pop().unwrap_or_default())
        });
        assert_eq!((gone.unwrap(), parts), (3 * PART - 1, Vec::new()));
    }
}
