//! Connections: one entrance for each identity provider.

use super::failure::Failure;
use super::operator::Operator;
use super::refusal::Refusal;
use super::schemas::{self, Wanted};
use super::seats::{self, Seats};
use super::ties::Ties;
use crate::base::{Origin, Policy, PolicyFlaw, Profile, Unlisted, similar};
use crate::scim::{Derivation, Kind, Spot};
use crate::store::{Connection, StoreError, Tx, View};

/// The setting that gives all others their defaults; it is kept with the connection itself.
const PROFILE: &str = "profile";
/// The profile of a connection for which none was chosen.
const GENERIC: &str = "generic";

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

/// The settings of a connection in force, and those among the stored ones that this version does not
/// understand: they were written by a newer one, and have no effect.
pub fn policy(
    view: &View<'_>,
    connection: &Connection,
) -> Result<(Policy, Vec<PolicyFlaw>), StoreError> {
    view.policy(connection)
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
    let (policy, flaws) = policy(view, connection)?;
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
fn profile(name: &str) -> Result<&'static Profile, Refusal> {
    Profile::named(name).map_err(|_| Refusal::NoSuchProfile {
        name: name.to_owned(),
        similar: similar(name, Profile::names()),
    })
}

/// What came of changed settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Configured {
    /// The connection.
    pub connection: Connection,
    /// Its seats now.
    pub seats: Seats,
    /// How many people who waited for a seat were activated.
    pub activated: u64,
}

/// Changes settings, given as `key=value`; `key=` is the way back to the default, and `profile=NAME`
/// changes the defaults. One wrong setting and none is changed.
pub fn configure(
    tx: &Tx<'_>,
    name: &str,
    given: &[String],
    operator: &Operator,
) -> Result<Configured, Failure> {
    let mut connection = named(tx, name)?;
    let before = Ties::of(tx, &connection)?;
    for text in given {
        let (key, value) = setting(text)?;
        if key == PROFILE {
            let profile = profile(value.unwrap_or(GENERIC))?;
            if profile.name != connection.profile {
                keep_schemas(tx, &connection, operator)?;
            }
            tx.set_profile(connection.number, profile.name)?;
            profile.name.clone_into(&mut connection.profile);
        } else {
            tx.put_setting(connection.number, key, value)?;
        }
        let subject = format!("{}: {key}={}", connection.name, value.unwrap_or_default());
        operator.record(tx, "connection set", &subject)?;
    }
    check_together(tx, &connection)?;
    let schemas = connection.schemas(&mut tx.library()?)?;
    before.give_way(tx, &connection, &schemas, operator)?;
    let (policy, _) = policy(tx, &connection)?;
    let activated = seats::pass_on(tx, &connection, policy.seats, operator)?;
    Ok(Configured {
        seats: Seats::of(tx, connection.number, policy.seats)?,
        connection,
        activated,
    })
}

/// Declares for everybody what the profile of this connection brought along, so that the data under it
/// stay when the profile goes.
fn keep_schemas(tx: &Tx<'_>, connection: &Connection, operator: &Operator) -> Result<(), Failure> {
    let wanted: Vec<Wanted> = connection
        .packs()?
        .into_iter()
        .flat_map(|pack| {
            let name = pack.name.to_owned();
            let declarations = pack.declarations.into_iter();
            declarations.map(move |declared| Wanted::Document(name.clone(), declared))
        })
        .collect();
    if !wanted.is_empty() && tx.count(connection.number, Kind::User)? > 0 {
        schemas::declare(tx, &wanted, operator)?;
    }
    Ok(())
}

/// Whether the settings make sense with each other and with the schemas.
fn check_together(view: &View<'_>, connection: &Connection) -> Result<(), Failure> {
    let profile = profile_of(connection)?;
    let (policy, _) = policy(view, connection)?;
    let rules = &policy.rules;
    if rules.unlisted == Unlisted::Drop && profile.attributes.of_users().next().is_none() {
        return Err(Refusal::NothingListed {
            profile: profile.name,
        }
        .into());
    }
    let schemas = connection.schemas(&mut view.library()?)?;
    let unknown = |place: &&String| Spot::parse(place, Kind::User, &schemas).is_none();
    if let Some(place) = rules.required.iter().find(unknown) {
        return Err(Refusal::NoSuchPlace {
            key: "required",
            place: place.clone(),
        }
        .into());
    }
    let underivable = |place: &&String| !Derivation::knows(place, &schemas);
    match policy.ties.derive.iter().find(underivable) {
        None => Ok(()),
        Some(place) => Err(Refusal::NoSuchPlace {
            key: "derive",
            place: place.clone(),
        }
        .into()),
    }
}

/// A setting and its new value; `None` is the default.
fn setting(text: &str) -> Result<(&str, Option<&str>), Refusal> {
    let Some((key, value)) = text.split_once('=') else {
        return Err(Refusal::NotASetting { text: text.into() });
    };
    let (key, value) = (key.trim(), value.trim());
    let is_known = key == PROFILE || Policy::keys().any(|known| known == key);
    if value.is_empty() && is_known {
        return Ok((key, None));
    }
    if key == PROFILE {
        profile(value)?;
        return Ok((key, Some(value)));
    }
    match Policy::default().set(key, value) {
        Ok(_) => Ok((key, Some(value))),
        Err(flaw @ PolicyFlaw::UnknownKey { .. }) => Err(Refusal::BadSetting {
            flaw,
            similar: similar(key, Policy::keys().chain([PROFILE])),
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
