//! One operation of a bulk request, read from JSON.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::operation::{Malformed, Method, Operation};
use crate::scim::error::ScimError;
use crate::scim::etag::Precondition;
use crate::scim::message::take;
use crate::scim::resource::Kind;

/// The parts of an operation that are looked at together.
struct Draft {
    method: Option<Method>,
    bulk_id: Option<String>,
    /// The endpoint, and the id if there is one.
    path: Option<(Kind, Option<String>)>,
    version: Option<Value>,
    data: Option<Value>,
}

/// Reads the operation at `index`. `names` holds those that earlier ones gave themselves.
pub(super) fn read(
    operation: Value,
    index: usize,
    names: &mut HashSet<String>,
) -> Result<Operation, Malformed> {
    let place = format!("Operations[{index}]");
    let Value::Object(mut operation) = operation else {
        return Err(Malformed {
            method: None,
            bulk_id: None,
            target: None,
            error: ScimError::invalid_syntax("expected an object").at(place),
        });
    };
    let mut malformed = Malformed {
        method: method(&mut operation),
        bulk_id: None,
        target: None,
        error: ScimError::invalid_syntax("bulkId: expected a text").at(&place),
    };
    let path = path(&mut operation);
    malformed.target = path.clone().and_then(|(kind, id)| Some((kind, id?)));
    malformed.bulk_id = match take(&mut operation, "bulkId") {
        Some(Value::String(name)) if !name.is_empty() => Some(name),
        None | Some(Value::Null) => None,
        Some(_) => return Err(malformed),
    };
    let draft = Draft {
        method: malformed.method,
        bulk_id: malformed.bulk_id.clone(),
        path,
        version: take(&mut operation, "version"),
        data: take(&mut operation, "data"),
    };
    assemble(draft, names).map_err(|error| {
        malformed.error = error.at(place);
        malformed
    })
}

fn method(operation: &mut Map<String, Value>) -> Option<Method> {
    match take(operation, "method") {
        Some(Value::String(word)) => Method::parse(&word),
        _ => None,
    }
}

/// What the path names: `/Users` and `/Groups`, with perhaps one part behind it.
fn path(operation: &mut Map<String, Value>) -> Option<(Kind, Option<String>)> {
    let Some(Value::String(path)) = take(operation, "path") else {
        return None;
    };
    let mut parts = path.split('/').filter(|part| !part.is_empty());
    let endpoint = parts.next()?;
    let kind = Kind::ALL
        .into_iter()
        .find(|kind| kind.endpoint() == endpoint)?;
    let id = parts.next().map(ToOwned::to_owned);
    parts.next().is_none().then_some((kind, id))
}

fn assemble(draft: Draft, names: &mut HashSet<String>) -> Result<Operation, ScimError> {
    let method = draft
        .method
        .ok_or_else(|| ScimError::invalid_syntax("method: expected POST, PUT, PATCH or DELETE"))?;
    let (kind, id) = draft
        .path
        .filter(|(_, id)| id.is_none() == (method == Method::Post))
        .ok_or_else(|| {
            ScimError::invalid_path(
                "path: expected /Users or /Groups for POST, otherwise with /{id} behind it",
            )
        })?;
    match &draft.bulk_id {
        None if method == Method::Post => {
            return Err(ScimError::invalid_value(
                "bulkId: a POST needs one (RFC 7644 §3.7)",
            ));
        }
        Some(name) if !names.insert(name.clone()) => {
            return Err(ScimError::invalid_value(
                "bulkId: another operation of this request has this one",
            ));
        }
        _ => {}
    }
    let given = match draft.version {
        None | Some(Value::Null) => Precondition::default(),
        Some(Value::String(version)) => Precondition::version(&version)?,
        Some(_) => return Err(ScimError::invalid_value("version: expected an entity tag")),
    };
    let data = match (method, draft.data) {
        (Method::Delete, _) => Value::Null,
        (_, Some(data @ Value::Object(_))) => data,
        _ => return Err(ScimError::invalid_syntax("data: expected an object")),
    };
    Ok(Operation {
        method,
        kind,
        id,
        bulk_id: draft.bulk_id,
        given,
        data,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn refuses(operation: Value, complaint: &str, target: Option<(Kind, &str)>) {
        let mut names = HashSet::from(["taken".to_owned()]);
        let malformed = read(operation, 3, &mut names).unwrap_err();
        assert_eq!(
            malformed.error.detail(),
            format!("Operations[3]{complaint}")
        );
        let target = target.map(|(kind, id)| (kind, id.to_owned()));
        assert_eq!(malformed.target, target);
    }

    #[test]
    fn one_bad_operation_is_an_error_in_its_place() {
        const PATH: &str =
            ": path: expected /Users or /Groups for POST, otherwise with /{id} behind it";
        let one = Some((Kind::User, "1"));
        let post = |path: &str| json!({"method": "POST", "path": path, "bulkId": "a", "data": {}});
        refuses(json!(7), ": expected an object", None);
        refuses(
            json!({"method": "POST", "path": "/Users", "data": {}}),
            ": bulkId: a POST needs one (RFC 7644 §3.7)",
            None,
        );
        refuses(
            json!({"method": "DELETE", "path": "/Users/1", "bulkId": 7}),
            ": bulkId: expected a text",
            one,
        );
        refuses(
            json!({"method": "DELETE", "path": "/Users/1", "bulkId": "taken"}),
            ": bulkId: another operation of this request has this one",
            one,
        );
        refuses(post("/Users/1"), PATH, one);
        refuses(post("/Devices"), PATH, None);
        refuses(
            json!({"method": "DELETE", "path": "/Users/1/2"}),
            PATH,
            None,
        );
        refuses(json!({"method": "DELETE"}), PATH, None);
        refuses(
            json!({"method": "GET", "path": "/Users/1"}),
            ": method: expected POST, PUT, PATCH or DELETE",
            one,
        );
        refuses(
            json!({"method": "PUT", "path": "/Users/1"}),
            ": data: expected an object",
            one,
        );
        refuses(
            json!({"method": "DELETE", "path": "/Users/1", "version": 1}),
            ": version: expected an entity tag",
            one,
        );
    }

    #[test]
    fn names_and_methods_are_read_in_any_letter_case() {
        let operation = json!({"Method": "patch", "PATH": "Groups/bulkId:g", "DATA": {"a": 1}});
        let operation = read(operation, 0, &mut HashSet::new()).unwrap();
        assert_eq!(operation.method, Method::Patch);
        assert_eq!(operation.id.as_deref(), Some("bulkId:g"));
        assert_eq!(operation.data, json!({"a": 1}));
    }
}
