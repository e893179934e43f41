//! What may stay of a text, by the name that it stands under.

use super::shape::{REMOVED, is_plain, shape};
use crate::base::Timestamp;
use crate::scim::resource::ResourceId;

/// What may stay of a text or a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keep {
    /// Its shape.
    Shape,
    /// Not even that.
    Nothing,
    /// A word: `work`, `User`.
    Word,
    /// A word of a message: `add`, `uniqueness`, `404`.
    Message,
    /// The name of a schema.
    Urn,
    /// A path, with the values in it masked.
    Path,
    /// A filter, with the values in it masked.
    Filter,
    /// An id of this server.
    Id,
    /// The end of an address: what it points to.
    Link,
    /// A date and time.
    Instant,
    /// A version.
    Version,
    /// A number that counts resources.
    Count,
    /// A sentence of this server, with the values in it masked.
    Detail,
}

/// Parts of names under which secrets are sent.
const SECRET: [&str; 5] = ["password", "secret", "token", "credential", "passphrase"];

impl Keep {
    /// What may stay of a value of the attribute or parameter with this name.
    pub(super) fn under(name: &str) -> Self {
        let is = |wanted: &[&str]| wanted.iter().any(|known| name.eq_ignore_ascii_case(known));
        if is(&["schemas", "schema", "schemaExtensions"]) {
            Self::Urn
        } else if is(&["type", "resourceType"]) {
            Self::Word
        } else if is(&["op", "method", "status", "scimType", "sortOrder"]) {
            Self::Message
        } else if is(&["path", "attributes", "excludedAttributes", "sortBy"]) {
            Self::Path
        } else if is(&["filter"]) {
            Self::Filter
        } else if is(&["id", "value", "manager", "members"]) {
            Self::Id
        } else if is(&["$ref", "location"]) {
            Self::Link
        } else if is(&["created", "lastModified"]) {
            Self::Instant
        } else if is(&["version"]) {
            Self::Version
        } else if is(&[
            "totalResults",
            "itemsPerPage",
            "startIndex",
            "count",
            "failOnErrors",
        ]) {
            Self::Count
        } else if is(&["detail"]) {
            Self::Detail
        } else if is_secret(name) {
            Self::Nothing
        } else {
            Self::Shape
        }
    }

    /// What stays of a text where nothing has to be looked for in it.
    pub(super) fn plain(self, text: &str) -> String {
        let stays = match self {
            Self::Nothing => return REMOVED.to_owned(),
            Self::Word => is_one_of(text, &TYPES),
            Self::Message => is_of_message(text),
            Self::Urn => is_urn(text),
            Self::Id => text.parse::<ResourceId>().is_ok(),
            Self::Instant => text.parse::<Timestamp>().is_ok(),
            Self::Version => is_version(text),
            Self::Count => !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()),
            Self::Link => return link(text).map_or_else(|| shape(text), |(end, _)| end),
            Self::Shape | Self::Path | Self::Filter | Self::Detail => is_plain(text),
        };
        if stays { text.to_owned() } else { shape(text) }
    }
}

/// The last name in a key or a path: `value` in `emails[type eq "work"].value`, `department` in
/// `urn:…:2.0:User:department`.
pub(super) fn leaf(path: &str) -> &str {
    let path = path.trim_end();
    let path = match path.strip_suffix(']') {
        Some(_) => path.split('[').next().unwrap_or(path),
        None => path,
    };
    path.rsplit([':', '.', ']']).next().unwrap_or(path)
}

/// The attribute that a path begins with: `emails` in `emails[type eq "work"].value`.
pub(super) fn first(path: &str) -> &str {
    let path = path.split('[').next().unwrap_or(path);
    let path = path.rsplit(':').next().unwrap_or(path);
    path.split('.').next().unwrap_or(path).trim()
}

/// Whether a value there is a name that a person is known by.
pub(super) fn is_name(owner: &str, name: &str) -> bool {
    let is = |text: &str, known: &str| text.eq_ignore_ascii_case(known);
    is(name, "userName")
        || is(name, "externalId")
        || is(name, "emails")
        || (is(owner, "emails") && is(name, "value"))
}

fn is_secret(name: &str) -> bool {
    let name = name.as_bytes();
    SECRET.iter().any(|secret| {
        name.windows(secret.len())
            .any(|part| part.eq_ignore_ascii_case(secret.as_bytes()))
    })
}

