//! What is kept for a time only.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;

use super::schedule::Task;
use super::steady::Steady;
use crate::base::{Clock, Timestamp};
use crate::operate::Failure;
use crate::store::{Recorder, Store};

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

/// Forgets for good who was deleted longer ago than their connection keeps them.
pub fn tombstones(store: Store, clock: Clock) -> Task {
    let mut clock = Steady::new(clock);
    Task {
        name: "forget who was deleted long ago",
        every: EVERY,
        run: Box::new(move || {
            let gone = forget(&store, clock.now())?;
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

fn forget(store: &Store, now: Timestamp) -> Result<u64, Failure> {
    let kept = store.read(|view| {
        let connections = view.connections()?.into_iter();
        let kept = connections.map(|connection| {
            let (policy, _) = view.policy(&connection)?;
            Ok((connection.number, policy.leaving.retention()))
        });
        kept.collect::<Result<Vec<_>, Failure>>()
    })?;
    let mut gone = 0;
    for (connection, retention) in kept {
        let Some(retention) = retention else { continue };
        let before = now.plus(-retention);
        loop {
            let some = store
                .write::<_, Failure>(move |tx| Ok(tx.purge_tombstones(connection, before, PART)?))
                .wait()?;
            gone += some;
            if some < PART {
                break;
            }
        }
    }
    Ok(gone)
}

/// Purges what old changes say about people.
pub fn changes(store: Store, days: u32, clock: Clock) -> Task {
    let mut clock = Steady::new(clock);
    let age = SignedDuration::from_hours(i64::from(days) * 24);
    Task {
        name: "purge what old changes say",
        every: EVERY,
        run: Box::new(move || {
            let before = clock.now().plus(-age);
            let mut purged = 0;
            loop {
                let some = store
                    .write::<_, Failure>(move |tx| Ok(tx.purge_changes(before, PART)?))
                    .wait()?;
                purged += some;
                if some < PART {
                    break;
                }
            }
            if purged > 0 {
                tracing::info!(purged, "old changes say nothing about people any more");
            }
            Ok(())
        }),
    }
}
