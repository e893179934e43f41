//! Connections: one entrance for each identity provider.

use super::failure::Failure;
use super::operator::Operator;
use super::refusal::Refusal;
use crate::base::{Policy, PolicyFlaw, similar};
use crate::store::{Connection, StoreError, Tx, View};

/// The profiles that a connection can start with.
pub const PROFILES: &[&str] = &["generic"];

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
    if !PROFILES.contains(&profile) {
        return Err(Refusal::NoSuchProfile {
            name: profile.to_owned(),
            known: PROFILES,
        }
        .into());
    }
    if let Some(present) = tx.connection_by_name(name)? {
        return Err(Refusal::ConnectionExists { name: present.name }.into());
    }
    let connection = tx.insert_connection(name, profile, operator.now)?;
    operator.record(tx, "connection new", name)?;
    Ok(connection)
}

/// 1 to 64 letters, digits, `-`, `_` and `.`; a leading `-` would look like an option.
fn is_name(name: &str) -> bool {
    let starts_well = name.starts_with(|first: char| first.is_ascii_alphanumeric());
    let fits = |letter: u8| letter.is_ascii_alphanumeric() || b"-_.".contains(&letter);
    starts_well && name.len() <= 64 && name.bytes().all(fits)
}

/// The settings of a connection, and those among the stored ones that this version does not
/// understand: they were written by a newer one, and their defaults are in force.
pub fn policy(
    view: &View<'_>,
    connection: &Connection,
) -> Result<(Policy, Vec<PolicyFlaw>), StoreError> {
    let mut policy = Policy::default();
    let mut flaws = Vec::new();
    for (key, value) in view.settings(connection.number)? {
        match policy.clone().set(&key, &value) {
            Ok(next) => policy = next,
            Err(flaw) => flaws.push(flaw),
        }
    }
    Ok((policy, flaws))
}

/// Changes settings, given as `key=value`; `key=` is the way back to the default. One wrong setting
/// and none is changed.
pub fn configure(
    tx: &Tx<'_>,
    name: &str,
    given: &[String],
    operator: &Operator,
) -> Result<Connection, Failure> {
    let connection = named(tx, name)?;
    let mut pairs = Vec::with_capacity(given.len());
    for text in given {
        pairs.push(setting(text)?);
    }
    for (key, value) in pairs {
        tx.put_setting(connection.number, key, value)?;
        let subject = format!("{}: {key}={}", connection.name, value.unwrap_or_default());
        operator.record(tx, "connection set", &subject)?;
    }
    Ok(connection)
}

/// A setting and its new value; `None` is the default.
fn setting(text: &str) -> Result<(&str, Option<&str>), Refusal> {
    let Some((key, value)) = text.split_once('=') else {
        return Err(Refusal::NotASetting { text: text.into() });
    };
    let (key, value) = (key.trim(), value.trim());
    if value.is_empty() && Policy::KEYS.contains(&key) {
        return Ok((key, None));
    }
    match Policy::default().set(key, value) {
        Ok(_) => Ok((key, Some(value))),
        Err(flaw @ PolicyFlaw::UnknownKey { .. }) => Err(Refusal::BadSetting {
            flaw,
            similar: similar(key, Policy::KEYS),
        }),
        Err(flaw) => Err(Refusal::BadSetting {
            flaw,
            similar: None,
        }),
    }
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

    #[test]
    fn a_setting_is_checked_before_it_is_stored() {
        assert_eq!(setting("dialect=strict"), Ok(("dialect", Some("strict"))));
        assert_eq!(setting("dialect="), Ok(("dialect", None)));
        assert!(matches!(
            setting("dialekt=strict"),
            Err(Refusal::BadSetting {
                similar: Some("dialect"),
                ..
            })
        ));
        assert!(matches!(
            setting("dialect"),
            Err(Refusal::NotASetting { .. })
        ));
        assert!(setting("dialect=loose").is_err());
        assert!(setting("nothing=").is_err());
    }
}
