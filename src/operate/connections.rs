//! Connections: one entrance for each identity provider.

use super::failure::Failure;
use super::operator::Operator;
use super::refusal::Refusal;
use super::removal_refusal::RemovalRefusal;
use crate::base::{Origin, PolicyFlaw, Profile, similar};
use crate::store::{Connection, StoreError, Tx, View};

/// The connection with this name, in any letter case.
pub fn named(view: &View<'_>, name: &str) -> Result<Connection, Failure> {
    if let Some(connection) = view.connection_by_name(name)? {
        return Ok(connection);
    }
    let known = view.connections()?;
    let meant = similar(name, known.iter().map(|known| known.name.as_str()));
    Err(Refusal::NoSuchConnection {
        name: name.to_owned(),
        similar: meant.map(str::to_owned),
    }
    .into())
}

/// The connection with this name, or all of them when none is named.
pub fn chosen(view: &View<'_>, name: Option<&str>) -> Result<Vec<Connection>, Failure> {
    match name {
        Some(name) => Ok(vec![named(view, name)?]),
        None => Ok(view.connections()?),
    }
}

/// Opens a connection.
pub fn open(
    tx: &Tx<'_>,
    name: &str,
    profile: &str,
    operator: &Operator,
) -> Result<Connection, Failure> {
    if !is_name(name) {
        return Err(Refusal::BadConnectionName { name: name.into() }.into());
    }
    let profile = self::profile(profile)?;
    if let Some(present) = tx.connection_by_name(name)? {
        return Err(Refusal::ConnectionExists { name: present.name }.into());
    }
    if tx.half_removed(name)?.is_some() {
        // Two of one name, and nobody could say which of them is to be removed.
        let name = name.to_owned();
        return Err(Refusal::from(RemovalRefusal::Unfinished { name }).into());
    }
    let connection = tx.insert_connection(name, profile.name, operator.now)?;
    operator.record(tx, "connection new", name)?;
    Ok(connection)
}

/// 1 to 64 letters, digits, `-`, `_` and `.`; a leading `-` would look like an option.
fn is_name(name: &str) -> bool {
    let starts_well = name.starts_with(|first: char| first.is_ascii_alphanumeric());
    let fits = |letter: u8| letter.is_ascii_alphanumeric() || b"-_.".contains(&letter);
    starts_well && name.len() <= 64 && name.bytes().all(fits)
}

/// A setting as it is in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// Its name.
    pub key: &'static str,
    /// Its value as the operator would type it.
    pub value: String,
    /// Who decided it.
    pub origin: Origin,
}

/// The settings of a connection with their origins, and those that are not understood.
pub fn settings(
    view: &View<'_>,
    connection: &Connection,
) -> Result<(Vec<Setting>, Vec<PolicyFlaw>), StoreError> {
    let profile = profile_of(connection)?;
    let set = view.settings(connection.number)?;
    let (policy, flaws) = view.policy(connection)?;
    let settings = policy.entries().into_iter().map(|(key, value)| Setting {
        origin: profile.origin(key, &set),
        key,
        value,
    });
    Ok((settings.collect(), flaws))
}

/// The profile of a connection.
pub fn profile_of(connection: &Connection) -> Result<&'static Profile, StoreError> {
    Profile::named(&connection.profile).map_err(|flaw| StoreError::Corrupt {
        what: format!("connection `{}`: {flaw}", connection.name),
    })
}

/// Finds the profile that was typed.
pub(super) fn profile(name: &str) -> Result<&'static Profile, Refusal> {
    Profile::named(name).map_err(|_| Refusal::NoSuchProfile {
        name: name.to_owned(),
        similar: similar(name, Profile::names()),
    })
}

/// Answers every request of the connection with 503 from now on. `false` when that was so already.
pub fn pause(tx: &Tx<'_>, name: &str, operator: &Operator) -> Result<bool, Failure> {
    set_paused(tx, name, true, "connection pause", operator)
}

/// Lets a paused connection work again. `false` when it was not paused.
pub fn resume(tx: &Tx<'_>, name: &str, operator: &Operator) -> Result<bool, Failure> {
    set_paused(tx, name, false, "connection resume", operator)
}

fn set_paused(
    tx: &Tx<'_>,
    name: &str,
    paused: bool,
    action: &str,
    operator: &Operator,
) -> Result<bool, Failure> {
    let connection = named(tx, name)?;
    if connection.paused == paused {
        return Ok(false);
    }
    tx.set_paused(connection.number, paused)?;
    operator.record(tx, action, &connection.name)?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_safe_everywhere() {
        for name in ["a", "okta-prod", "Entra_2.1", &"x".repeat(64)] {
            assert!(is_name(name), "{name}");
        }
        for name in ["", "-x", ".", "a b", "a/b", "ä", "a\n", &"x".repeat(65)] {
            assert!(!is_name(name), "{name}");
        }
    }
}
