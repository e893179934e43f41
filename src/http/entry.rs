//! Whether somebody who is known may come in now.

use std::time::Instant;

use super::app::App;
use super::throttle::{Later, Rate};
use crate::provision::Caller;
use crate::scim::ScimError;

/// Seconds after which a paused connection may be asked again.
const PAUSED: u32 = 300;

/// 503 while the operator has paused the connection, 429 when it asks for more than is let in. Neither is
/// a word about the credential.
pub(super) fn check(app: &App, caller: &Caller) -> Result<(), ScimError> {
    if caller.entrance.connection.paused {
        return Err(ScimError::paused(
            "the operator has paused this connection; nothing is lost, try again later",
            PAUSED,
        ));
    }
    let policy = &caller.entrance.policy;
    let Some(limit) = policy.rate_limit else {
        return Ok(());
    };
    let rate = Rate {
        per_second: limit.get(),
        burst: policy.rate_burst.get(),
    };
    app.throttle
        .request(caller.entrance.connection.number, rate, Instant::now())
        .map_err(|Later(seconds)| {
            let detail = format!(
                "this connection sends more than its rate_limit={limit}/s lets in; nothing was changed, try \
                 again later"
            );
            ScimError::too_many_requests(detail, seconds)
        })
}
