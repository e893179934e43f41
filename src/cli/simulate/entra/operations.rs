//! Differences as PATCH operations, in the two dialects that Entra ID speaks.

use serde_json::{Map, Value, json};

use super::super::world::{Difference, Element, Path};

/// How a job writes its updates: the Tenant URL's `aadOptscim062020`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli::simulate) enum Shape {
    /// Without the flag: capitalised operations, one for each attribute, booleans as text.
    Classic,
    /// With the flag: lower-case operations, real booleans, everything without brackets folded into one value.
    Compliant,
}

/// The spellings of a manager reference that occur in one and the same product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spelling {
    Text,
    Object,
    SubAttribute,
}

impl Spelling {
    /// The spelling for one person: mostly plain text, now and then another one.
    pub(super) const fn of(index: usize) -> Self {
        match index % 10 {
            7 => Self::Object,
            9 => Self::SubAttribute,
            _ => Self::Text,
        }
    }
}

/// The operations that repair these differences. An empty list means that there is nothing to send.
pub(super) fn repair(differences: &[Difference], shape: Shape, spelling: Spelling) -> Vec<Value> {
    let mapped = differences.iter().filter(|one| !one.path.is_mark());
    match shape {
        Shape::Classic => mapped.map(|one| classic(one, spelling)).collect(),
        Shape::Compliant => compliant(mapped),
    }
}

/// Which operation repairs a difference depends on what the last GET showed.
fn operation(difference: &Difference) -> &'static str {
    match (&difference.wanted, &difference.shown) {
        (None, _) => "Remove",
        (Some(_), None) => "Add",
        (Some(_), Some(_)) => "Replace",
    }
}

fn classic(difference: &Difference, spelling: Spelling) -> Value {
    let op = operation(difference);
    let path = attribute(&difference.path);
    match &difference.wanted {
        None => json!({"op": op, "path": path}),
        Some(value) if difference.path == Path::manager() => match spelling {
            Spelling::Text => json!({"op": op, "path": path, "value": value}),
            Spelling::Object => json!({"op": op, "path": path, "value": {"value": value}}),
            Spelling::SubAttribute => {
                json!({"op": op, "path": format!("{path}.value"), "value": value})
            }
        },
        Some(Value::Bool(value)) => {
            json!({"op": op, "path": path, "value": if *value { "True" } else { "False" }})
        }
        Some(value) => json!({"op": op, "path": path, "value": value}),
    }
}

fn compliant<'a>(differences: impl Iterator<Item = &'a Difference>) -> Vec<Value> {
    let mut operations = Vec::new();
    let (mut added, mut replaced) = (Map::new(), Map::new());
    for difference in differences {
        let op = operation(difference).to_ascii_lowercase();
        let path = attribute(&difference.path);
        match &difference.wanted {
            None => operations.push(json!({"op": op, "path": path})),
            Some(value) if matches!(difference.path.element, Some(Element::Typed(_))) => {
                operations.push(json!({"op": op, "path": path, "value": value}));
            }
            Some(value) if op == "add" => {
                added.insert(path, value.clone());
            }
            Some(value) => {
                replaced.insert(path, value.clone());
            }
        }
    }
    for (op, value) in [("add", added), ("replace", replaced)] {
        if !value.is_empty() {
            operations.push(json!({"op": op, "value": value}));
        }
    }
    operations
}

/// The path of a mapping; that of a manager is the reference as a whole.
fn attribute(path: &Path) -> String {
    if *path == Path::manager() {
        return Path::enterprise("manager").to_string();
    }
    path.to_string()
}

/// Operations that add members, at most as many as one request holds.
pub(super) fn add_members(ids: &[&str], shape: Shape) -> Vec<Value> {
    let op = match shape {
        Shape::Classic => "Add",
        Shape::Compliant => "add",
    };
    vec![json!({"op": op, "path": "members", "value": references(ids)})]
}

