//! The columns of people and of groups, and what each says about one of them.

use serde_json::{Map, Value};

use super::cell;
use super::column::Column;
use super::entry::Entry;
use crate::scim::schema::Schemas;
use crate::scim::{Kind, Urn};

/// Where the text of a column comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Source {
    Connection,
    Id,
    Created,
    Modified,
    Groups,
    /// Where a group is kept that follows from an attribute.
    Folder,
    /// How many members a group has.
    Members,
    /// An attribute of the core schema.
    Core(&'static str),
    /// A sub-attribute of the single-valued `name`.
    Name(&'static str),
    /// A sub-attribute of those elements that have this `type`.
    Typed(&'static str, &'static str, &'static str),
    /// An attribute of the extension with this URN.
    Extension(String, String),
}

/// The enterprise attributes that have a column of their own, in order.
const ENTERPRISE: [&str; 6] = [
    "employeeNumber",
    "department",
    "division",
    "organization",
    "costCenter",
    "manager",
];

/// The columns of people, then one for each extension attribute of the connections that is not among
/// them, titled as a filter would name it.
pub(super) fn of_users<'a>(schemas: impl Iterator<Item = &'a Schemas>) -> Vec<Column<Source>> {
    use Source::{Connection, Core, Created, Groups, Id, Modified, Name, Typed};
    let mut columns: Vec<Column<Source>> = [
        ("connection", Connection),
        ("id", Id),
        ("userName", Core("userName")),
        ("externalId", Core("externalId")),
        ("active", Core("active")),
        ("displayName", Core("displayName")),
        ("name.givenName", Name("givenName")),
        ("name.familyName", Name("familyName")),
        ("name.formatted", Name("formatted")),
        ("emails.work", Typed("emails", "work", "value")),
        ("title", Core("title")),
        ("userType", Core("userType")),
        ("preferredLanguage", Core("preferredLanguage")),
        ("locale", Core("locale")),
        ("timezone", Core("timezone")),
        ("phoneNumbers.work", Typed("phoneNumbers", "work", "value")),
        (
            "phoneNumbers.mobile",
            Typed("phoneNumbers", "mobile", "value"),
        ),
        (
            "addresses.work.country",
            Typed("addresses", "work", "country"),
        ),
    ]
    .into_iter()
    .map(|(title, source)| Column::new(title, source))
    .collect();
    columns.extend(ENTERPRISE.map(|name| Column::new(name, enterprise(name))));
    columns.push(Column::new("groups", Groups));
    columns.push(Column::new("created", Created));
    columns.push(Column::new("lastModified", Modified));
    add_extensions(&mut columns, schemas, Kind::User);
    columns
}

/// The same of groups.
pub(super) fn of_groups<'a>(schemas: impl Iterator<Item = &'a Schemas>) -> Vec<Column<Source>> {
    use Source::{Connection, Core, Created, Folder, Id, Members, Modified};
    let mut columns: Vec<Column<Source>> = [
        ("connection", Connection),
        ("id", Id),
        ("displayName", Core("displayName")),
        ("externalId", Core("externalId")),
        ("folder", Folder),
        ("members", Members),
        ("created", Created),
        ("lastModified", Modified),
    ]
    .into_iter()
    .map(|(title, source)| Column::new(title, source))
    .collect();
    add_extensions(&mut columns, schemas, Kind::Group);
    columns
}

fn add_extensions<'a>(
    columns: &mut Vec<Column<Source>>,
    schemas: impl Iterator<Item = &'a Schemas>,
    kind: Kind,
) {
    for schemas in schemas {
        for further in extensions(schemas, kind) {
            if !columns.iter().any(|known| known.source == further.source) {
                columns.push(further);
            }
        }
    }
}

fn extensions(schemas: &Schemas, kind: Kind) -> impl Iterator<Item = Column<Source>> {
    let extensions = &schemas.resource_type(kind).extensions;
    extensions.iter().flat_map(|extension| {
        let urn = extension.schema.id.as_str();
        let attributes = extension.schema.attributes.iter();
        // What is never kept would be an empty column.
        let kept = attributes.filter(|attribute| !attribute.is_hidden());
        kept.map(move |attribute| {
            let name = attribute.name.as_str();
            let source = Source::Extension(urn.to_owned(), name.to_owned());
            Column::new(&format!("{urn}:{name}"), source)
        })
    })
}

