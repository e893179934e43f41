//! `appliance connection release`, and how a guard that was released is shown.

use super::data::Data;
use super::exit::Exit;
use super::options::Place;
use super::print;
use super::problem::Problem;
use crate::base::{Timestamp, in_words};
use crate::operate::guard;
use crate::store::Watch;

pub(super) fn release(place: &Place, name: String, length: String) -> Result<Exit, Problem> {
    let data = Data::present(place)?;
    let operator = data.operator.clone();
    let told = name.clone();
    let until = data
        .store
        .write(move |tx| guard::release(tx, &name, &length, &operator))
        .wait()?;
    print::note(&format!(
        "the guard of connection `{told}` lets everything pass until {until}"
    ));
    Ok(Exit::Done)
}

/// Until when a guard lets everything pass; `None`: it does not.
pub(super) fn released(watch: &Watch, now: Timestamp) -> Option<Timestamp> {
    watch.released.filter(|until| *until > now)
}

/// `until 2026-12-04T09:30:00.000Z, for 7 days more`
pub(super) fn until(released: Timestamp, now: Timestamp) -> String {
    format!(
        "until {released}, for {} more",
        in_words(released.since(now))
    )
}
