//! The message of a PATCH request (RFC 7644 §3.5.2).

use serde_json::{Map, Value};

use super::compile::{Compiler, Draft};
use super::members::MemberChange;
use super::operation::{Operation, PatchOp};
use super::verb::Verb;
use crate::scim::error::ScimError;
use crate::scim::place::Place;
use crate::scim::reading::Reading;
use crate::scim::resource::Kind;
use crate::scim::schema::Schemas;
use crate::scim::urn::Urn;
use crate::scim::value::{Names, Reader};

/// A PATCH request whose paths were found in the schemas and whose values have the right types.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PatchRequest {
    operations: Vec<Operation>,
    dropped: Vec<String>,
}

impl PatchRequest {
    /// Reads a PATCH of a resource of `kind`.
    ///
    /// A message of the wrong form is 400 `invalidSyntax`; every other error names its operation in
    /// front: `invalidPath`, `invalidFilter`, `noTarget` for a remove without a path, `invalidValue`
    /// for a value of the wrong type, and `mutability` for what only the server sets or for the
    /// removal of what is required.
    pub fn parse(
        body: Value,
        kind: Kind,
        schemas: &Schemas,
        reading: &Reading,
    ) -> Result<Self, ScimError> {
        let drafts = drafts(body)?;
        let most = reading.limits.patch_operations;
        if drafts.len() > most {
            return Err(ScimError::invalid_value(format_args!(
                "Operations: a request may have {most}, this one has {}",
                drafts.len()
            )));
        }
        let mut compiler = Compiler::new(kind, schemas, reading, Reader::new(reading));
        for (index, draft) in drafts.into_iter().enumerate() {
            operation(draft)
                .and_then(|draft| compiler.operation(index, draft))
                .map_err(|error| error.at(format_args!("Operations[{index}]")))?;
        }
        let (operations, dropped) = compiler.into_parts();
        Ok(Self {
            operations,
            dropped,
        })
    }

    /// The steps, in the order in which they are made.
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// Names of unknown attributes that were left out, as they were sent; the first few of them.
    pub fn dropped(&self) -> &[String] {
        &self.dropped
    }

    /// The request without what it says about members, and that: attributes and members do not
    /// depend on each other, so each part keeps its own order.
    pub fn split_members(self) -> (Self, Vec<MemberChange>) {
        let mut operations = Vec::with_capacity(self.operations.len());
        let mut changes = Vec::new();
        for operation in self.operations {
            match operation.op {
                PatchOp::Members(change) => changes.push(change),
                _ => operations.push(operation),
            }
        }
        let rest = Self {
            operations,
            dropped: self.dropped,
        };
        (rest, changes)
    }
}

/// The operations of a message, not yet looked at.
fn drafts(body: Value) -> Result<Vec<Value>, ScimError> {
    let Value::Object(body) = body else {
        return Err(ScimError::invalid_syntax(
            "expected an object with schemas and Operations",
        ));
    };
    let [schemas, operations] = members(body, ["schemas", "Operations"])?;
    let named = schemas
        .as_ref()
        .and_then(Value::as_array)
        .is_some_and(|urns| {
            urns.iter()
                .filter_map(Value::as_str)
                .any(|urn| Urn::new(urn).is(Urn::PATCH_OP))
        });
    if !named {
        return Err(ScimError::invalid_syntax(format_args!(
            "schemas: expected a list that contains {}",
            Urn::PATCH_OP
        )));
    }
    match operations {
        Some(Value::Array(drafts)) if !drafts.is_empty() => Ok(drafts),
        _ => Err(ScimError::invalid_syntax(
            "Operations: expected a list of at least one operation",
        )),
    }
}

/// The form of one operation. Members that RFC 7644 does not know are passed over.
fn operation(draft: Value) -> Result<Draft, ScimError> {
    let Value::Object(draft) = draft else {
        return Err(ScimError::invalid_syntax(
            "expected an object with op, path and value",
        ));
    };
    let [op, path, value] = members(draft, ["op", "path", "value"])?;
    let verb = op
        .as_ref()
        .and_then(Value::as_str)
        .and_then(Verb::parse)
        .ok_or_else(|| ScimError::invalid_syntax("op: expected add, replace or remove"))?;
    let path = match path {
        None | Some(Value::Null) => None,
        Some(Value::String(path)) => Some(path).filter(|path| !path.is_empty()),
        Some(_) => return Err(ScimError::invalid_path("path: expected a text")),
    };
    Ok(Draft { verb, path, value })
}

