//! Which attribute of the identity provider becomes which of ours. Entra ID's names are written out,
//! because its mapping is made by hand; most others fill the standard attributes by themselves.

use serde_json::{Value, json};

/// One row of a mapping.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Row {
    /// What the provider has.
    pub(super) source: Source,
    /// The path of our attribute, as the provider writes it.
    pub(super) target: &'static str,
    /// Whether people, or groups, are recognised by it.
    pub(super) matching: bool,
}

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// An attribute as it is.
    Attribute(&'static str),
    /// `true` where the attribute is not.
    Not(&'static str),
}

impl Source {
    /// As the provider's console shows it.
    pub(super) fn shown(self) -> String {
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

/// Entra ID's users.
pub(super) const ENTRA_USERS: [Row; 23] = [
    matching("userPrincipalName", "userName"),
    Row {
        source: Source::Not("IsSoftDeleted"),
        target: "active",
        matching: false,
    },
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
pub(super) const ENTRA_GROUPS: [Row; 3] = [
    matching("displayName", "displayName"),
    row("objectId", "externalId"),
    row("members", "members"),
];

const fn row(source: &'static str, target: &'static str) -> Row {
    Row {
        source: Source::Attribute(source),
        target,
        matching: false,
    }
}

const fn matching(source: &'static str, target: &'static str) -> Row {
    Row {
        source: Source::Attribute(source),
        target,
        matching: true,
    }
}
