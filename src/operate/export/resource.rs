//! A user or group as the SCIM resource that a client would get: the lossless form.

use serde_json::{Map, Value, json};

use super::entry::Entry;
use crate::store::Member;

/// The whole resource but for members: `schemas`, `id`, the attributes, `groups` and `meta`. References
/// are absolute where the public address is known, and left out where it is not.
pub(super) fn whole(entry: Entry<'_>, base: Option<&str>) -> Map<String, Value> {
    let stored = entry.stored;
    let mut whole = Map::with_capacity(entry.document.len() + 3);
    let mut document = entry.document;
    if let Some(schemas) = document.shift_remove("schemas") {
        whole.insert("schemas".into(), schemas);
    }
    whole.insert("id".into(), json!(stored.id.to_string()));
    for (_, value) in &mut document {
        refer(value, base);
    }
    whole.extend(document);
    if !entry.groups.is_empty() {
        let groups = entry.groups.iter().map(|group| {
            let mut element = Map::new();
            element.insert("value".into(), json!(group.id.to_string()));
            if let Some(base) = base {
                element.insert("$ref".into(), json!(format!("{base}/Groups/{}", group.id)));
            }
            if let Some(display) = &group.display {
                element.insert("display".into(), json!(display));
            }
            let how = if group.direct { "direct" } else { "indirect" };
            element.insert("type".into(), json!(how));
            Value::Object(element)
        });
        whole.insert("groups".into(), groups.collect());
    }
    let mut meta = Map::new();
    meta.insert("resourceType".into(), json!(stored.kind.name()));
    meta.insert("created".into(), json!(stored.meta.created.to_string()));
    meta.insert(
        "lastModified".into(),
        json!(stored.meta.modified.to_string()),
    );
    meta.insert("version".into(), json!(stored.meta.etag().to_string()));
    if let Some(base) = base {
        let location = format!("{base}/{}/{}", stored.kind.endpoint(), stored.id);
        meta.insert("location".into(), json!(location));
    }
    whole.insert("meta".into(), Value::Object(meta));
    whole
}

/// The element of `members` that says who somebody is.
pub(super) fn member(member: &Member, base: Option<&str>) -> Map<String, Value> {
    let mut element = Map::new();
    element.insert("value".into(), json!(member.id.to_string()));
    if let Some(base) = base {
        let reference = format!("{base}/{}/{}", member.kind.endpoint(), member.id);
        element.insert("$ref".into(), json!(reference));
    }
    element.insert("type".into(), json!(member.kind.name()));
    if let Some(display) = &member.display {
        element.insert("display".into(), json!(display));
    }
    element
}

/// Brings references to resources, which are kept relative, below `base`, or leaves them out.
fn refer(value: &mut Value, base: Option<&str>) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(|one| refer(one, base)),
        Value::Object(parts) => {
            let path = parts
                .get("$ref")
                .and_then(Value::as_str)
                .and_then(|reference| reference.strip_prefix(".."))
                .filter(|path| path.starts_with("/Users/") || path.starts_with("/Groups/"))
                .map(str::to_owned);
            match (path, base) {
                (Some(path), Some(base)) => {
                    parts.insert("$ref".into(), json!(format!("{base}{path}")));
                }
                (Some(_), None) => {
                    parts.shift_remove("$ref");
                }
                (None, _) => {}
            }
            for (_, part) in parts {
                refer(part, base);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_absolute_or_absent() {
        let kept = json!({"manager": {"value": "7", "$ref": "../Users/7"},
            "links": [{"$ref": "https://example.net/7"}, {"$ref": "../elsewhere"}]});
        let mut with = kept.clone();
        refer(&mut with, Some("https://scim.example.org/scim/v2"));
        assert_eq!(
            with["manager"]["$ref"],
            "https://scim.example.org/scim/v2/Users/7"
        );
        assert_eq!(with["links"], kept["links"]);
        let mut without = kept;
        refer(&mut without, None);
        assert_eq!(without["manager"], json!({"value": "7"}));
    }
}
