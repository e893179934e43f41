//! The guard of a connection, as an operator meets it.

use jiff::SignedDuration;

use super::connections;
use super::failure::Failure;
use super::operator::Operator;
use super::refusal::Refusal;
use crate::base::{Timestamp, duration};
use crate::store::Tx;

/// The longest time for which a guard can be released.
const LONGEST: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Lets everything pass that the guard of a connection would hold back, for so long; until when that is.
pub fn release(
    tx: &Tx<'_>,
    name: &str,
    length: &str,
    operator: &Operator,
) -> Result<Timestamp, Failure> {
    let connection = connections::named(tx, name)?;
    let (policy, _) = tx.policy(&connection)?;
    let length = duration(length)
        .ok()
        .filter(|length| *length <= LONGEST)
        .ok_or_else(|| Refusal::BadRelease {
            text: length.to_owned(),
        })?;
    if policy.guard.share.is_none() {
        return Err(Refusal::NoGuard {
            connection: connection.name,
        }
        .into());
    }
    let until = operator.now.plus(length);
    tx.release_guard(connection.number, until)?;
    let subject = format!("{}: until {until}", connection.name);
    operator.record(tx, "connection release", &subject)?;
    Ok(until)
}
