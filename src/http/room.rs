//! Memory for bodies that are long: so many bytes at a time, whoever sends them.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::aside::LONG;
use crate::scim::ScimError;

/// Bytes that one permit stands for.
const UNIT: usize = 1 << 10;
/// Units of bodies that are held as they came.
const BODIES: usize = 64 << 10;
/// Units of bodies that were read: in memory JSON takes a multiple of its text.
const VALUES: usize = 128 << 10;
/// That multiple, at most; for the bodies of identity providers it is 3 to 5.
const MULTIPLE: usize = 12;
/// How long a body waits until there is room to read it.
const PATIENCE: Duration = Duration::from_secs(10);
/// Seconds after which another try is worth it.
const AGAIN: u32 = 2;

/// What is left of it.
#[derive(Debug)]
pub(super) struct Room {
    bodies: Arc<Semaphore>,
    values: Arc<Semaphore>,
}

/// A part of it, until it is dropped.
#[derive(Debug, Default)]
pub(super) struct Taken {
    bodies: Option<OwnedSemaphorePermit>,
    values: Option<OwnedSemaphorePermit>,
}

impl Default for Room {
    fn default() -> Self {
        Self {
            bodies: Arc::new(Semaphore::new(BODIES)),
            values: Arc::new(Semaphore::new(VALUES)),
        }
    }
}

impl Room {
    /// Takes room for a body of which so many bytes have come; short ones need none. 503 when there is none.
    pub(super) fn hold(&self, taken: &mut Taken, bytes: usize) -> Result<(), ScimError> {
        let held = taken
            .bodies
            .as_ref()
            .map_or(0, OwnedSemaphorePermit::num_permits);
        let wanted = units(bytes).saturating_sub(held);
        if bytes < LONG || wanted == 0 {
            return Ok(());
        }
        let more = Arc::clone(&self.bodies)
            .try_acquire_many_owned(permits(wanted))
            .map_err(|_| later())?;
        match &mut taken.bodies {
            Some(held) => held.merge(more),
            none => *none = Some(more),
        }
        Ok(())
    }

    /// Waits for room to read a body of so many bytes. 503 when that takes too long.
    pub(super) async fn read(&self, taken: &mut Taken, bytes: usize) -> Result<(), ScimError> {
        if bytes < LONG {
            return Ok(());
        }
        // The longest that is configured is read too, when it is the only one.
        let wanted = units(bytes).saturating_mul(MULTIPLE).min(VALUES);
        let room = Arc::clone(&self.values).acquire_many_owned(permits(wanted));
        let room = tokio::time::timeout(PATIENCE, room).await;
        taken.values = Some(room.map_err(|_| later())?.map_err(|_| later())?);
        Ok(())
    }
}

const fn units(bytes: usize) -> usize {
    bytes.div_ceil(UNIT)
}

fn permits(units: usize) -> u32 {
    u32::try_from(units).unwrap_or(u32::MAX)
}

fn later() -> ScimError {
    ScimError::try_again(
        "more long requests are on their way than the server takes at once; nothing was changed, try again \
         shortly",
        AGAIN,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    #[test]
    fn long_bodies_share_what_there_is_and_give_it_back() {
        let room = Room::default();
        let mut many: Vec<Taken> = Vec::new();
        for _ in 0..8 {
            let mut taken = Taken::default();
            // In two pieces, and no more than it needs.
            room.hold(&mut taken, 4 << 20).unwrap();
            room.hold(&mut taken, 8 << 20).unwrap();
            many.push(taken);
        }
        let mut late = Taken::default();
        room.hold(&mut late, LONG - 1).unwrap();
        let refused = room.hold(&mut late, LONG).unwrap_err();
        assert_eq!(
            (refused.status(), refused.retry_after()),
            (503, Some(AGAIN))
        );
        drop(many);
        room.hold(&mut late, LONG).unwrap();
    }

    #[actix_web::test]
    async fn whoever_is_read_keeps_the_next_waiting() {
        let room = Room::default();
        let [mut first, mut second] = [Taken::default(), Taken::default()];
        room.read(&mut first, 1 << 30).await.unwrap();
        assert!(room.read(&mut second, LONG).now_or_never().is_none());
        room.read(&mut second, LONG - 1).await.unwrap();
        drop(first);
        room.read(&mut second, LONG).await.unwrap();
    }
}
