//! What an identity provider sends and no schema knows: it is left out, and the operator is told how to
//! declare it.

use crate::base::Timestamp;
use crate::scim::schema::{Field, Schemas};
use crate::scim::{AttrPath, Kind};
use crate::store::{Connection, StoreError, Tolerated, View};

/// An attribute that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undeclared {
    /// Its name, as it was sent.
    pub name: String,
    /// How often.
    pub times: u64,
    /// When it was last sent.
    pub last_seen: Timestamp,
    /// The command that would declare it, if one line is enough for that.
    pub command: Option<String>,
}

/// The attributes that a connection left out and that are still unknown, most frequent first.
pub fn undeclared(view: &View<'_>, connection: &Connection) -> Result<Vec<Undeclared>, StoreError> {
    let schemas = connection.schemas(&mut view.library()?)?;
    let tolerated = view.tolerated(connection.number)?;
    let unknown = tolerated.into_iter().filter(|tolerated| {
        tolerated.what == Tolerated::UNKNOWN_ATTRIBUTE && !is_known(&schemas, &tolerated.subject)
    });
    Ok(unknown
        .map(|tolerated| Undeclared {
            command: command(&tolerated.subject),
            name: tolerated.subject,
            times: tolerated.times,
            last_seen: tolerated.last_seen,
        })
        .collect())
}

/// Whether the name means something by now.
fn is_known(schemas: &Schemas, name: &str) -> bool {
    Kind::ALL.into_iter().any(|kind| {
        schemas.whole(kind, name).is_some()
            || AttrPath::parse(name).is_some_and(|path| schemas.resolve(kind, &path).is_some())
    })
}

/// The command that declares an attribute of an extension. The name came from outside and the command
/// goes into a shell: whatever is not plain gets none.
fn command(name: &str) -> Option<String> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b":._-".contains(&byte);
    if !name.bytes().all(is_plain) {
        return None;
    }
    let path = AttrPath::parse(name).filter(|path| path.sub.is_none())?;
    Field::parse(name)
        .ok()
        .filter(|field| field.kind.is_none() && path.name.is(&field.name))?
        .declaration()
        .ok()?;
    Some(format!("appliance schema add {name}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scim::Urn;

    #[test]
    fn only_a_plain_attribute_of_an_extension_gets_a_command() {
        let of_the_enterprise = format!("{}:hireDate", Urn::ENTERPRISE);
        for name in ["urn:example:2.0:User:badge", &of_the_enterprise] {
            assert_eq!(command(name), Some(format!("appliance schema add {name}")));
        }
        for name in [
            "shoeSize",
            "name.petName",
            "urn:example:2.0:Pet",
            "urn:example:2.0:User:site.door",
            "urn:example:2.0:User:$(reboot)",
            "urn:example:2.0:User:a;reboot",
            "urn:example:2.0:User:id",
            "urn:ietf:params:scim:schemas:core:2.0:User:shoeSize",
        ] {
            assert_eq!(command(name), None, "{name}");
        }
    }
}
