//! Many operations in one request (RFC 7644 §3.7).

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use crate::base::Limits;
use crate::scim::error::ScimError;
use crate::scim::etag::Precondition;
use crate::scim::resource::Kind;

/// What stands in front of a reference to an operation of the same request.
const PREFIX: &str = "bulkId:";

/// A bulk request, read but not carried out.
#[derive(Debug)]
pub struct BulkRequest {
    /// After how many failures the rest is left undone; `None`: never (RFC 7644 §3.7.3).
    pub fail_on_errors: Option<usize>,
    /// The operations in the order in which they were sent. One that cannot be understood is an error
    /// of its own and does not harm the others.
    pub operations: Vec<Result<Operation, Malformed>>,
}

/// One operation.
#[derive(Debug, Clone)]
pub struct Operation {
    /// What to do.
    pub method: Method,
    /// The endpoint.
    pub kind: Kind,
    /// The last part of the path: an id, or `bulkId:…`; `None` for POST.
    pub id: Option<String>,
    /// The name that others call it by; always there for POST.
    pub bulk_id: Option<String>,
    /// The version that the resource must have.
    pub given: Precondition,
    /// The body; `null` for DELETE.
    pub data: Value,
}

/// An operation that could not be understood, with what its part of the answer needs.
#[derive(Debug, Clone)]
pub struct Malformed {
    /// The method as it was sent, if it is one that is known.
    pub method: Option<Method>,
    /// The name that it has.
    pub bulk_id: Option<String>,
    /// What is wrong with it.
    pub error: ScimError,
}

/// The methods of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Create.
    Post,
    /// Replace.
    Put,
    /// Change parts.
    Patch,
    /// Remove.
    Delete,
}

impl Method {
    /// The word in the message.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        [Self::Post, Self::Put, Self::Patch, Self::Delete]
            .into_iter()
            .find(|method| method.as_str().eq_ignore_ascii_case(word))
    }
}

impl BulkRequest {
    /// Reads a bulk request. What is wrong with the whole is an error here; what is wrong with one
    /// operation is an error in its place. More operations than the limit are 413.
    pub fn parse(body: Value, limits: &Limits) -> Result<Self, ScimError> {
        let Value::Object(mut body) = body else {
            return Err(ScimError::invalid_syntax(
                "expected a BulkRequest object with `Operations`",
            ));
        };
        let fail_on_errors = match take(&mut body, "failOnErrors") {
            None | Some(Value::Null) => None,
            Some(value) => Some(
                value
                    .as_u64()
                    .filter(|count| *count > 0)
                    .and_then(|count| usize::try_from(count).ok())
                    .ok_or_else(|| {
                        ScimError::invalid_value("failOnErrors: expected a whole number from 1")
                    })?,
            ),
        };
        let Some(Value::Array(operations)) = take(&mut body, "Operations") else {
            return Err(ScimError::invalid_syntax(
                "Operations: expected a list of operations",
            ));
        };
        if operations.len() > limits.bulk_operations {
            return Err(ScimError::too_large(format_args!(
                "Operations: {} are more than this server's limit of {}; send them in parts",
                operations.len(),
                limits.bulk_operations
            )));
        }
        let mut names = HashSet::new();
        let operations = operations
            .into_iter()
            .enumerate()
            .map(|(index, operation)| read(operation, index, &mut names))
            .collect();
        Ok(Self {
            fail_on_errors,
            operations,
        })
    }

    /// An order in which every operation comes behind those that it refers to, as far as there is
    /// one; operations that refer to each other in a circle stay in the order in which they were sent.
    pub fn order(&self) -> Vec<usize> {
        let places: HashMap<&str, usize> = self
            .operations
            .iter()
            .enumerate()
            .filter_map(|(index, operation)| {
                let name = operation.as_ref().ok()?.bulk_id.as_deref()?;
                Some((name, index))
            })
            .collect();
        let needs: Vec<Vec<usize>> = self
            .operations
            .iter()
            .map(|operation| match operation {
                Ok(operation) => operation
                    .references()
                    .into_iter()
                    .filter_map(|name| places.get(name.as_str()).copied())
                    .collect(),
                Err(_) => Vec::new(),
            })
            .collect();
        let mut order = Vec::with_capacity(needs.len());
        let mut seen = vec![false; needs.len()];
        for start in 0..needs.len() {
            // Depth first, with a stack of our own: a chain may be as long as the request.
            let mut stack = vec![(start, 0)];
            while let Some((index, step)) = stack.pop() {
                if step == 0 && std::mem::replace(seen.get_mut(index).unwrap_or(&mut true), true) {
                    continue;
                }
                match needs.get(index).and_then(|needs| needs.get(step)) {
                    Some(need) => {
                        stack.push((index, step + 1));
                        stack.push((*need, 0));
                    }
                    None => order.push(index),
                }
            }
        }
        order
    }
}

