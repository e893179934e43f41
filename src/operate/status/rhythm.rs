//! The rhythm of a connection: how long it is usually quiet, learnt from what it did. No provider need be
//! known for that, and one that comes every 40 minutes is missed sooner than one that comes on Mondays.

use jiff::SignedDuration;

use crate::base::Timestamp;
use crate::store::Activity;

/// How far back the rhythm is read: two weekends.
pub(super) const READ: SignedDuration = SignedDuration::from_hours(15 * 24);

/// Hours with requests below which there is no rhythm yet.
const HOURS: usize = 8;
/// The span below which there is none either.
const SPAN: SignedDuration = SignedDuration::from_hours(48);
/// A silence up to so long is never remarkable.
const SHORT: SignedDuration = SignedDuration::from_hours(3);

/// How long a connection has been quiet, if that is longer than its rhythm: twice the longest pause that
/// it made before. `hours` are those with requests, in their order, up to the last one.
pub(super) fn unusual_silence(
    hours: &[Activity],
    last_request: Timestamp,
    now: Timestamp,
) -> Option<SignedDuration> {
    let (first, last) = (hours.first()?, hours.last()?);
    if hours.len() < HOURS || last.hour.since(first.hour) < SPAN {
        return None;
    }
    let longest = hours
        .windows(2)
        .filter_map(|pair| match pair {
            [before, after] => Some(after.hour.since(before.hour)),
            _ => None,
        })
        .max()?;
    let usual = longest.saturating_add(longest).max(SHORT);
    let silence = now.since(last_request);
    (silence > usual).then_some(silence)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hour(number: i64) -> Timestamp {
        Timestamp::from_millis(number * 3_600_000)
    }

    fn active(hours: impl IntoIterator<Item = i64>) -> Vec<Activity> {
        hours
            .into_iter()
            .map(|number| Activity {
                hour: hour(number),
                requests: 3,
                failed: 0,
            })
            .collect()
    }

    #[test]
    fn who_comes_every_hour_is_missed_after_three() {
        let hours = active(0..100);
        let last = hour(99);
        assert_eq!(unusual_silence(&hours, last, hour(102)), None);
        let silence = unusual_silence(&hours, last, hour(103));
        assert_eq!(silence, Some(SignedDuration::from_hours(4)));
    }

    #[test]
    fn who_rests_on_weekends_is_not_missed_on_monday() {
        // Ten hours on each of ten working days.
        let days = (0..14).filter(|day| day % 7 < 5);
        let hours = active(days.flat_map(|day| (0..10).map(move |hour| day * 24 + 8 + hour)));
        let friday = hours.last().unwrap().hour;
        let after = |hours| friday.plus(SignedDuration::from_hours(hours));
        assert_eq!(unusual_silence(&hours, friday, after(63)), None);
        assert!(unusual_silence(&hours, friday, after(24 * 6)).is_some());
    }

    #[test]
    fn without_a_history_nothing_is_unusual() {
        let far = hour(10_000);
        assert_eq!(unusual_silence(&[], hour(0), far), None);
        assert_eq!(unusual_silence(&active(0..20), hour(19), far), None);
        assert_eq!(unusual_silence(&active([0, 50, 99]), hour(99), far), None);
    }
}
