//! A resource as it is shown: the stored document, and beside it what rows say of memberships.

use std::collections::HashMap;
use std::fmt::{self, Write};

use serde_json::Value;

use crate::provision::failure::Failure;
use crate::scim::project::Projection;
use crate::scim::{Etag, Kind, ResourceId};
use crate::store::{GroupOf, Member, StoreError, Stored, View};

/// A resource with the memberships that its answer needs.
#[derive(Debug)]
pub struct Shown {
    stored: Stored,
    /// Who is in the group; `None` when nobody asked.
    members: Option<Vec<Member>>,
    /// The groups that the user is in; `None` when nobody asked.
    groups: Option<Vec<GroupOf>>,
}

/// Whether an answer has the members of groups in it, of which there may be many.
pub fn shows_members(kind: Kind, projection: &Projection) -> bool {
    kind == Kind::Group && projection.wants("members")
}

impl Shown {
    /// The resource with what `projection` wants to see of its memberships, and no more: a group's
    /// members are not read when they are not shown.
    pub(super) fn read(
        view: &View<'_>,
        stored: Stored,
        projection: &Projection,
    ) -> Result<Self, Failure> {
        let mut all = Self::read_all(view, vec![stored], &|_| Some(projection))?;
        all.pop().ok_or_else(|| {
            StoreError::Corrupt {
                what: "a resource vanished within one snapshot".into(),
            }
            .into()
        })
    }

    /// The same for a page of resources, whose groups are looked up together.
    pub(super) fn read_all<'p>(
        view: &View<'_>,
        stored: Vec<Stored>,
        projection: &dyn Fn(Kind) -> Option<&'p Projection>,
    ) -> Result<Vec<Self>, Failure> {
        let wants = |kind, name| projection(kind).is_some_and(|projection| projection.wants(name));
        let users: Vec<i64> = if wants(Kind::User, "groups") {
            stored
                .iter()
                .filter(|stored| stored.kind == Kind::User)
                .map(|stored| stored.number)
                .collect()
        } else {
            Vec::new()
        };
        let members = wants(Kind::Group, "members");
        let mut groups = if users.is_empty() {
            HashMap::new()
        } else {
            view.groups_of(&users)?
        };
        stored
            .into_iter()
            .map(|stored| {
                let members = match stored.kind {
                    Kind::Group if members => Some(view.members(stored.number)?),
                    _ => None,
                };
                let groups = match stored.kind {
                    Kind::User => groups.remove(&stored.number),
                    Kind::Group => None,
                };
                Ok(Self {
                    stored,
                    members,
                    groups,
                })
            })
            .collect()
    }

    /// The row behind it.
    pub const fn stored(&self) -> &Stored {
        &self.stored
    }

    /// The version as an entity tag.
    pub const fn etag(&self) -> Etag {
        self.stored.meta.etag()
    }

    /// Where the resource is, below this base.
    pub fn location(&self, base: &str) -> String {
        format!("{base}/{}/{}", self.stored.kind.endpoint(), self.stored.id)
    }

    /// The JSON text of the resource. Without a selection the stored document is passed through as it
    /// is, with `id`, memberships and `meta` set around it.
    pub fn text(&self, base: &str, projection: &Projection) -> Result<String, Failure> {
        let whole = self.whole(base)?;
        if projection.is_default() {
            return Ok(whole);
        }
        let value = serde_json::from_str(&whole).map_err(|error| StoreError::Corrupt {
            what: format!("resource {}: {error}", self.stored.id),
        })?;
        Ok(projection.apply(value).to_string())
    }

    fn whole(&self, base: &str) -> Result<String, Failure> {
        let Stored { id, kind, meta, .. } = &self.stored;
        // A text in memory takes everything; only what is printed into it can fail.
        let broken = |_| StoreError::Corrupt {
            what: format!("resource {id} cannot be printed"),
        };
        let attributes = self
            .stored
            .document
            .strip_prefix('{')
            .and_then(|inner| inner.strip_suffix('}'))
            .ok_or_else(|| StoreError::Corrupt {
                what: format!("the document of resource {id} is no object"),
            })?;
        let mut text = String::with_capacity(attributes.len() + 400);
        write!(text, "{{\"id\":\"{id}\",").map_err(broken)?;
        push_absolute(&mut text, attributes, base);
        let members = self.members.as_deref().unwrap_or_default();
        push_list(&mut text, "members", members, |text, member| {
            let (kind, display) = (member.kind, member.display.as_deref());
            push_reference(text, base, kind, &member.id, display, kind.name())
        })
        .map_err(broken)?;
        let groups = self.groups.as_deref().unwrap_or_default();
        push_list(&mut text, "groups", groups, |text, group| {
            let (display, how) = (group.display.as_deref(), group.direct);
            let how = if how { "direct" } else { "indirect" };
            push_reference(text, base, Kind::Group, &group.id, display, how)
        })
        .map_err(broken)?;
        write!(
            text,
            ",\"meta\":{{\"resourceType\":\"{kind}\",\"created\":\"{}\",\"lastModified\":\"{}\",\
             \"location\":\"{base}/{}/{id}\",\"version\":\"W/\\\"{}\\\"\"}}}}",
            meta.created,
            meta.modified,
            kind.endpoint(),
            meta.version,
        )
        .map_err(broken)?;
        Ok(text)
    }
}