impl Operation {
    /// The names of the operations that this one refers to, in its path and in its body.
    pub fn references(&self) -> Vec<String> {
        let mut found = Vec::new();
        if let Some(name) = self.id.as_deref().and_then(reference) {
            found.push(name.to_owned());
        }
        visit(&self.data, &mut |text| {
            if let Some(name) = reference(text) {
                found.push(name.to_owned());
            }
        });
        found
    }

    /// The operation with every reference replaced by what `resolve` knows of it. The first one that
    /// it does not know is the error.
    pub fn resolved(mut self, resolve: &dyn Fn(&str) -> Option<String>) -> Result<Self, String> {
        let mut unknown = None;
        let mut put = |text: &mut String| {
            if let Some(name) = reference(text) {
                match resolve(name) {
                    Some(id) => *text = id,
                    None => unknown = unknown.take().or_else(|| Some(name.to_owned())),
                }
            }
        };
        if let Some(id) = &mut self.id {
            put(id);
        }
        rewrite(&mut self.data, &mut put);
        match unknown {
            Some(name) => Err(name),
            None => Ok(self),
        }
    }
}

/// The name in `bulkId:name`.
fn reference(text: &str) -> Option<&str> {
    let (prefix, name) = text.split_at_checked(PREFIX.len())?;
    (prefix.eq_ignore_ascii_case(PREFIX) && !name.is_empty()).then_some(name)
}

