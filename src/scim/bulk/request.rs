//! A bulk request as a whole.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::operation::{Malformed, Operation};
use super::order::order;
use super::read::read;
use crate::base::{Dialect, Limits};
use crate::scim::error::ScimError;
use crate::scim::message;
use crate::scim::urn::Urn;

/// A bulk request, read but not carried out.
#[derive(Debug)]
pub struct BulkRequest {
    /// After how many failures the rest is left undone; `None`: never (RFC 7644 §3.7.3).
    pub fail_on_errors: Option<usize>,
    /// The operations in the order in which they were sent. One that cannot be understood is an error
    /// of its own and does not harm the others.
    pub operations: Vec<Result<Operation, Malformed>>,
}

impl BulkRequest {
    /// Reads a bulk request. What is wrong with the whole is an error here; what is wrong with one
    /// operation is an error in its place. More operations than the limit are 413; a body that is
    /// another message, and in the strict dialect one that does not say which it is, is 400
    /// `invalidSyntax`.
    pub fn parse(body: Value, dialect: Dialect, limits: &Limits) -> Result<Self, ScimError> {
        let Value::Object(mut body) = body else {
            return Err(ScimError::invalid_syntax(
                "expected a BulkRequest object with `Operations`",
            ));
        };
        message::check(&body, Urn::BULK_REQUEST, dialect)?;
        let fail_on_errors = match message::take(&mut body, "failOnErrors") {
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
        let Some(Value::Array(operations)) = message::take(&mut body, "Operations") else {
            return Err(ScimError::invalid_syntax(
                "Operations: expected a list of operations",
            ));
        };
        if operations.len() > limits.bulk_operations {
            return Err(ScimError::too_large(format_args!(
                "Operations: {} are more than this server's limit of {} (maxOperations); send them in \
                 parts",
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

    /// The places of the operations in the order in which to carry them out: that of the request,
    /// but every operation behind those that it refers to, as far as there is such an order.
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
        order(&needs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn parse(body: Value, limits: &Limits) -> Result<BulkRequest, ScimError> {
        BulkRequest::parse(body, Dialect::Tolerant, limits)
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
        let body = json!({"Operations": [post("a", &["c"]), post("b", &[]), post("c", &["b"])]});
        let request = parse(body, &Limits::DEFAULT).unwrap();
        assert_eq!(request.order(), [1, 2, 0]);
    }

    #[test]
    fn the_whole_is_refused_when_it_is_too_much_or_another_message() {
        let limits = Limits {
            bulk_operations: 1,
            ..Limits::DEFAULT
        };
        let status = |body| parse(body, &limits).unwrap_err().status();
        assert_eq!(status(json!({"Operations": [1, 2]})), 413);
        assert_eq!(status(json!({"Operations": {}})), 400);
        assert_eq!(status(json!({"Operations": [], "failOnErrors": 0})), 400);
        assert_eq!(
            status(json!({"Operations": [], "schemas": [Urn::PATCH_OP]})),
            400
        );
        let silent = json!({"Operations": []});
        assert!(BulkRequest::parse(silent, Dialect::Strict, &limits).is_err());
    }
}
