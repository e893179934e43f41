//! The attributes of a resource, in the one form that everything behind the door relies on.

use serde_json::{Map, Value};

/// Members that are few.
const FEW: usize = 32;

/// Attributes in canonical form:
///
/// - names are spelled as their schema declares them; extension attributes are inside an object
///   under the extension's URN;
/// - values have the type of their schema; nothing is `null`, an empty list or an empty object
///   (RFC 7643 §2.5: that is the same as absent);
/// - a multi-valued attribute is always a list, a single-valued one never is;
/// - no `id`, `meta`, `schemas`, `members`, `groups`, and nothing that is never returned.
#[derive(Debug, Clone, Default)]
pub struct Attributes(Map<String, Value>);

impl Attributes {
    /// Attributes that are in canonical form already: from the database, or just built.
    pub const fn from_canonical(map: Map<String, Value>) -> Self {
        Self(map)
    }

    /// The attribute or extension object with this canonical name.
    pub fn value(&self, name: &str) -> Option<&Value> {
        find(&self.0, name)
    }

    /// Whether this attribute or extension object is there and has just this value.
    pub fn has(&self, name: &str, value: &Value) -> bool {
        self.value(name).is_some_and(|own| alike(own, value))
    }

    /// The text of a single-valued attribute.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.value(name).and_then(Value::as_str)
    }

    /// Whether somebody with these attributes is active: who is not said to be inactive is.
    pub fn is_active(&self) -> bool {
        self.value("active") != Some(&Value::Bool(false))
    }

    /// The same attributes of somebody active, or inactive.
    #[must_use]
    pub fn with_active(mut self, active: bool) -> Self {
        self.0.insert("active".to_owned(), Value::Bool(active));
        self
    }

    /// Every attribute and extension object with its canonical name.
    pub fn iter(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.0.iter()
    }

    /// The object as it is.
    pub const fn as_map(&self) -> &Map<String, Value> {
        &self.0
    }

    /// The object, to be changed; whoever changes it keeps the form described above.
    pub(in crate::scim) const fn as_map_mut(&mut self) -> &mut Map<String, Value> {
        &mut self.0
    }

    /// The attributes that are not the same in `other`, each as it is here and as it is there.
    pub fn difference(&self, other: &Self) -> (Map<String, Value>, Map<String, Value>) {
        let only = |of: &Self, other: &Self| {
            of.iter()
                .filter(|(name, value)| !other.has(name, value))
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect()
        };
        (only(self, other), only(other, self))
    }

    /// The object itself.
    pub fn into_map(self) -> Map<String, Value> {
        self.0
    }
}

impl PartialEq for Attributes {
    fn eq(&self, other: &Self) -> bool {
        all_alike(&self.0, &other.0)
    }
}

/// The member of this name. Among few, looking at each name is quicker than hashing the one that is
/// looked for: hashing was an eighth of what a PATCH had the writer do.
fn find<'a>(map: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    if map.len() > FEW {
        return map.get(name);
    }
    let mut members = map.iter();
    members
        .find(|(known, _)| known.as_str() == name)
        .map(|(_, value)| value)
}

/// Whether two values are the same, whatever the order of their members. That order is nearly always the
/// same too, and then no name is looked up: comparing by look-ups alone was a fifth of a PATCH.
fn alike(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Object(left), Value::Object(right)) => all_alike(left, right),
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .zip(right)
                    .all(|(left, right)| alike(left, right))
        }
        _ => left == right,
    }
}

fn all_alike(left: &Map<String, Value>, right: &Map<String, Value>) -> bool {
    left.len() == right.len()
        && left
            .iter()
            .zip(right)
            .all(|((name, value), (beside, other))| {
                if name == beside {
                    alike(value, other)
                } else {
                    find(right, name).is_some_and(|other| alike(value, other))
                }
            })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn attributes(json: Value) -> Attributes {
        match json {
            Value::Object(map) => Attributes::from_canonical(map),
            _ => panic!("an object is needed"),
        }
    }

    #[test]
    fn the_order_of_members_makes_no_difference() {
        let one = attributes(json!({"a": {"x": 1, "y": [{"p": true, "q": "r"}]}, "b": "c"}));
        let other = attributes(json!({"b": "c", "a": {"y": [{"q": "r", "p": true}], "x": 1}}));
        assert_eq!(one, other);
        for different in [
            json!({"b": "c", "a": {"y": [{"q": "r", "p": false}], "x": 1}}),
            json!({"b": "c", "a": {"y": [], "x": 1}}),
            json!({"b": "c", "a": {"y": [{"q": "r", "p": true}], "x": 1}, "d": 1}),
            json!({"b": "c", "d": {"y": [{"q": "r", "p": true}], "x": 1}}),
            json!({"b": "c"}),
        ] {
            let different = attributes(different);
            assert_ne!(one, different);
            assert_ne!(different, one);
        }
    }

    #[test]
    fn a_difference_is_what_is_not_the_same() {
        let before = attributes(json!({"userName": "ada", "title": "Clerk", "active": true}));
        let after = attributes(json!({"userName": "ada", "title": "Head", "locale": "en"}));
        let (was, is) = before.difference(&after);
        assert_eq!(
            Value::Object(was),
            json!({"title": "Clerk", "active": true})
        );
        assert_eq!(Value::Object(is), json!({"title": "Head", "locale": "en"}));
    }
}
