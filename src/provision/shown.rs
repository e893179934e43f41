//! A resource as it is shown: the stored document, and beside it what rows say of memberships.

use std::collections::HashMap;
use std::fmt::Write;

use serde_json::{Map, Value, json};

use crate::provision::failure::Failure;
use crate::scim::project::Projection;
use crate::scim::{Etag, Kind};
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
        let broken = |_| StoreError::Corrupt {
            what: format!("the dates of resource {id}"),
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
        if let Some(members) = self.members.as_deref().filter(|list| !list.is_empty()) {
            write_list(
                &mut text,
                "members",
                members.iter().map(|member| member_json(member, base)),
            );
        }
        if let Some(groups) = self.groups.as_deref().filter(|list| !list.is_empty()) {
            write_list(
                &mut text,
                "groups",
                groups.iter().map(|group| group_json(group, base)),
            );
        }
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

fn write_list(text: &mut String, name: &str, items: impl Iterator<Item = Value>) {
    text.push_str(",\"");
    text.push_str(name);
    text.push_str("\":[");
    for (index, item) in items.enumerate() {
        if index > 0 {
            text.push(',');
        }
        text.push_str(&item.to_string());
    }
    text.push(']');
}

fn member_json(member: &Member, base: &str) -> Value {
    let mut json = Map::new();
    json.insert("value".into(), json!(member.id.to_string()));
    json.insert(
        "$ref".into(),
        json!(format!("{base}/{}/{}", member.kind.endpoint(), member.id)),
    );
    json.insert("type".into(), json!(member.kind.name()));
    if let Some(display) = &member.display {
        json.insert("display".into(), json!(display));
    }
    Value::Object(json)
}

fn group_json(group: &GroupOf, base: &str) -> Value {
    let mut json = Map::new();
    json.insert("value".into(), json!(group.id.to_string()));
    json.insert("$ref".into(), json!(format!("{base}/Groups/{}", group.id)));
    if let Some(display) = &group.display {
        json.insert("display".into(), json!(display));
    }
    let kind = if group.direct { "direct" } else { "indirect" };
    json.insert("type".into(), json!(kind));
    Value::Object(json)
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
}
