//! People and groups that an identity provider deleted, brought back.

use super::connections;
use super::failure::Failure;
use super::hand::Hand;
use super::objection::{Candidate, Objection};
use super::operator::Operator;
use super::who;
use crate::base::Timestamp;
use crate::scim::{Kind, ResourceId};
use crate::store::{Connection, StoreError, Stored, Tombstone, Tx, View};

/// Somebody, or a group, that is here again.
#[derive(Debug, Clone)]
pub struct Restored {
    /// Where it belongs.
    pub connection: Connection,
    /// What is kept of it.
    pub stored: Stored,
    /// Whether it was gone: `false` when there was nothing to do.
    pub is_new: bool,
}

/// Brings back the one who was called `name`, under the same id, with attributes and memberships, as far
/// as the groups and members are there. Refused when a value that only one may have is taken by now.
pub fn restore(
    tx: &Tx<'_>,
    kind: Kind,
    connection: Option<&str>,
    name: &str,
    operator: &Operator,
) -> Result<Restored, Failure> {
    let Some((connection, tombstone)) = one(tx, kind, connection, name)? else {
        let chosen = connections::chosen(tx, connection)?;
        return here(tx, kind, chosen, name.trim().to_owned());
    };
    let (action, subject) = (
        match kind {
            Kind::User => "user restore",
            Kind::Group => "group restore",
        },
        format!("{}: {}", connection.name, tombstone.id),
    );
    let errand = operator.set_out(tx, action, &subject, "restore")?;
    let stored = Hand::new(tx, &connection, &errand)?.restore(&tombstone)?;
    Ok(Restored {
        connection,
        stored,
        is_new: true,
    })
}

/// What is left of the one who was called `name`, with the connection; refused when there are several.
pub fn one(
    view: &View<'_>,
    kind: Kind,
    connection: Option<&str>,
    name: &str,
) -> Result<Option<(Connection, Tombstone)>, Failure> {
    let chosen = connections::chosen(view, connection)?;
    let mut gone = who::gone(view, &chosen, kind, name)?;
    let Some(tombstone) = gone.pop() else {
        return Ok(None);
    };
    if !gone.is_empty() {
        gone.push(tombstone);
        let candidates = gone.iter().map(|one| candidate(&chosen, one));
        return Err(Objection::Several {
            name: name.trim().to_owned(),
            candidates: candidates.collect::<Result<_, _>>()?,
        }
        .into());
    }
    let connection = owner(&chosen, &tombstone)?.clone();
    Ok(Some((connection, tombstone)))
}

/// Those of one kind who are gone and can be brought back, the last to go first in each connection,
/// `limit` at most.
pub fn list(
    view: &View<'_>,
    kind: Kind,
    connection: Option<&str>,
    limit: u64,
) -> Result<Vec<(Connection, Tombstone)>, Failure> {
    let mut found = Vec::new();
    for connection in connections::chosen(view, connection)? {
        let held = u64::try_from(found.len()).unwrap_or(u64::MAX);
        let gone = view.tombstones(connection.number, kind, limit.saturating_sub(held))?;
        found.extend(gone.into_iter().map(|one| (connection.clone(), one)));
    }
    Ok(found)
}

/// Until when a tombstone is kept; `None`: for ever.
pub fn until(
    view: &View<'_>,
    connection: &Connection,
    tombstone: &Tombstone,
) -> Result<Option<Timestamp>, StoreError> {
    let (policy, _) = view.policy(connection)?;
    let kept = policy.leaving.retention();
    Ok(kept.map(|kept| tombstone.deleted.plus(kept)))
}

/// Nobody of this name is gone: either they are here, or they are unknown.
fn here(
    view: &View<'_>,
    kind: Kind,
    chosen: Vec<Connection>,
    name: String,
) -> Result<Restored, Failure> {
    let present = match (kind, name.parse::<ResourceId>()) {
        (Kind::User, _) => who::present(view, &chosen, &name)?,
        (Kind::Group, Ok(id)) => {
            let mut found = Vec::new();
            for connection in &chosen {
                found.extend(view.resource(connection.number, kind, &id)?);
            }
            found
        }
        (Kind::Group, Err(_)) => Vec::new(),
    };
    let found = present.into_iter().next().and_then(|stored| {
        let mut chosen = chosen.into_iter();
        let connection = chosen.find(|one| one.number == stored.connection)?;
        Some(Restored {
            connection,
            stored,
            is_new: false,
        })
    });
    Ok(found.ok_or(Objection::NobodyGone { kind, name })?)
}

fn candidate(chosen: &[Connection], tombstone: &Tombstone) -> Result<Candidate, StoreError> {
    let attributes = tombstone.attributes()?;
    let name = match tombstone.kind {
        Kind::User => "userName",
        Kind::Group => "displayName",
    };
    let name = attributes.text(name).unwrap_or_default();
    Ok(Candidate {
        connection: owner(chosen, tombstone)?.name.clone(),
        id: tombstone.id,
        name: format!("{name}, deleted {},", tombstone.deleted),
    })
}

fn owner<'a>(
    chosen: &'a [Connection],
    tombstone: &Tombstone,
) -> Result<&'a Connection, StoreError> {
    let mut chosen = chosen.iter();
    let found = chosen.find(|one| one.number == tombstone.connection);
    found.ok_or_else(|| StoreError::Corrupt {
        what: format!("a tombstone {} of no connection", tombstone.id),
    })
}
