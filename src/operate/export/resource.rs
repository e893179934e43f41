//! A person as the SCIM resource that a client would get: the lossless form.

use serde_json::{Map, Value, json};

use super::person::Person;

/// The whole resource: `schemas`, `id`, the attributes, `groups` and `meta`. References are absolute
/// where the public address is known, and left out where it is not.
pub(super) fn whole(person: Person<'_>, base: Option<&str>) -> Map<String, Value> {
    let stored = person.stored;
    let mut whole = Map::with_capacity(person.document.len() + 3);
    let mut document = person.document;
    if let Some(schemas) = document.shift_remove("schemas") {
        whole.insert("schemas".into(), schemas);
    }
    whole.insert("id".into(), json!(stored.id.to_string()));
    whole.extend(document);
    if !person.groups.is_empty() {
        let groups = person.groups.iter().map(|group| {
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