/// Types that values have (RFC 7643 §4.1.2 and §4.2), and those that are seen beside them.
const TYPES: [&str; 24] = [
    "work",
    "home",
    "other",
    "mobile",
    "fax",
    "pager",
    "photo",
    "thumbnail",
    "direct",
    "indirect",
    "User",
    "Group",
    "aim",
    "gtalk",
    "icq",
    "xmpp",
    "msn",
    "skype",
    "qq",
    "yahoo",
    "office",
    "main",
    "business",
    "default",
];

/// Words of messages, and those that are written for them by mistake.
const MESSAGE: [&str; 21] = [
    "add",
    "replace",
    "remove",
    "update",
    "set",
    "insert",
    "merge",
    "modify",
    "create",
    "delete",
    "get",
    "post",
    "put",
    "patch",
    "ascending",
    "descending",
    "invalidFilter",
    "invalidPath",
    "invalidSyntax",
    "invalidValue",
    "noTarget",
];
/// The keywords of errors that are no words of another kind.
const KEYWORDS: [&str; 6] = [
    "uniqueness",
    "mutability",
    "tooMany",
    "invalidCursor",
    "expiredCursor",
    "invalidCount",
];

/// Whether a text is one of these words, in any letter case.
pub(super) fn is_one_of(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// A word of a message, or a status.
pub(super) fn is_of_message(text: &str) -> bool {
    is_one_of(text, &MESSAGE)
        || is_one_of(text, &KEYWORDS)
        || (text.len() <= 3 && text.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The name of a schema; nothing else begins like that.
pub(super) fn is_urn(text: &str) -> bool {
    let starts = text
        .get(..4)
        .is_some_and(|start| start.eq_ignore_ascii_case("urn:"));
    starts
        && text.len() <= 200
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b":._-".contains(&byte))
}

/// `W/"17"`, which is how this server writes one.
fn is_version(text: &str) -> bool {
    text.strip_prefix("W/\"")
        .and_then(|rest| rest.strip_suffix('"'))
        .is_some_and(|number| {
            !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
        })
}

/// What an address of a resource points to: `…/Users/{id}`, and the id.
pub(super) fn link(text: &str) -> Option<(String, ResourceId)> {
    let (before, id) = text.rsplit_once('/')?;
    let endpoint = before.rsplit('/').next()?;
    let id: ResourceId = id.parse().ok()?;
    ["Users", "Groups"]
        .contains(&endpoint)
        .then(|| (format!("…/{endpoint}/{id}"), id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_ends_in_a_name() {
        for (path, expected) in [
            ("userName", "userName"),
            ("name.familyName", "familyName"),
            ("emails[type eq \"work\"].value", "value"),
            ("emails[type eq \"a.b:c\"]", "emails"),
            (
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
                "department",
            ),
        ] {
            assert_eq!(leaf(path), expected, "{path}");
        }
        assert_eq!(first("emails[type eq \"work\"].value"), "emails");
        assert_eq!(first("urn:x:2.0:User:manager.value"), "manager");
    }

    #[test]
    fn a_text_stays_only_where_it_has_the_form_of_its_place() {
        let id = "019abc00-0000-7000-8000-000000000001";
        assert_eq!(Keep::under("type").plain("work"), "work");
        assert_eq!(Keep::under("type").plain("ada@example.net"), "a…@e….net");
        assert_eq!(Keep::under("id").plain(id), id);
        assert_eq!(Keep::under("externalId").plain(id), "«text 64»");
        assert_eq!(Keep::under("version").plain("W/\"3\""), "W/\"3\"");
        assert_eq!(Keep::under("version").plain("Ada Lovelace"), "«A… 12»");
        assert_eq!(
            Keep::under("$ref").plain(&format!("https://scim.example.org/scim/v2/Users/{id}")),
            format!("…/Users/{id}")
        );
        assert_eq!(Keep::under("schemas").plain("urn:x:y"), "urn:x:y");
        assert_eq!(Keep::under("schemas").plain("urn:x y"), "«u… 8»");
    }

    #[test]
    fn a_secret_leaves_no_shape() {
        for name in ["password", "newPassword", "clientSecret", "access_token"] {
            assert_eq!(Keep::under(name).plain("hunter2"), REMOVED, "{name}");
        }
    }
}
