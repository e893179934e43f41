//! The removal of a connection: first nothing finds it any more, then what it holds goes, part by part.

use super::connections;
use super::failure::Failure;
use super::operator::{Errand, Operator};
use super::refusal::Refusal;
use super::removal_refusal::RemovalRefusal;
use crate::base::Timestamp;
use crate::scim::Kind;
use crate::store::{Store, StoreError, Ties, Tx, View};

/// People, groups or tombstones that go in one transaction.
const SOME: u64 = 200;
/// Searchable values that do.
const VALUES: u64 = 5_000;
/// Changes that are looked at in one.
const CHANGES: u64 = 1_000;

/// What is about to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doomed {
    number: i64,
    /// The connection.
    pub name: String,
    /// Its users.
    pub users: u64,
    /// Its groups, derived ones included.
    pub groups: u64,
    /// Those who were deleted and could be brought back.
    pub tombstones: u64,
    /// Its tokens that are not revoked.
    pub tokens: u64,
    /// Whether its removal has begun already.
    pub has_begun: bool,
}

/// What the removal of a connection would take away. The last one stays: without a connection there is
/// nothing to serve.
pub fn look(view: &View<'_>, name: &str) -> Result<Doomed, Failure> {
    // A name is not free before its removal is finished, so it is never the name of two.
    if let Some(number) = view.half_removed(name)? {
        return Ok(count(view, number, name.to_owned(), true)?);
    }
    let connection = connections::named(view, name)?;
    if view.connections()?.len() < 2 {
        let name = connection.name;
        return Err(Refusal::from(RemovalRefusal::Last { name }).into());
    }
    Ok(count(view, connection.number, connection.name, false)?)
}

fn count(
    view: &View<'_>,
    number: i64,
    name: String,
    has_begun: bool,
) -> Result<Doomed, StoreError> {
    let shown = view.counted(number, Kind::Group)?;
    // A derived group that the identity provider sees is a resource too.
    let mut hidden = 0;
    for group in view.derived_groups(number)? {
        if view.resource(number, Kind::Group, &group.id)?.is_none() {
            hidden += 1;
        }
    }
    let tokens = view.tokens_of(number)?;
    let live = tokens.iter().filter(|token| token.revoked.is_none());
    Ok(Doomed {
        number,
        name,
        users: view.counted(number, Kind::User)?,
        groups: shown + hidden,
        tombstones: view.tombstones_in(number)?,
        tokens: live.count() as u64,
        has_begun,
    })
}

/// Shuts the door: when this is done, the tokens of the connection open nothing, and no command finds it.
pub fn retire(tx: &Tx<'_>, doomed: &Doomed, operator: &Operator) -> Result<Errand, Failure> {
    // Between the look and this, somebody may have been faster, or have removed all others.
    let now = look(tx, &doomed.name)?;
    if now.number != doomed.number {
        return Err(Refusal::NoSuchConnection {
            name: doomed.name.clone(),
            similar: None,
        }
        .into());
    }
    if !now.has_begun {
        tx.retire_connection(now.number, operator.now)?;
    }
    Ok(operator.set_out(tx, "connection remove", &doomed.name, "remove")?)
}

/// Takes away what a retired connection holds, with a change for each of its people and groups, and then
/// what was recorded of them. Every part is a short transaction of its own; whatever interrupts this, another
/// call goes on from there.
pub fn empty(store: &Store, doomed: &Doomed, errand: &Errand) -> Result<(), Failure> {
    let number = doomed.number;
    let parts: [Part; 4] = [values, resources, derived, tombstones];
    for part in parts {
        loop {
            let errand = errand.clone();
            let gone = in_turn(store, move |tx| part(tx, number, &errand))?;
            if gone == 0 {
                break;
            }
        }
    }
    let last = store.read::<_, StoreError>(|view| view.last_change())?;
    let mut after = 0;
    while after < last {
        in_turn(store, move |tx| tx.purge_changes_of(number, after, CHANGES))?;
        after += CHANGES;
    }
    in_turn(store, move |tx| tx.remove_rest(number))
}

/// Takes away some of what a connection has; answers how much there was.
type Part = fn(&Tx<'_>, i64, &Errand) -> Result<u64, StoreError>;

/// One part, after which the server's writes have their turn.
fn in_turn<T: Send + 'static>(
    store: &Store,
    part: impl FnOnce(&Tx<'_>) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, Failure> {
    let done = store
        .write(move |tx| {
            tx.overwrite_what_goes()?;
            part(tx)
        })
        .wait()?;
    store.step_aside();
    Ok(done)
}

fn values(tx: &Tx<'_>, connection: i64, _: &Errand) -> Result<u64, StoreError> {
    tx.remove_values(connection, VALUES)
}

fn resources(tx: &Tx<'_>, connection: i64, errand: &Errand) -> Result<u64, StoreError> {
    tx.remove_resources(&errand.deed(&Ties::default()), connection, SOME)
}

fn derived(tx: &Tx<'_>, connection: i64, errand: &Errand) -> Result<u64, StoreError> {
    tx.remove_derived(&errand.deed(&Ties::default()), connection, SOME)
}

fn tombstones(tx: &Tx<'_>, connection: i64, _: &Errand) -> Result<u64, StoreError> {
    tx.purge_tombstones(connection, Timestamp::from_millis(i64::MAX), SOME)
}