/// The members with these names, in any letter case (RFC 7643 §2.1).
fn members<const N: usize>(
    object: Map<String, Value>,
    wanted: [&str; N],
) -> Result<[Option<Value>; N], ScimError> {
    let mut found = [const { None }; N];
    let mut names = Names::default();
    for (name, value) in object {
        names.add(&Place::Attribute(&name), &name)?;
        let slot = wanted
            .iter()
            .zip(found.iter_mut())
            .find(|(wanted, _)| wanted.eq_ignore_ascii_case(&name));
        if let Some((_, slot)) = slot {
            *slot = Some(value);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Limits, Policy};
    use serde_json::json;

    fn parse(kind: Kind, body: Value, policy: &Policy) -> Result<PatchRequest, ScimError> {
        let schemas = Schemas::builtin().unwrap();
        let reading = Reading::new(policy, &Limits::DEFAULT);
        PatchRequest::parse(body, kind, &schemas, &reading)
    }

    fn message(operations: &Value) -> Value {
        json!({"schemas": [Urn::PATCH_OP], "Operations": operations})
    }

    #[track_caller]
    fn refused(body: Value, keyword: &str, detail: &str) {
        let error = parse(Kind::User, body, &Policy::default()).unwrap_err();
        assert_eq!((error.status(), error.detail()), (400, detail));
        assert_eq!(error.body()["scimType"], keyword);
    }

    #[test]
    fn a_message_of_the_wrong_form_is_refused() {
        refused(
            json!([]),
            "invalidSyntax",
            "expected an object with schemas and Operations",
        );
        refused(
            json!({"Operations": [{"op": "remove", "path": "title"}]}),
            "invalidSyntax",
            "schemas: expected a list that contains urn:ietf:params:scim:api:messages:2.0:PatchOp",
        );
        for operations in [json!([]), json!({}), json!(null)] {
            refused(
                message(&operations),
                "invalidSyntax",
                "Operations: expected a list of at least one operation",
            );
        }
        refused(
            message(&json!(["remove"])),
            "invalidSyntax",
            "Operations[0]: expected an object with op, path and value",
        );
        refused(
            message(&json!([{"op": "move", "path": "title"}])),
            "invalidSyntax",
            "Operations[0]: op: expected add, replace or remove",
        );
        refused(
            message(&json!([{"op": "remove", "Op": "add"}])),
            "invalidSyntax",
            "Operations[0]: Op: the attribute is there twice, in different letter case; keep one",
        );
    }

    #[test]
    fn an_error_names_its_operation_and_what_would_be_right() {
        let fine = json!({"op": "add", "path": "title", "value": "Auditor"});
        let second = |operation: Value| message(&json!([fine, operation]));
        refused(
            second(json!({"op": "remove"})),
            "noTarget",
            "Operations[1]: path: required, a remove must say what it removes",
        );
        refused(
            second(json!({"op": "add", "path": "title"})),
            "invalidValue",
            "Operations[1]: value: required for add and replace",
        );
        refused(
            second(json!({"op": "add", "value": "x"})),
            "invalidValue",
            "Operations[1]: value: expected an object of attributes, because there is no path",
        );
        refused(
            second(json!({"op": "replace", "path": "active", "value": "False"})),
            "invalidValue",
            "Operations[1]: active: expected true or false, found \"False\"",
        );
        refused(
            second(json!({"op": "add", "path": "emails[type eq \"work\"].primary", "value": 1})),
            "invalidValue",
            "Operations[1]: emails[type eq \"work\"].primary: expected true or false, found 1",
        );
        refused(
            second(json!({"op": "add", "path": "a..b", "value": 1})),
            "invalidPath",
            "Operations[1]: path: expected a path such as name.givenName or \
             emails[type eq \"work\"].value, found \"a..b\"",
        );
    }

    #[test]
    fn too_many_operations_are_refused() {
        let operation = json!({"op": "remove", "path": "title"});
        refused(
            message(&json!(vec![operation; 5_001])),
            "invalidValue",
            "Operations: a request may have 5000, this one has 5001",
        );
    }

    #[test]
    fn unknown_paths_are_dropped_and_listed_or_refused() {
        let body = message(&json!([
            {"op": "add", "path": "shoeSize", "value": 38},
            {"op": "replace", "value": {"title": "Auditor", "name.givenName": "Mira"}},
            {"op": "add", "path": "urn:example:2.0:Pet:name", "value": "Rex"}
        ]));
        let request = parse(Kind::User, body.clone(), &Policy::default()).unwrap();
        assert_eq!(request.operations().len(), 1);
        assert_eq!(
            request.dropped(),
            ["shoeSize", "name.givenName", "urn:example:2.0:Pet:name"]
        );
        let refusing = Policy::default().set("unknown", "refuse").unwrap();
        let error = parse(Kind::User, body, &refusing).unwrap_err();
        assert_eq!(error.body()["scimType"], "invalidPath");
        assert_eq!(
            error.detail(),
            "Operations[0]: shoeSize: no schema of this connection has such an attribute"
        );
    }

    #[test]
    fn members_are_split_off_in_order() {
        let body = message(&json!([
            {"op": "add", "path": "members", "value": [{"value": "1"}]},
            {"op": "replace", "value": {"displayName": "Audit", "members": []}},
            {"op": "remove", "path": "members[value eq \"2\"]"}
        ]));
        let request = parse(Kind::Group, body, &Policy::default()).unwrap();
        let (rest, changes) = request.split_members();
        assert_eq!(rest.operations().len(), 1);
        assert!(matches!(
            changes.as_slice(),
            [
                MemberChange::Add(_),
                MemberChange::Clear,
                MemberChange::Remove(_)
            ]
        ));
    }
}
