//! Somebody as an operator names them: by id, userName, externalId or e-mail address, whether they are
//! here, were here once, or were only asked about.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::failure::Failure;
use super::refusal::Refusal;
use crate::base::Limits;
use crate::scim::filter::{self, Condition};
use crate::scim::mask::Subject;
use crate::scim::schema::Schemas;
use crate::scim::{Kind, ResourceId, fold_name, names};
use crate::store::{
    Connection, Exchanges, Key, Keys, Page, Search, StoreError, Stored, Tombstone, View, Wanted,
};

/// Names by which one person's exchanges are looked for.
const MOST_NAMES: usize = 100;
/// People that one name can mean in one connection: more is no name.
const MOST: u64 = 50;

/// Whom a name means.
#[derive(Debug)]
pub struct Who {
    /// Those who are here.
    pub people: Vec<Stored>,
    /// They, and those who are not any more.
    pub ids: Vec<ResourceId>,
    /// What exchanges about them are found by: their ids, the name, and every other name they have or
    /// had.
    pub keys: Vec<Key>,
}

/// Finds whom `name` means in these connections.
pub fn find(
    view: &View<'_>,
    exchanges: Option<&Exchanges>,
    connections: &[Connection],
    name: &str,
) -> Result<Who, Failure> {
    let name = name.trim();
    let keys = Keys::new(&view.secret()?);
    let asked_for = keys.key(&Subject::named(name));
    let people = present(view, connections, name)?;
    let mut ids: BTreeSet<ResourceId> = people.iter().map(|stored| stored.id).collect();
    ids.extend(name.parse::<ResourceId>());
    if people.is_empty() {
        ids.extend(formerly(view, connections, name)?);
        if let Some(exchanges) = exchanges {
            ids.extend(asked_about(view, exchanges, asked_for)?);
        }
    }
    let ids: Vec<ResourceId> = ids.into_iter().collect();
    let mut names = BTreeSet::new();
    for stored in &people {
        names.extend(names_in(stored.attributes()?.as_map()));
    }
    for id in &ids {
        for recorded in view.changes_of(id)? {
            let sides = recorded.change.sides()?;
            names.extend(sides.iter().flatten().flat_map(names_in));
        }
    }
    let by_id = ids.iter().map(|id| keys.of_id(id));
    let others = names.iter().take(MOST_NAMES);
    let by_name = others.map(|other| keys.key(&Subject::named(other)));
    Ok(Who {
        keys: by_id.chain([asked_for]).chain(by_name).collect(),
        people,
        ids,
    })
}

/// Those of these connections who are here and whom `name` means.
pub fn present(
    view: &View<'_>,
    connections: &[Connection],
    name: &str,
) -> Result<Vec<Stored>, Failure> {
    let name = name.trim();
    let mut people: Vec<Stored> = Vec::new();
    let id: Option<ResourceId> = name.parse().ok();
    let condition = condition(name)?;
    for connection in connections {
        if let Some(id) = &id {
            people.extend(view.resource(connection.number, Kind::User, id)?);
        }
        let found = view.search(&Search {
            connection: connection.number,
            among: &[(Kind::User, Some(condition.clone()))],
            sort: None,
            page: Page::Index {
                start: 1,
                count: MOST,
            },
        })?;
        let known = people.len();
        for stored in found.resources {
            if people.iter().take(known).all(|one| one.id != stored.id) {
                people.push(stored);
            }
        }
    }
    Ok(people)
}

/// Those of these connections who are gone, can be brought back and were called `name`: people, or groups
/// by their name.
pub fn gone(
    view: &View<'_>,
    connections: &[Connection],
    kind: Kind,
    name: &str,
) -> Result<Vec<Tombstone>, StoreError> {
    let name = name.trim();
    let id: Option<ResourceId> = name.parse().ok();
    let mut found: Vec<Tombstone> = Vec::new();
    for connection in connections {
        let by_id = match &id {
            Some(id) => view.tombstone(connection.number, id)?,
            None => None,
        };
        let by_name = view.tombstones_named(connection.number, kind, name)?;
        for one in by_id.into_iter().chain(by_name) {
            if one.kind == kind && found.iter().all(|known| known.id != one.id) {
                found.push(one);
            }
        }
    }
    Ok(found)
}

/// Who has this userName, externalId or e-mail address.
fn condition(name: &str) -> Result<Condition, Failure> {
    let quoted = Value::from(name).to_string();
    let text =
        format!("userName eq {quoted} or externalId eq {quoted} or emails.value eq {quoted}");
    let schemas = Schemas::builtin().map_err(|flaw| StoreError::Corrupt {
        what: format!("the built-in schemas: {flaw}"),
    })?;
    let limits = Limits {
        filter: usize::MAX,
        ..Limits::DEFAULT
    };
    let condition = filter::parse(&text, &limits)
        .and_then(|filter| filter::resolve(&filter, &schemas, Kind::User));
    Ok(condition.map_err(Refusal::BadFilter)?)
}

/// Who had this name once, by the change record.
fn formerly(
    view: &View<'_>,
    connections: &[Connection],
    name: &str,
) -> Result<Vec<ResourceId>, StoreError> {
    let wanted = fold_name(name);
    let found = view.users_in_changes(|document| {
        let mut names = names(Kind::User, document).into_iter();
        names.any(|known| fold_name(known) == wanted)
    })?;
    let asked = |number| connections.iter().any(|known| known.number == number);
    Ok(found
        .into_iter()
        .filter(|(connection, _)| asked(*connection))
        .map(|(_, id)| id)
        .collect())
}

/// The names that a document says its resource has.
fn names_in(document: &Map<String, Value>) -> Vec<String> {
    let names = names(Kind::User, document).into_iter();
    names.map(str::to_owned).collect()
}

/// Users that the exchanges about this name led to.
fn asked_about(
    view: &View<'_>,
    exchanges: &Exchanges,
    named: Key,
) -> Result<Vec<ResourceId>, StoreError> {
    let about = exchanges.find(&Wanted {
        about: Some(&[named]),
        ..Wanted::default()
    })?;
    let ids: BTreeSet<ResourceId> = about
        .iter()
        .filter_map(|kept| kept.exchange.resource)
        .collect();
    let mut users = Vec::new();
    for id in ids {
        let changes = view.changes_of(&id)?;
        if changes
            .iter()
            .any(|recorded| recorded.change.kind == Kind::User)
        {
            users.push(id);
        }
    }
    Ok(users)
}
