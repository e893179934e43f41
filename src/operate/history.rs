//! One person's whole timeline: what was asked about them, by whom, what was answered and why, and what
//! it changed.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

use super::difference::{Difference, differences};
use super::failure::Failure;
use super::log::{Question, changes_about};
use super::who::{self, Who};
use super::words;
use crate::base::Timestamp;
use crate::scim::{Kind, ResourceId};
use crate::store::{
    Connection, Exchange, Exchanges, Kept, Loss, Recorded, StoreError, View, Wanted,
};

/// Everything that is known of somebody.
#[derive(Debug)]
pub struct History {
    /// Whom the name means.
    pub who: Who,
    /// What happened, oldest first.
    pub entries: Vec<Entry>,
    /// Times at which not everything was recorded.
    pub losses: Vec<Loss>,
}

/// One request with what it changed, or a change of which the request is not recorded.
#[derive(Debug, Clone)]
pub struct Entry {
    /// When it was received.
    pub at: Timestamp,
    /// The number of the connection.
    pub connection: Option<i64>,
    /// The token that was shown; `None` for a change: the operator.
    pub token: Option<i64>,
    /// The request id.
    pub request: String,
    /// The request and its answer, as far as they are recorded.
    pub exchange: Option<Box<Exchange>>,
    /// What was asked, as it goes on after "asked to".
    pub asked: String,
    /// What became of it.
    pub outcome: String,
    /// What it changed.
    pub effects: Vec<Effect>,
    /// How often the same was asked in a row, with the same result and no effect.
    pub times: u64,
    /// When it was asked last.
    pub until: Timestamp,
}

/// What a request did to somebody.
#[derive(Debug, Clone)]
pub enum Effect {
    /// They came to be, changed or went.
    Person {
        /// Why, in a word: `create`, `patch`, `delete`, …
        cause: String,
        /// Whose values they are.
        id: ResourceId,
        /// What was and what is.
        differences: Vec<Difference>,
    },
    /// They became a member of a group.
    Joined {
        /// The group.
        group: ResourceId,
        /// Its name, as far as it is known.
        name: Option<String>,
    },
    /// They ceased to be a member of a group.
    Left {
        /// The group.
        group: ResourceId,
        /// Its name, as far as it is known.
        name: Option<String>,
    },
}

impl Entry {
    /// Whether it was refused, or some of it.
    pub fn failed(&self) -> bool {
        self.exchange
            .as_ref()
            .is_some_and(|exchange| exchange.failed())
    }

    /// Whether it is the same as `next`, and neither did anything.
    fn repeats(&self, next: &Self) -> bool {
        let status = |entry: &Self| entry.exchange.as_ref().map(|exchange| exchange.status);
        let is_quiet = |entry: &Self| entry.effects.is_empty() && !entry.failed();
        is_quiet(self)
            && is_quiet(next)
            && self.exchange.is_some()
            && status(self) == status(next)
            && (&self.asked, &self.outcome, self.token) == (&next.asked, &next.outcome, next.token)
    }
}

/// The timeline of whom `name` means in these connections.
pub fn of(
    view: &View<'_>,
    exchanges: Option<&Exchanges>,
    connections: &[Connection],
    name: &str,
) -> Result<History, Failure> {
    let who = who::find(view, exchanges, connections, name)?;
    let numbers: BTreeSet<i64> = connections.iter().map(|one| one.number).collect();
    let mut changes = changes_about(view, &who, &Question::default())?;
    changes.retain(|recorded| numbers.contains(&recorded.change.connection));
    let kept = match exchanges {
        Some(exchanges) => recorded(exchanges, &who, &changes)?,
        None => Vec::new(),
    };
    let mut entries: Vec<Entry> = kept
        .into_iter()
        .map(|kept| kept.exchange)
        .filter(|exchange| {
            exchange
                .connection
                .is_none_or(|number| numbers.contains(&number))
        })
        .map(|exchange| entry_of(Box::new(exchange)))
        .collect();
    let mut names = Names {
        view,
        known: HashMap::new(),
    };
    // Somebody may have been changed thousands of times.
    let mut places: HashMap<String, usize> = HashMap::new();
    for (place, entry) in entries.iter().enumerate() {
        places.entry(entry.request.clone()).or_insert(place);
    }
    for recorded in changes {
        let effects = names.effects(&who, &recorded)?;
        let change = recorded.change;
        let known = places.get(&change.request).copied();
        if let Some(entry) = known.and_then(|place| entries.get_mut(place)) {
            entry.effects.extend(effects);
        } else {
            places.insert(change.request.clone(), entries.len());
            let asked = format!(
                "{} {} {}",
                verb(&change.cause),
                change.kind.name().to_lowercase(),
                change.resource
            );
            entries.push(Entry {
                at: change.at,
                connection: Some(change.connection),
                token: change.token,
                request: change.request,
                exchange: None,
                asked,
                outcome: "done".to_owned(),
                effects,
                times: 1,
                until: change.at,
            });
        }
    }
    entries.sort_by_key(|entry| entry.at);
    let losses = match (exchanges, entries.first()) {
        (Some(exchanges), Some(first)) => exchanges.losses(0, Some(first.at))?,
        _ => Vec::new(),
    };
    Ok(History {
        who,
        entries: together(entries),
        losses,
    })
}

