//! What is kept for a time only.

use std::sync::Arc;
use std::time::Duration;

use super::schedule::Task;
use crate::base::Clock;
use crate::store::Recorder;

/// How often is looked for what is too old. What is too much goes as more comes.
const EVERY: Duration = Duration::from_mins(10);

/// Takes away exchanges that are older, or more, than is kept.
pub fn exchanges(recorder: Arc<Recorder>, clock: Clock) -> Task {
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
