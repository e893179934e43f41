//! The attributes of one person or group, path by path: what a directory holds and a server shows.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::path::{Element, Path};

/// Values by path. Two profiles are the same person exactly when they hold the same values.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::cli::simulate) struct Profile(BTreeMap<Path, Value>);

/// One value that is not what it should be.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::cli::simulate) struct Difference {
    /// Where.
    pub(in crate::cli::simulate) path: Path,
    /// What the directory holds; `None` is nothing.
    pub(in crate::cli::simulate) wanted: Option<Value>,
    /// What the server shows; `None` is nothing.
    pub(in crate::cli::simulate) shown: Option<Value>,
}

/// What every resource has and no mapping touches.
const COMMON: [&str; 6] = ["schemas", "id", "meta", "groups", "members", "password"];

impl Profile {
    /// Sets one value.
    pub(in crate::cli::simulate) fn set(&mut self, path: Path, value: impl Into<Value>) {
        self.0.insert(path, value.into());
    }

    /// Takes one value away.
    pub(in crate::cli::simulate) fn clear(&mut self, path: &Path) {
        self.0.remove(path);
    }

    /// Takes away what does not pass.
    pub(in crate::cli::simulate) fn keep(&mut self, pass: impl Fn(&Path) -> bool) {
        self.0.retain(|path, _| pass(path));
    }

    /// Tells one of several values from the others in another way than by this type.
    pub(in crate::cli::simulate) fn retype(&mut self, name: &str, kind: &str, element: &Element) {
        let old = Some(Element::Typed(kind.to_owned()));
        let renamed = std::mem::take(&mut self.0)
            .into_iter()
            .map(|(mut path, value)| {
                if path.name == name && path.element == old {
                    path.element = Some(element.clone());
                }
                (path, value)
            });
        self.0 = renamed.collect();
    }

    /// Where it has values.
    pub(in crate::cli::simulate) fn paths(&self) -> impl Iterator<Item = &Path> {
        self.0.keys()
    }

    /// One value.
    pub(in crate::cli::simulate) fn value(&self, path: &Path) -> Option<&Value> {
        self.0.get(path)
    }