/// The exchanges about somebody, and those that made the changes: a long member list may have been
/// longer than the links of its exchange.
fn recorded(
    exchanges: &Exchanges,
    who: &Who,
    changes: &[Recorded],
) -> Result<Vec<Kept>, StoreError> {
    let mut found = exchanges.find(&Wanted {
        about: Some(&who.keys),
        ..Wanted::default()
    })?;
    let there: BTreeSet<&str> = found.iter().map(|kept| &*kept.exchange.request).collect();
    let missing: BTreeSet<String> = changes
        .iter()
        .filter(|recorded| !there.contains(&*recorded.change.request))
        .map(|recorded| recorded.change.request.clone())
        .collect();
    let missing: Vec<String> = missing.into_iter().collect();
    for some in missing.chunks(500) {
        found.extend(exchanges.find(&Wanted {
            requests: Some(some),
            ..Wanted::default()
        })?);
    }
    Ok(found)
}

fn entry_of(exchange: Box<Exchange>) -> Entry {
    Entry {
        at: exchange.at,
        connection: exchange.connection,
        token: exchange.token,
        request: exchange.request.clone(),
        asked: words::asked(&exchange),
        outcome: words::outcome(&exchange),
        effects: Vec::new(),
        times: 1,
        until: exchange.at,
        exchange: Some(exchange),
    }
}

/// The same again and again becomes one.
fn together(entries: Vec<Entry>) -> Vec<Entry> {
    let mut found: Vec<Entry> = Vec::with_capacity(entries.len());
    for entry in entries {
        match found.last_mut() {
            Some(last) if last.repeats(&entry) => {
                last.times += 1;
                last.until = entry.at;
            }
            _ => found.push(entry),
        }
    }
    found
}

fn verb(cause: &str) -> &str {
    match cause {
        "patch" | "schema" | "manager" => "change",
        // What was asked for was a create; what became of it is told below.
        "link" | "revive" => "create",
        "seat" => "give a seat to",
        "undo" => "give back",
        "remove" => "remove the connection of",
        other => other,
    }
}

/// The names of groups, looked up once.
struct Names<'a> {
    view: &'a View<'a>,
    known: HashMap<ResourceId, Option<String>>,
}

impl Names<'_> {
    fn effects(&mut self, who: &Who, recorded: &Recorded) -> Result<Vec<Effect>, StoreError> {
        let change = &recorded.change;
        let mut effects = Vec::new();
        if who.ids.contains(&change.resource) {
            let [before, after] = change.sides()?;
            effects.push(Effect::Person {
                cause: change.cause.clone(),
                id: change.resource,
                differences: differences(before.as_ref(), after.as_ref()),
            });
        }
        let group = change.resource;
        for _ in change
            .joined
            .iter()
            .filter(|member| who.ids.contains(member))
        {
            let name = self.name(change.connection, group)?;
            effects.push(Effect::Joined { group, name });
        }
        for _ in change
            .parted
            .iter()
            .filter(|member| who.ids.contains(member))
        {
            let name = self.name(change.connection, group)?;
            effects.push(Effect::Left { group, name });
        }
        Ok(effects)
    }

    /// What a group is called, or was called last.
    fn name(&mut self, connection: i64, group: ResourceId) -> Result<Option<String>, StoreError> {
        if let Some(name) = self.known.get(&group) {
            return Ok(name.clone());
        }
        let display = |document: &str| {
            let document: Value = serde_json::from_str(document).ok()?;
            Some(document.get("displayName")?.as_str()?.to_owned())
        };
        let name = if let Some(stored) = self.view.resource(connection, Kind::Group, &group)? {
            display(&stored.document)
        } else {
            let changes = self.view.changes_of(&group)?;
            let mut sides = changes
                .iter()
                .rev()
                .flat_map(|recorded| [&recorded.change.after, &recorded.change.before]);
            sides.find_map(|side| display(side.as_deref()?))
        };
        self.known.insert(group, name.clone());
        Ok(name)
    }
}