fn enterprise(name: &str) -> Source {
    Source::Extension(Urn::ENTERPRISE.to_owned(), name.to_owned())
}

impl Source {
    /// What the column says about `entry`; empty when there is nothing to say.
    pub(super) fn text(&self, entry: &Entry<'_>) -> String {
        let document = &entry.document;
        let value = match self {
            Self::Connection => return entry.connection.to_owned(),
            Self::Id => return entry.stored.id.to_string(),
            Self::Created => return entry.stored.meta.created.to_string(),
            Self::Modified => return entry.stored.meta.modified.to_string(),
            Self::Groups => return groups(entry),
            Self::Members => return entry.members.to_string(),
            Self::Typed(attribute, wanted, sub) => {
                return typed(document, attribute, wanted, sub);
            }
            Self::Folder => document.get("folder"),
            Self::Core(name) => document.get(*name),
            Self::Name(sub) => part(document, "name", sub),
            Self::Extension(urn, name) => part(document, urn, name),
        };
        value.map(cell::text).unwrap_or_default()
    }
}

fn part<'a>(document: &'a Map<String, Value>, outer: &str, inner: &str) -> Option<&'a Value> {
    document.get(outer)?.get(inner)
}

/// The values of those elements that have the wanted `type`, in any letter case.
fn typed(document: &Map<String, Value>, attribute: &str, wanted: &str, sub: &str) -> String {
    let elements = document.get(attribute).and_then(Value::as_array);
    let fitting = elements.into_iter().flatten().filter(|element| {
        let found = element.get("type").and_then(Value::as_str);
        found.is_some_and(|found| found.eq_ignore_ascii_case(wanted))
    });
    cell::joined(
        fitting
            .filter_map(|element| element.get(sub))
            .map(cell::text),
    )
}

/// The names of the groups; of one that has none, its id.
fn groups(entry: &Entry<'_>) -> String {
    cell::joined(entry.groups.iter().map(|group| {
        group
            .display
            .clone()
            .unwrap_or_else(|| group.id.to_string())
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scim::schema::SchemaDocument;
    use serde_json::json;

    fn titles(schemas: &Schemas) -> Vec<String> {
        let columns = of_users(std::iter::once(schemas));
        columns.into_iter().map(|column| column.title).collect()
    }

    #[test]
    fn the_columns_have_their_published_names_and_order() {
        assert_eq!(
            titles(&Schemas::builtin().unwrap()).join(", "),
            "connection, id, userName, externalId, active, displayName, name.givenName, \
             name.familyName, name.formatted, emails.work, title, userType, preferredLanguage, \
             locale, timezone, phoneNumbers.work, phoneNumbers.mobile, addresses.work.country, \
             employeeNumber, department, division, organization, costCenter, manager, groups, \
             created, lastModified"
        );
    }

    #[test]
    fn further_extension_attributes_follow_under_their_full_name() {
        let pack = json!({"id": Urn::ENTERPRISE, "attributes": [{"name": "hireDate"}]});
        let schemas =
            Schemas::with_user_extensions(vec![SchemaDocument::parse(&pack).unwrap()]).unwrap();
        assert_eq!(
            titles(&schemas).last().unwrap(),
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:hireDate"
        );
    }

    #[test]
    fn a_typed_column_takes_every_value_of_its_type() {
        let document = json!({"emails": [
            {"value": "a@example.net", "type": "work"},
            {"value": "b@example.net", "type": "home"},
            {"value": "c@example.net", "type": "Work"},
            {"value": "d@example.net"},
        ]});
        let document = document.as_object().unwrap();
        assert_eq!(
            typed(document, "emails", "work", "value"),
            "a@example.net; c@example.net"
        );
        assert_eq!(typed(document, "emails", "other", "value"), "");
    }
}
