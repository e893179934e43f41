//! Which attribute of the identity provider becomes which of ours. Entra ID's names are written out,
//! because its mapping is made by hand; most others fill the standard attributes by themselves.

use std::borrow::Cow;

use serde_json::{Value, json};

use crate::base::{Need, Policy, Profile, Resources};
use crate::scim::schema::Schemas;
use crate::scim::{Kind, Spot};

/// One row of a mapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// What the provider has; `None`: nothing that every directory has.
    pub(super) source: Option<Source>,
    /// What the product's own mapping says in its place, as the provider's console shows it.
    pub(super) shown: Option<String>,
    /// The path of our attribute, as the provider writes it.
    pub(super) target: Cow<'static, str>,
    /// Whether people, or groups, are recognised by it.
    pub(super) matching: bool,
    /// How much the profile wants it; `None`: it has no opinion.
    pub(super) need: Option<Need>,
}

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// An attribute as it is.
    Attribute(&'static str),
    /// `true` where the attribute is not.
    Not(&'static str),
}

impl Row {
    /// Where the value comes from, as the provider's console shows it.
    pub(super) fn source(&self) -> String {
        match (&self.shown, self.source) {
            (Some(shown), _) => shown.clone(),
            (None, Some(source)) => source.shown(),
            (None, None) => "(your choice)".to_owned(),
        }
    }
}

impl Source {
    fn shown(self) -> String {
        match self {
            Self::Attribute(name) => name.to_owned(),
            Self::Not(name) => format!("Not([{name}])"),
        }
    }

    /// The attribute that it reads.
    pub(super) const fn attribute(self) -> &'static str {
        match self {
            Self::Attribute(name) | Self::Not(name) => name,
        }
    }

    /// As an `attributeMappingSource` of Microsoft Graph.
    pub(super) fn in_graph(self) -> Value {
        let attribute = json!({
            "expression": format!("[{}]", self.attribute()),
            "name": self.attribute(),
            "type": "Attribute",
            "parameters": [],
        });
        match self {
            Self::Attribute(_) => attribute,
            Self::Not(_) => json!({
                "expression": self.shown(),
                "name": "Not",
                "type": "Function",
                "parameters": [{"key": "source", "value": attribute}],
            }),
        }
    }
}

/// The mappings of users and of groups at Entra ID that suit a connection of this profile and with these
/// settings: what the profile lists, or else what most need.
pub(super) fn entra(profile: &Profile, policy: &Policy, schemas: &Schemas) -> [Vec<Row>; 2] {
    let attributes = &profile.attributes;
    let matching = target(policy.rules.matching.place(), Kind::User, schemas);
    let mut users: Vec<Row> = attributes
        .by_need()
        .filter_map(|(need, place)| {
            let target = target(place, Kind::User, schemas)?;
            let usual = ENTRA_USERS.into_iter().find(|row| row.target == target);
            Some(Row {
                source: usual.and_then(|row| row.source),
                shown: profile.sources.get(place).cloned(),
                target: target.into(),
                matching: false,
                need: Some(need),
            })
        })
        .collect();
    if users.is_empty() {
        users = ENTRA_USERS.into();
    }
    for row in &mut users {
        row.matching = matching.as_deref() == Some(&*row.target);
    }
    let groups = match policy.rules.resources {
        Resources::Users => Vec::new(),
        Resources::UsersAndGroups => ENTRA_GROUPS.into(),
    };
    [users, groups]
}

/// A place as Entra ID writes it.
fn target(place: &str, kind: Kind, schemas: &Schemas) -> Option<String> {
    Some(Spot::parse(place, kind, schemas)?.path())
}

/// Entra ID's users.
const ENTRA_USERS: [Row; 23] = [
    matching("userPrincipalName", "userName"),
    usual(Source::Not("IsSoftDeleted"), "active", false),
    row("objectId", "externalId"),
    row("displayName", "displayName"),
    row("givenName", "name.givenName"),
    row("surname", "name.familyName"),
    row("mail", "emails[type eq \"work\"].value"),
    row("jobTitle", "title"),
    row("userType", "userType"),
    row("preferredLanguage", "preferredLanguage"),
    row("telephoneNumber", "phoneNumbers[type eq \"work\"].value"),
    row("mobile", "phoneNumbers[type eq \"mobile\"].value"),
    row(
        "facsimileTelephoneNumber",
        "phoneNumbers[type eq \"fax\"].value",
    ),
    row(
        "physicalDeliveryOfficeName",
        "addresses[type eq \"work\"].formatted",
    ),
    row("streetAddress", "addresses[type eq \"work\"].streetAddress"),
    row("city", "addresses[type eq \"work\"].locality"),
    row("state", "addresses[type eq \"work\"].region"),
    row("postalCode", "addresses[type eq \"work\"].postalCode"),
    row("country", "addresses[type eq \"work\"].country"),
    row(
        "employeeId",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber",
    ),
    row(
        "department",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
    ),
    row(
        "companyName",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:organization",
    ),
    row(
        "manager",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager",
    ),
];

/// Entra ID's groups.
const ENTRA_GROUPS: [Row; 3] = [
    matching("displayName", "displayName"),
    row("objectId", "externalId"),
    row("members", "members"),
];

const fn row(source: &'static str, target: &'static str) -> Row {
    usual(Source::Attribute(source), target, false)
}

const fn matching(source: &'static str, target: &'static str) -> Row {
    usual(Source::Attribute(source), target, true)
}

const fn usual(source: Source, target: &'static str, matching: bool) -> Row {
    Row {
        source: Some(source),
        shown: None,
        target: Cow::Borrowed(target),
        matching,
        need: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scim::schema::Declaration;

    fn mapping(name: &str) -> [Vec<Row>; 2] {
        let profile = Profile::named(name).unwrap();
        let documents = profile.schemas.iter();
        let declared: Vec<Declaration> = documents
            .map(|document| Declaration::parse(document).unwrap())
            .collect();
        let schemas = Schemas::extended(&declared).unwrap();
        entra(profile, &profile.policy(&[]).0, &schemas)
    }

    #[test]
    fn every_profile_has_a_mapping_of_its_own() {
        for (name, users, groups, matching) in [
            ("generic", 23, 3, "userName"),
            ("cofense", 36, 0, "externalId"),
            ("sosafe", 28, 3, "userName"),
            ("cybsafe", 35, 3, "userName"),
            ("safe", 6, 0, "emails[type eq \"work\"].value"),
        ] {
            let [people, teams] = mapping(name);
            assert_eq!((people.len(), teams.len()), (users, groups), "{name}");
            let found = people.iter().filter(|row| row.matching);
            let found: Vec<&str> = found.map(|row| &*row.target).collect();
            assert_eq!(found, [matching], "{name}");
        }
    }

    #[test]
    fn what_a_product_publishes_stands_in_its_mapping() {
        let [users, _] = mapping("safe");
        let active = users.iter().find(|row| row.target == "active").unwrap();
        assert_eq!(
            active.source(),
            "Switch([IsSoftDeleted], , \"False\", \"True\", \"True\", \"False\")"
        );
        let [users, _] = mapping("cybsafe");
        let office = users
            .iter()
            .find(|row| row.target.ends_with("cybsafe:2.0:User:office"))
            .unwrap();
        assert_eq!(office.source(), "physicalDeliveryOfficeName");
    }
}
