//! Exchanges and changes in the order of time: what was asked, and what moved.

use std::collections::{BTreeMap, HashSet};

use super::difference::differences;
use super::failure::Failure;
use super::who::Who;
use crate::base::Timestamp;
use crate::scim::mask;
use crate::store::{Change, Exchanges, Kept, Loss, Recorded, StoreError, View, Wanted};

/// One line of the log.
#[derive(Debug, Clone)]
pub enum Event {
    /// A request and its answer.
    Exchange(Box<Kept>),
    /// A change to a resource.
    Change(Box<Recorded>),
    /// Exchanges that were not recorded.
    Loss(Loss),
}

impl Event {
    /// When it happened.
    pub const fn at(&self) -> Timestamp {
        match self {
            Self::Exchange(kept) => kept.exchange.at,
            Self::Change(recorded) => recorded.change.at,
            Self::Loss(loss) => loss.first,
        }
    }

    /// Of two at the same instant the request comes before what it changed.
    const fn rank(&self) -> (u8, u64) {
        match self {
            Self::Loss(loss) => (0, loss.number),
            Self::Exchange(kept) => (1, kept.number),
            Self::Change(recorded) => (2, recorded.sequence),
        }
    }
}

/// Which events.
#[derive(Debug, Clone, Copy, Default)]
pub struct Question<'a> {
    /// Only those of this connection.
    pub connection: Option<i64>,
    /// Only those about somebody.
    pub who: Option<&'a Who>,
    /// Only requests that failed, or in part.
    pub failed: bool,
    /// Only those that happened then or later.
    pub since: Option<Timestamp>,
    /// The latest so many.
    pub limit: Option<u64>,
}

/// How far somebody has read who follows.
#[derive(Debug, Clone, Copy, Default)]
pub struct Bookmark {
    exchange: u64,
    change: u64,
    loss: u64,
}

/// The latest events, oldest first, and where to go on reading.
pub fn latest(
    view: &View<'_>,
    exchanges: Option<&Exchanges>,
    question: &Question<'_>,
) -> Result<(Vec<Event>, Bookmark), Failure> {
    let mut events = Vec::new();
    let mut bookmark = Bookmark {
        change: view.last_change()?,
        ..Bookmark::default()
    };
    if let Some(exchanges) = exchanges {
        let seen = exchanges.latest()?;
        let found = exchanges.find(&wanted(question))?;
        bookmark.exchange = last(&found).max(seen);
        events.extend(
            found
                .into_iter()
                .map(|kept| Event::Exchange(Box::new(kept))),
        );
        let losses = exchanges.losses(0, question.since)?;
        bookmark.loss = losses.last().map_or(0, |loss| loss.number);
        events.extend(losses.into_iter().map(Event::Loss));
    }
    if !question.failed {
        let changes = match question.who {
            None => view.latest_changes(question.connection, question.since, question.limit)?,
            Some(who) => changes_about(view, who, question)?,
        };
        events.extend(
            changes
                .into_iter()
                .map(|change| Event::Change(Box::new(change))),
        );
    }
    in_order(&mut events);
    if let Some(limit) = question.limit {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let first = events.len().saturating_sub(limit);
        events.drain(..first);
        // A loss without anything beside it says nothing about what was asked for.
        if events.iter().all(|event| matches!(event, Event::Loss(_))) && question.who.is_some() {
            events.clear();
        }
    }
    Ok((events, bookmark))
}

/// What has happened since, oldest first; the bookmark moves on.
pub fn next(
    view: &View<'_>,
    exchanges: Option<&Exchanges>,
    question: &Question<'_>,
    bookmark: &mut Bookmark,
) -> Result<Vec<Event>, Failure> {
    let mut events = Vec::new();
    if let Some(exchanges) = exchanges {
        let seen = exchanges.latest()?;
        let found = exchanges.find(&Wanted {
            after: Some(bookmark.exchange),
            since: None,
            limit: None,
            ..wanted(question)
        })?;
        bookmark.exchange = last(&found).max(seen).max(bookmark.exchange);
        events.extend(
            found
                .into_iter()
                .map(|kept| Event::Exchange(Box::new(kept))),
        );
        let losses = exchanges.losses(bookmark.loss, None)?;
        bookmark.loss = losses.last().map_or(bookmark.loss, |loss| loss.number);
        events.extend(losses.into_iter().map(Event::Loss));
    }
    if !question.failed {
        let behind = view.changes(question.connection, bookmark.change, u64::MAX)?;
        bookmark.change = view.last_change()?;
        let about = behind
            .into_iter()
            .filter(|recorded| is_about(recorded, question.who));
        events.extend(about.map(|change| Event::Change(Box::new(change))));
    }
    in_order(&mut events);
    Ok(events)
}

/// Puts events into the order of time, and requests before what they changed.
pub fn in_order(events: &mut [Event]) {
    events.sort_by_key(|event| (event.at(), event.rank()));
}

/// The paths of all values that a change moved, without what they say of them.
pub fn attributes(change: &Change) -> Result<Vec<String>, StoreError> {
    let [before, after] = change.sides()?;
    Ok(differences(before.as_ref(), after.as_ref())
        .into_iter()
        .map(|one| mask::path(&one.path).text)
        .collect())
}

/// The number of the last of them. What came while they were read may be among them.
fn last(found: &[Kept]) -> u64 {
    found.last().map_or(0, |kept| kept.number)
}

fn wanted<'a>(question: &Question<'a>) -> Wanted<'a> {
    Wanted {
        connection: question.connection,
        about: question.who.map(|who| who.keys.as_slice()),
        failed: question.failed,
        since: question.since,
        limit: question.limit,
        ..Wanted::default()
    }
}

/// Every change of somebody, and every change of a group that took them in or let them go.
pub(super) fn changes_about(
    view: &View<'_>,
    who: &Who,
    question: &Question<'_>,
) -> Result<Vec<Recorded>, StoreError> {
    let mut found = BTreeMap::new();
    for id in &who.ids {
        let changes = view.changes_of(id)?.into_iter();
        for recorded in changes.chain(view.changes_of_member(id)?) {
            let change = &recorded.change;
            let fits = question
                .connection
                .is_none_or(|wanted| change.connection == wanted)
                && question.since.is_none_or(|since| change.at >= since);
            if fits {
                found.insert(recorded.sequence, recorded);
            }
        }
    }
    Ok(found.into_values().collect())
}

fn is_about(recorded: &Recorded, who: Option<&Who>) -> bool {
    let Some(who) = who else {
        return true;
    };
    let ids: HashSet<_> = who.ids.iter().collect();
    let change = &recorded.change;
    let members = change.joined.iter().chain(&change.parted);
    ids.contains(&change.resource) || members.into_iter().any(|member| ids.contains(member))
}
