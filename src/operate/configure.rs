//! Changes the settings of a connection, if they make sense together.

use super::connections::{named, profile, profile_of};
use super::failure::Failure;
use super::operator::Operator;
use super::refusal::Refusal;
use super::schemas::{self, Wanted};
use super::seats::{self, Seats};
use super::signed;
use super::ties::Ties;
use crate::base::{Policy, PolicyFlaw, Unlisted, similar};
use crate::scim::{Derivation, Kind, Spot, Underivable};
use crate::store::{Connection, Tx, View};

/// The setting that gives all others their defaults; it is kept with the connection itself.
const PROFILE: &str = "profile";
/// The profile of a connection for which none was chosen.
const GENERIC: &str = "generic";

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
    let ties = Ties::of(tx, &connection)?;
    let before = tx.policy(&connection)?.0;
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
    ties.give_way(tx, &connection, &schemas, operator)?;
    let after = tx.policy(&connection)?.0;
    let profile = profile_of(&connection)?;
    signed::follow(tx, &connection, profile, &before, &after, operator)?;
    let activated = seats::pass_on(tx, &connection, after.seats, operator)?;
    Ok(Configured {
        seats: Seats::of(tx, connection.number, after.seats)?,
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
    let (policy, _) = view.policy(connection)?;
    signed::check(view, connection, &policy)?;
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
    for place in &policy.ties.derive {
        if let Some(objection) = Derivation::objection(place, &schemas) {
            return Err(underivable(place, objection).into());
        }
    }
    Ok(())
}

/// Why there are no groups of the values at this place.
fn underivable(place: &str, objection: Underivable) -> Refusal {
    let (key, place) = ("derive", place.to_owned());
    let expected = match objection {
        Underivable::Unknown => return Refusal::NoSuchPlace { key, place },
        Underivable::Unread => "an attribute whose values are returned, because they name groups",
        Underivable::Ours => {
            "an attribute that the identity provider writes; the server writes this one"
        }
        Underivable::NoText => {
            "an attribute that holds a text, such as department or name.familyName"
        }
    };
    let value = place;
    let flaw = PolicyFlaw::BadValue {
        key,
        value,
        expected,
    };
    Refusal::BadSetting {
        flaw,
        similar: None,
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

#[cfg(test)]
mod tests {
    use super::*;

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
