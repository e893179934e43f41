//! A bulk request as a whole.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::operation::{Malformed, Operation};
use super::order::units;
use super::read::read;
use crate::base::{Dialect, Limits};
use crate::scim::error::ScimError;
use crate::scim::message;
use crate::scim::schema::Schemas;
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
    /// but every operation behind those that it refers to. Those that refer to each other in a circle
    /// are one unit, in which groups come behind their members as far as they can.
    pub fn units(&self, schemas: &Schemas) -> Vec<Vec<usize>> {
        let places: HashMap<&str, usize> = self
            .operations
            .iter()
            .enumerate()
            .filter_map(|(index, operation)| {
                let name = operation.as_ref().ok()?.bulk_id.as_deref()?;
                Some((name, index))
            })
            .collect();
        let needed = |index| self.named(index, |one| one.references(schemas), &places);
        let needs: Vec<Vec<usize>> = (0..self.operations.len()).map(needed).collect();
        let mut units = units(&needs);
        for unit in units.iter_mut().filter(|unit| unit.len() > 1) {
            *unit = self.inside(unit, schemas, &places);
        }
        units
    }

    /// The order inside a circle: nobody can be a member before they are there, while any other
    /// reference may be to somebody who only will be.
    fn inside(
        &self,
        unit: &[usize],
        schemas: &Schemas,
        places: &HashMap<&str, usize>,
    ) -> Vec<usize> {
        let ranks: HashMap<usize, usize> = unit.iter().copied().zip(0..).collect();
        let needed = |index: &usize| {
            let members = self.named(*index, |one| one.members(schemas), places);
            let ranks = members.iter().filter_map(|place| ranks.get(place).copied());
            ranks.collect()
        };
        let needs: Vec<Vec<usize>> = unit.iter().map(needed).collect();
        let order = units(&needs).into_iter().flatten();
        order.filter_map(|rank| unit.get(rank).copied()).collect()
    }

    /// Where the operations are that the one at `index` names.
    fn named(
        &self,
        index: usize,
        names: impl Fn(&Operation) -> Vec<String>,
        places: &HashMap<&str, usize>,
    ) -> Vec<usize> {
        let operation = self
            .operations
            .get(index)
            .and_then(|read| read.as_ref().ok());
        let names = operation.map(names).unwrap_or_default();
        let places = names.iter().map(|name| places.get(name.as_str()).copied());
        places.flatten().collect()
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
        assert_eq!(request.units(&Schemas::builtin().unwrap()), [[1], [2], [0]]);
    }

    #[test]
    fn in_a_circle_members_come_before_their_group() {
        let mut user = post("u", &[]);
        user["path"] = json!("/Users");
        user["data"] = json!({"profileUrl": "bulkId:g"});
        let circle = [post("g", &["h"]), post("h", &["u"]), user];
        let request = parse(json!({"Operations": circle}), &Limits::DEFAULT).unwrap();
        assert_eq!(request.units(&Schemas::builtin().unwrap()), [[2, 1, 0]]);
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