fn visit(value: &Value, see: &mut dyn FnMut(&str)) {
    match value {
        Value::String(text) => see(text),
        Value::Array(list) => list.iter().for_each(|value| visit(value, see)),
        Value::Object(map) => map.values().for_each(|value| visit(value, see)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn rewrite(value: &mut Value, put: &mut dyn FnMut(&mut String)) {
    match value {
        Value::String(text) => put(text),
        Value::Array(list) => list.iter_mut().for_each(|value| rewrite(value, put)),
        Value::Object(map) => map.values_mut().for_each(|value| rewrite(value, put)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Takes a member out of an object, by its name in any letter case.
fn take(object: &mut Map<String, Value>, name: &str) -> Option<Value> {
    let key = object
        .keys()
        .find(|key| key.eq_ignore_ascii_case(name))
        .cloned()?;
    object.shift_remove(&key)
}

fn read(
    operation: Value,
    index: usize,
    names: &mut HashSet<String>,
) -> Result<Operation, Malformed> {
    let place = format!("Operations[{index}]");
    let mut malformed = Malformed {
        method: None,
        bulk_id: None,
        error: ScimError::invalid_syntax(format_args!("{place}: expected an object")),
    };
    let Value::Object(mut operation) = operation else {
        return Err(malformed);
    };
    malformed.bulk_id = match take(&mut operation, "bulkId") {
        Some(Value::String(name)) if !name.is_empty() => Some(name),
        None | Some(Value::Null) => None,
        Some(_) => {
            malformed.error =
                ScimError::invalid_syntax(format_args!("{place}.bulkId: expected a text"));
            return Err(malformed);
        }
    };
    let method = match take(&mut operation, "method") {
        Some(Value::String(word)) => Method::parse(&word),
        _ => None,
    };
    malformed.method = method;
    let path = take(&mut operation, "path");
    let version = take(&mut operation, "version");
    let data = take(&mut operation, "data");
    let outcome = assemble(method, &malformed, path, version, data, names);
    outcome.map_err(|error| {
        malformed.error = error.at(place);
        malformed
    })
}

fn assemble(
    method: Option<Method>,
    known: &Malformed,
    path: Option<Value>,
    version: Option<Value>,
    data: Option<Value>,
    names: &mut HashSet<String>,
) -> Result<Operation, ScimError> {
    let method = method
        .ok_or_else(|| ScimError::invalid_syntax("method: expected POST, PUT, PATCH or DELETE"))?;
    let Some(Value::String(path)) = path else {
        return Err(ScimError::invalid_syntax(
            "path: expected a text such as /Users",
        ));
    };
    let wrong_path = || {
        ScimError::invalid_path("path: expected /Users or /Groups for POST, otherwise with /{id}")
    };
    let mut parts = path.split('/').filter(|part| !part.is_empty());
    let kind = parts
        .next()
        .and_then(|endpoint| {
            Kind::ALL
                .into_iter()
                .find(|kind| kind.endpoint() == endpoint)
        })
        .ok_or_else(wrong_path)?;
    let id = parts.next().map(ToOwned::to_owned);
    if parts.next().is_some() || id.is_some() == (method == Method::Post) {
        return Err(wrong_path());
    }
    let bulk_id = known.bulk_id.clone();
    match &bulk_id {
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
    let given = match version {
        None | Some(Value::Null) => Precondition::default(),
        Some(Value::String(version)) => Precondition::version(&version)?,
        Some(_) => return Err(ScimError::invalid_value("version: expected an entity tag")),
    };
    let data = match (method, data) {
        (Method::Delete, _) => Value::Null,
        (_, Some(data @ Value::Object(_))) => data,
        _ => return Err(ScimError::invalid_syntax("data: expected an object")),
    };
    Ok(Operation {
        method,
        kind,
        id,
        bulk_id,
        given,
        data,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn parse(operations: Value) -> BulkRequest {
        BulkRequest::parse(json!({"Operations": operations}), &Limits::DEFAULT).unwrap()
    }

    fn post(name: &str, refers: &[&str]) -> Value {
        let members: Vec<Value> = refers
            .iter()
            .map(|name| json!({"value": format!("bulkId:{name}")}))
            .collect();
        json!({"method": "POST", "path": "/Groups", "bulkId": name, "data": {"members": members}})
    }

    #[test]
    fn who_is_referred_to_comes_first() {
        let request = parse(json!([
            post("a", &["c"]),
            post("b", &[]),
            post("c", &["b"])
        ]));
        assert_eq!(request.order(), [1, 2, 0]);
    }

    #[test]
    fn a_circle_has_an_order_too() {
        let request = parse(json!([
            post("a", &["b"]),
            post("b", &["a"]),
            post("c", &["c"])
        ]));
        let mut order = request.order();
        order.sort_unstable();
        assert_eq!(order, [0, 1, 2]);
    }

    #[test]
    fn references_are_replaced_in_path_and_body() {
        let request = parse(json!([{
            "method": "patch", "path": "/Groups/bulkId:g",
            "data": {"Operations": [{"op": "add", "path": "members", "value": [{"value": "bulkid:u"}]}]}
        }]));
        let operation = request.operations[0].clone().unwrap();
        let known = |name: &str| (name != "x").then(|| format!("id-{name}"));
        let operation = operation.resolved(&known).unwrap();
        assert_eq!(operation.id.as_deref(), Some("id-g"));
        assert_eq!(operation.data["Operations"][0]["value"][0]["value"], "id-u");
        let request = parse(json!([post("a", &["x"])]));
        let operation = request.operations[0].clone().unwrap();
        assert_eq!(operation.resolved(&known).unwrap_err(), "x");
    }

    #[test]
    fn one_bad_operation_is_an_error_in_its_place() {
        let request = parse(json!([
            {"method": "POST", "path": "/Users", "data": {}},
            {"method": "POST", "path": "/Users/1", "bulkId": "a", "data": {}},
            {"method": "GET", "path": "/Users", "bulkId": "b"},
            {"method": "PUT", "path": "/Users/1"},
            {"method": "DELETE", "path": "/Users/1", "version": "x"},
            {"method": "DELETE", "path": "/Users/1/2"},
            {"method": "POST", "path": "/Users", "bulkId": "c", "data": {}},
            {"method": "POST", "path": "/Users", "bulkId": "c", "data": {}},
            7
        ]));
        let errors: Vec<bool> = request.operations.iter().map(Result::is_err).collect();
        assert_eq!(
            errors,
            [true, true, true, true, true, true, false, true, true]
        );
        let error = &request.operations[3].as_ref().unwrap_err().error;
        assert_eq!(error.detail(), "Operations[3]: data: expected an object");
    }

    #[test]
    fn the_whole_is_refused_when_it_is_too_much() {
        let limits = Limits {
            bulk_operations: 1,
            ..Limits::DEFAULT
        };
        let error = BulkRequest::parse(json!({"Operations": [1, 2]}), &limits).unwrap_err();
        assert_eq!(error.status(), 413);
        assert!(BulkRequest::parse(json!({"Operations": {}}), &limits).is_err());
        let body = json!({"Operations": [], "failOnErrors": 0});
        assert!(BulkRequest::parse(body, &limits).is_err());
    }
}