/// Attributes as they are stored, but with the full address in every reference to a resource: what is
/// kept is relative, since the base is only known when somebody asks.
///
/// The quotes tell a reference from a text that looks like one: inside a text they are escaped.
fn push_absolute(text: &mut String, attributes: &str, base: &str) {
    const RELATIVE: &str = "\"$ref\":\"..";
    let mut rest = attributes;
    while let Some((before, after)) = rest.split_once(RELATIVE) {
        text.push_str(before);
        let is_ours = Kind::ALL.iter().any(|kind| {
            after
                .strip_prefix('/')
                .and_then(|after| after.strip_prefix(kind.endpoint()))
                .is_some_and(|after| after.starts_with('/'))
        });
        text.push_str("\"$ref\":\"");
        text.push_str(if is_ours { base } else { ".." });
        rest = after;
    }
    text.push_str(rest);
}

/// An attribute with several values, each of them written by `push`; nothing where there are none.
fn push_list<T>(
    text: &mut String,
    name: &str,
    values: &[T],
    push: impl Fn(&mut String, &T) -> fmt::Result,
) -> fmt::Result {
    for (index, value) in values.iter().enumerate() {
        match index {
            0 => write!(text, ",\"{name}\":[")?,
            _ => text.push(','),
        }
        push(text, value)?;
    }
    if !values.is_empty() {
        text.push(']');
    }
    Ok(())
}

/// A reference to a user or group (RFC 7643 §4.1.2, §4.2). Written as it is, since a group of many
/// thousand has as many: only a name can hold what JSON escapes.
fn push_reference(
    text: &mut String,
    base: &str,
    kind: Kind,
    id: &ResourceId,
    display: Option<&str>,
    how: &str,
) -> fmt::Result {
    let endpoint = kind.endpoint();
    write!(
        text,
        "{{\"value\":\"{id}\",\"$ref\":\"{base}/{endpoint}/{id}\","
    )?;
    if let Some(display) = display {
        write!(text, "\"display\":{},", Value::from(display))?;
    }
    write!(text, "\"type\":\"{how}\"}}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_leave_with_the_full_address_and_texts_as_they_are() {
        let stored =
            r#""a":"\"$ref\":\"../Users/1","b":{"$ref":"../Users/2"},"c":[{"$ref":"../x"}]"#;
        let mut text = String::new();
        push_absolute(&mut text, stored, "https://scim.example.org/scim/v2");
        assert_eq!(
            text,
            stored.replace("../Users/2", "https://scim.example.org/scim/v2/Users/2")
        );
    }

    #[test]
    fn a_list_of_references_is_json_whatever_somebody_is_called() {
        let id: ResourceId = "00000000-0000-7000-8000-000000000001".parse().unwrap();
        let names = [Some("a \"b\" \\ \n\u{1}ö"), None];
        let mut text = "{\"id\":1".to_owned();
        push_list(&mut text, "groups", &names, |text, name| {
            push_reference(text, "https://a/scim/v2", Kind::Group, &id, *name, "direct")
        })
        .unwrap();
        push_list::<u8>(&mut text, "members", &[], |_, _| Ok(())).unwrap();
        text.push('}');
        let address = format!("https://a/scim/v2/Groups/{id}");
        let expected = serde_json::json!({"id": 1, "groups": [
            {"value": id.to_string(), "$ref": address, "display": names[0], "type": "direct"},
            {"value": id.to_string(), "$ref": address, "type": "direct"},
        ]});
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), expected);
    }
}
