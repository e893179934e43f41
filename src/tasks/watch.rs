//! What `status` warns of is said in the log too, for those who look only there: at once, and again every
//! day for as long as it lasts.

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Duration;

use jiff::SignedDuration;

use super::schedule::Task;
use crate::base::{Clock, Timestamp};
use crate::operate::Failure;
use crate::operate::status::{self, Warning};
use crate::store::Store;

/// How often is looked.
const EVERY: Duration = Duration::from_mins(5);
/// How long nothing is said of what was said.
const QUIET: SignedDuration = SignedDuration::from_hours(24);

/// When each kind of warning was last said of each connection.
type Said = HashMap<(Option<String>, &'static str), Timestamp>;

/// Says what deserves it; `more` knows of what is not in the store.
pub fn watch(
    store: Store,
    dir: PathBuf,
    clock: Clock,
    more: impl Fn(Timestamp) -> Vec<Warning> + Send + 'static,
) -> Task {
    let mut said = Said::new();
    Task {
        name: "say what somebody should look at",
        every: EVERY,
        run: Box::new(move || {
            let now = clock.now();
            let mut warnings = store
                .read_long::<_, Failure>(|view| status::report(view, now))?
                .warnings;
            warnings.extend(status::disk(&dir));
            warnings.extend(more(now));
            for warning in fresh(&mut said, warnings, now) {
                tracing::warn!(
                    kind = warning.concern.kind(),
                    connection = warning.connection,
                    "{warning}"
                );
            }
            Ok(())
        }),
    }
}

/// Those that were not said lately. What is gone may be said again when it comes back.
fn fresh(said: &mut Said, warnings: Vec<Warning>, now: Timestamp) -> Vec<Warning> {
    let key = |warning: &Warning| (warning.connection.clone(), warning.concern.kind());
    said.retain(|known, _| warnings.iter().any(|warning| key(warning) == *known));
    let before = said.clone();
    warnings
        .into_iter()
        .filter(|warning| {
            let at = before.get(&key(warning));
            let is_fresh = at.is_none_or(|at| now.since(*at).abs() >= QUIET);
            if is_fresh {
                said.insert(key(warning), now);
            }
            is_fresh
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operate::status::Concern;

    #[test]
    fn a_warning_is_said_once_a_day_and_again_when_it_comes_back() {
        let warning = |connection: &str| Warning {
            connection: Some(connection.to_owned()),
            concern: Concern::Paused,
        };
        let start = Timestamp::from_millis(1_795_000_000_000);
        let hour = |hours| start.plus(SignedDuration::from_hours(hours));
        let mut said = Said::new();
        let mut count = |names: &[&str], at| {
            let warnings = names.iter().map(|name| warning(name)).collect();
            fresh(&mut said, warnings, at).len()
        };
        assert_eq!(count(&["a"], hour(0)), 1);
        assert_eq!(count(&["a", "b"], hour(1)), 1);
        assert_eq!(count(&["a", "b"], hour(23)), 0);
        assert_eq!(count(&["a", "b"], hour(24)), 1);
        assert_eq!(count(&["b"], hour(25)), 1);
        assert_eq!(count(&["a", "b"], hour(26)), 1);
        assert_eq!(count(&["a", "b"], hour(27)), 0);
    }
}
