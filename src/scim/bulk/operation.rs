//! One operation of a bulk request, and the names by which operations call each other.

use serde_json::Value;

use super::references::{self, reference};
use crate::scim::error::ScimError;
use crate::scim::etag::Precondition;
use crate::scim::resource::Kind;
use crate::scim::schema::Schemas;

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
    /// The resource that it is about, as far as its path says so: the endpoint and the id.
    pub target: Option<(Kind, String)>,
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

    pub(super) fn parse(word: &str) -> Option<Self> {
        [Self::Post, Self::Put, Self::Patch, Self::Delete]
            .into_iter()
            .find(|method| method.as_str().eq_ignore_ascii_case(word))
    }
}

impl Operation {
    /// The names of the operations that this one refers to, in its path and in its body.
    pub fn references(&self, schemas: &Schemas) -> Vec<String> {
        let mut found = Vec::new();
        self.clone().each_text(schemas, &mut |text| {
            found.extend(reference(text).map(ToOwned::to_owned));
        });
        found
    }

    /// Those among them that have to be there before: the members of a new group.
    pub fn members(&self, schemas: &Schemas) -> Vec<String> {
        if self.method != Method::Post || self.kind != Kind::Group {
            return Vec::new();
        }
        let data = self.data.as_object().into_iter().flatten();
        let members = data.filter(|(name, _)| name.eq_ignore_ascii_case("members"));
        let members = members.map(|(name, list)| (name.clone(), list.clone()));
        let mut found = Vec::new();
        references::in_resource(&mut members.collect(), self.kind, schemas, &mut |text| {
            found.extend(reference(text).map(ToOwned::to_owned));
        });
        found
    }

    /// The operation with every reference replaced by what `resolve` knows of it. The first one that
    /// it does not know is the error.
    pub fn resolved(
        mut self,
        schemas: &Schemas,
        resolve: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, String> {
        let mut unknown = None;
        self.each_text(schemas, &mut |text| {
            if let Some(name) = reference(text) {
                match resolve(name) {
                    Some(id) => *text = id,
                    None => unknown = unknown.take().or_else(|| Some(name.to_owned())),
                }
            }
        });
        match unknown {
            Some(name) => Err(name),
            None => Ok(self),
        }
    }

    /// Shows `see` each text that may be a reference, to be replaced by it.
    fn each_text(&mut self, schemas: &Schemas, see: &mut dyn FnMut(&mut String)) {
        if let Some(id) = &mut self.id {
            see(id);
        }
        match self.method {
            Method::Post | Method::Put => {
                references::in_resource(&mut self.data, self.kind, schemas, see);
            }
            Method::Patch => references::in_patch(&mut self.data, self.kind, schemas, see),
            Method::Delete => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn operation(id: Option<&str>, data: Value) -> Operation {
        Operation {
            method: Method::Patch,
            kind: Kind::Group,
            id: id.map(ToOwned::to_owned),
            bulk_id: None,
            given: Precondition::default(),
            data,
        }
    }

    #[test]
    fn references_are_replaced_in_path_and_body() {
        let schemas = Schemas::builtin().unwrap();
        let known = |name: &str| (name != "x").then(|| format!("id-{name}"));
        let value = json!([{"value": "bulkid:u"}, {"value": "bulk"}, {"value": "bulkId:"}]);
        let data = json!({"Operations": [{"op": "add", "path": "members", "value": value}]});
        let read = operation(Some("bulkId:g"), data);
        assert_eq!(read.references(&schemas), ["g", "u"]);
        let read = read.resolved(&schemas, &known).unwrap();
        assert_eq!(read.id.as_deref(), Some("id-g"));
        assert_eq!(
            read.data["Operations"][0]["value"],
            json!([{"value": "id-u"}, {"value": "bulk"}, {"value": "bulkId:"}])
        );
        let change = json!({"op": "add", "value": {"members": [{"value": "bulkId:x"}]}});
        let read = operation(None, json!({"Operations": [change]}));
        assert_eq!(read.resolved(&schemas, &known).unwrap_err(), "x");
    }
}