/// Operations that remove members. Without the flag the operation has a value and no filter, and means just these.
pub(super) fn remove_members(ids: &[&str], shape: Shape) -> Vec<Value> {
    match shape {
        Shape::Classic => {
            vec![json!({"op": "Remove", "path": "members", "value": references(ids)})]
        }
        Shape::Compliant => ids
            .iter()
            .map(|id| json!({"op": "remove", "path": format!("members[value eq \"{id}\"]")}))
            .collect(),
    }
}

/// The operation that renames a group.
pub(super) fn rename(name: &str, shape: Shape) -> Vec<Value> {
    vec![match shape {
        Shape::Classic => json!({"op": "Replace", "path": "displayName", "value": name}),
        Shape::Compliant => json!({"op": "replace", "value": {"displayName": name}}),
    }]
}

fn references(ids: &[&str]) -> Vec<Value> {
    ids.iter()
        .map(|id| json!({"$ref": null, "value": id}))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEPARTMENT: &str =
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department";

    fn differences() -> Vec<Difference> {
        let change = |path, wanted: Value, shown: Value| Difference {
            path,
            wanted: Some(wanted).filter(|value| !value.is_null()),
            shown: Some(shown).filter(|value| !value.is_null()),
        };
        vec![
            change(Path::plain("active"), json!(false), json!(true)),
            change(Path::plain("title"), json!(null), json!("Clerk")),
            change(
                Path::sub("name", "honorificPrefix"),
                json!("Dr"),
                json!(null),
            ),
            change(
                Path::enterprise("department"),
                json!("Audit"),
                json!("Legal"),
            ),
            change(
                Path::typed("emails", "work", "value"),
                json!("a@example.net"),
                json!("b@example.net"),
            ),
            change(
                Path::typed("emails", "work", "primary"),
                json!(true),
                json!(null),
            ),
        ]
    }

    #[test]
    fn without_the_flag_every_attribute_has_its_operation() {
        assert_eq!(
            repair(&differences(), Shape::Classic, Spelling::Text),
            [
                json!({"op": "Replace", "path": "active", "value": "False"}),
                json!({"op": "Remove", "path": "title"}),
                json!({"op": "Add", "path": "name.honorificPrefix", "value": "Dr"}),
                json!({"op": "Replace", "path": DEPARTMENT, "value": "Audit"}),
                json!({"op": "Replace", "path": "emails[type eq \"work\"].value", "value": "a@example.net"}),
            ]
        );
    }

    #[test]
    fn with_the_flag_what_has_no_brackets_is_folded() {
        assert_eq!(
            repair(&differences(), Shape::Compliant, Spelling::Text),
            [
                json!({"op": "remove", "path": "title"}),
                json!({"op": "replace", "path": "emails[type eq \"work\"].value", "value": "a@example.net"}),
                json!({"op": "add", "value": {"name.honorificPrefix": "Dr"}}),
                json!({"op": "replace", "value": {"active": false, DEPARTMENT: "Audit"}}),
            ]
        );
    }

    #[test]
    fn a_manager_is_spelled_in_three_ways() {
        let manager = [Difference {
            path: Path::manager(),
            wanted: Some(json!("42")),
            shown: None,
        }];
        let path = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager";
        let spelled = |index| repair(&manager, Shape::Classic, Spelling::of(index));
        assert_eq!(
            spelled(0),
            [json!({"op": "Add", "path": path, "value": "42"})]
        );
        assert_eq!(
            spelled(7),
            [json!({"op": "Add", "path": path, "value": {"value": "42"}})]
        );
        assert_eq!(
            spelled(9),
            [json!({"op": "Add", "path": format!("{path}.value"), "value": "42"})]
        );
    }

    #[test]
    fn members_leave_in_both_shapes() {
        assert_eq!(
            remove_members(&["1"], Shape::Classic),
            [json!({"op": "Remove", "path": "members", "value": [{"$ref": null, "value": "1"}]})]
        );
        assert_eq!(
            remove_members(&["1", "2"], Shape::Compliant)[1],
            json!({"op": "remove", "path": "members[value eq \"2\"]"})
        );
    }
}