    /// The text of a core attribute; empty when it has none.
    pub(in crate::cli::simulate) fn text(&self, name: &str) -> &str {
        self.value(&Path::plain(name))
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// What a resource says, without what every resource has (`id`, `meta` and their like).
    pub(in crate::cli::simulate) fn of(resource: &Value) -> Self {
        let mut profile = Self::default();
        for (name, value) in resource.as_object().into_iter().flatten() {
            if COMMON.contains(&name.as_str()) {
                continue;
            }
            match value {
                Value::Object(inner) if name.contains(':') => {
                    for (attribute, value) in inner {
                        let path = Path {
                            extension: Some(name.clone()),
                            ..Path::plain(attribute)
                        };
                        profile.flatten(path, value);
                    }
                }
                _ => profile.flatten(Path::plain(name), value),
            }
        }
        profile
    }

    fn flatten(&mut self, path: Path, value: &Value) {
        match value {
            Value::Null => {}
            Value::Object(object) => {
                for (sub, value) in object {
                    self.set(within(&path, None, sub), value.clone());
                }
            }
            Value::Array(elements) => self.flatten_elements(&path, elements),
            simple => self.set(path, simple.clone()),
        }
    }

    fn flatten_elements(&mut self, path: &Path, elements: &[Value]) {
        let mut seen: Vec<&str> = Vec::new();
        for (place, value) in elements.iter().enumerate() {
            let Some(object) = value.as_object() else {
                let mut path = path.clone();
                path.element = Some(Element::At(place));
                self.set(path, value.clone());
                continue;
            };
            let kind = object.get("type").and_then(Value::as_str);
            let element = match kind {
                Some(kind) if !seen.contains(&kind) => Element::Typed(kind.to_owned()),
                _ => Element::At(place),
            };
            seen.extend(kind);
            for (sub, value) in object {
                let tells_apart = sub == "type" && matches!(element, Element::Typed(_));
                if !tells_apart && !value.is_null() {
                    self.set(within(path, Some(&element), sub), value.clone());
                }
            }
        }
    }

    /// The resource that says this, without `schemas`.
    pub(in crate::cli::simulate) fn to_resource(&self) -> Map<String, Value> {
        let mut resource = Map::new();
        for (path, value) in &self.0 {
            match &path.extension {
                Some(urn) => inside(&mut resource, urn, |held| place(held, path, value)),
                None => place(&mut resource, path, value),
            }
        }
        resource
    }

    /// What a server that shows `shown` has wrong. Readable names and references that servers work out
    /// themselves are no difference, nor is an empty text or a `primary` of `false`.
    pub(in crate::cli::simulate) fn differences(&self, shown: &Self) -> Vec<Difference> {
        let missing = self
            .0
            .iter()
            .filter(|(path, wanted)| shown.value(path) != Some(wanted))
            .map(|(path, wanted)| Difference {
                path: path.clone(),
                wanted: Some(wanted.clone()),
                shown: shown.value(path).cloned(),
            });
        let surplus = shown
            .0
            .iter()
            .filter(|(path, value)| {
                let unmarked = path.is_mark() && **value == Value::Bool(false);
                let empty = value.as_str() == Some("");
                self.value(path).is_none() && !path.is_addition() && !unmarked && !empty
            })
            .map(|(path, value)| Difference {
                path: path.clone(),
                wanted: None,
                shown: Some(value.clone()),
            });
        missing.chain(surplus).collect()
    }
}

fn within(path: &Path, element: Option<&Element>, sub: &str) -> Path {
    Path {
        element: element.cloned(),
        sub: Some(sub.to_owned()),
        ..path.clone()
    }
}

/// Puts `value` where `path` says, below the object that holds the attribute.
fn place(holder: &mut Map<String, Value>, path: &Path, value: &Value) {
    match (&path.element, &path.sub) {
        (None, None) => {
            holder.insert(path.name.clone(), value.clone());
        }
        (None, Some(sub)) => inside(holder, &path.name, |held| {
            held.insert(sub.clone(), value.clone());
        }),
        (Some(element), sub) => {
            let list = holder
                .entry(&path.name)
                .or_insert_with(|| Value::Array(Vec::new()));
            if let Value::Array(list) = list {
                place_element(list, element, sub.as_deref(), value.clone());
            }
        }
    }
}

fn place_element(list: &mut Vec<Value>, element: &Element, sub: Option<&str>, value: Value) {
    let Some(sub) = sub else {
        list.push(value);
        return;
    };
    let found = match element {
        Element::Typed(kind) => list
            .iter()
            .position(|held| held.get("type").and_then(Value::as_str) == Some(kind)),
        Element::At(place) => Some(*place).filter(|place| *place < list.len()),
    };
    let index = found.unwrap_or_else(|| {
        let mut fresh = Map::new();
        if let Element::Typed(kind) = element {
            fresh.insert("type".to_owned(), Value::String(kind.clone()));
        }
        list.push(Value::Object(fresh));
        list.len() - 1
    });
    if let Some(Value::Object(held)) = list.get_mut(index) {
        held.insert(sub.to_owned(), value);
    }
}

/// Changes the object under `name`, made if need be.
fn inside(
    holder: &mut Map<String, Value>,
    name: &str,
    change: impl FnOnce(&mut Map<String, Value>),
) {
    let mut inner = match holder.remove(name) {
        Some(Value::Object(object)) => object,
        _ => Map::new(),
    };
    change(&mut inner);
    holder.insert(name.to_owned(), Value::Object(inner));
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn person() -> Profile {
        let mut person = Profile::default();
        person.set(Path::plain("userName"), "mira");
        person.set(Path::plain("active"), true);
        person.set(Path::sub("name", "givenName"), "Mira");
        person.set(Path::typed("emails", "work", "value"), "mira@example.net");
        person.set(Path::typed("emails", "work", "primary"), true);
        person.set(Path::enterprise("department"), "Audit");
        person.set(Path::manager(), "42");
        person
    }

    #[test]
    fn a_resource_says_what_its_profile_says() {
        let resource = Value::Object(person().to_resource());
        let enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
        assert_eq!(
            resource,
            json!({
                "userName": "mira", "active": true, "name": {"givenName": "Mira"},
                "emails": [{"type": "work", "value": "mira@example.net", "primary": true}],
                enterprise: {"department": "Audit", "manager": {"value": "42"}},
            })
        );
        assert_eq!(Profile::of(&resource), person());
    }

    #[test]
    fn what_servers_add_by_themselves_is_no_difference() {
        let mut resource = Value::Object(person().to_resource());
        resource["id"] = json!("1");
        resource["meta"] = json!({"version": "W/\"1\""});
        resource["roles"] = json!([]);
        resource[crate::scim::Urn::ENTERPRISE]["manager"]["$ref"] = json!("../Users/42");
        assert_eq!(person().differences(&Profile::of(&resource)), []);
    }

    #[test]
    fn missing_changed_and_surplus_values_are_differences() {
        let mut resource = Value::Object(person().to_resource());
        resource["userName"] = json!("myra");
        resource["name"] = json!({"familyName": "Holt"});
        let found: Vec<String> = person()
            .differences(&Profile::of(&resource))
            .iter()
            .map(|difference| difference.path.to_string())
            .collect();
        assert_eq!(found, ["name.givenName", "userName", "name.familyName"]);
    }

    #[test]
    fn a_manager_shown_as_text_is_a_difference() {
        let mut resource = Value::Object(person().to_resource());
        resource[crate::scim::Urn::ENTERPRISE]["manager"] = json!("42");
        assert_eq!(person().differences(&Profile::of(&resource)).len(), 2);
    }

    #[test]
    fn values_of_one_type_are_told_apart_by_their_place() {
        let twice = json!({"emails": [
            {"type": "work", "value": "a"}, {"type": "work", "value": "b"}, {"value": "c"}
        ]});
        let profile = Profile::of(&twice);
        assert_eq!(profile.differences(&Profile::default()).len(), 4);
    }
}
