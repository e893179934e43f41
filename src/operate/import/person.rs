//! The person that a row describes.

use serde_json::{Map, Value, json};

use super::cell;
use super::header::Header;
use super::row::Content;
use crate::base::Dialect;
use crate::scim::dialect::rewrite_body;
use crate::scim::schema::Schemas;
use crate::scim::{Attributes, Kind, Reading, ScimError, Urn, validate};

/// Attributes as they were read, and what no schema knew of them.
#[derive(Debug)]
pub(super) struct Described {
    pub(super) attributes: Attributes,
    pub(super) dropped: Vec<String>,
}

impl Content {
    /// The userName, if the row says one.
    pub(super) fn user_name(&self, header: Option<&Header>) -> Option<String> {
        let name = match self {
            Self::Cells(cells) => cells.get(header?.user_name)?.clone(),
            Self::Resource(resource) => {
                let mut named = resource.iter();
                let (_, name) = named.find(|(name, _)| name.eq_ignore_ascii_case("userName"))?;
                name.as_str()?.to_owned()
            }
        };
        (!name.trim().is_empty()).then_some(name)
    }

    /// The attributes of the person, who has `before` already, if anything. A resource is the whole
    /// person, as in a PUT; a sheet says nothing about what it has no column for. What comes out has
    /// passed the same checks as the body of a POST, after what identity providers are known to get wrong was
    /// put right, if that is the dialect: other programs write such files too.
    pub(super) fn describe(
        self,
        header: Option<&Header>,
        before: Option<&Attributes>,
        schemas: &Schemas,
        dialect: Dialect,
        reading: &Reading,
    ) -> Result<Described, String> {
        let told = |error: ScimError| error.detail().to_owned();
        let body = match self {
            Self::Resource(resource) => {
                let body = Value::Object(with_schemas(resource));
                match rewrite_body(dialect, Kind::User, schemas, body).0 {
                    Value::Object(body) => body,
                    _ => Map::new(),
                }
            }
            Self::Cells(cells) => {
                let mut body = before.map(Attributes::as_map).cloned().unwrap_or_default();
                let spots = header.map_or(&[][..], |header| &header.spots);
                for (spot, text) in spots.iter().zip(cells) {
                    if let Some(spot) = spot {
                        spot.put(&mut body, cell::values(spot, &text)?);
                    }
                }
                body
            }
        };
        let incoming =
            validate::incoming(with_schemas(body), Kind::User, schemas, reading).map_err(told)?;
        let attributes = match before {
            Some(before) => {
                validate::replace(before, incoming.attributes, Kind::User, schemas).map_err(told)?
            }
            None => incoming.attributes,
        };
        Ok(Described {
            attributes,
            dropped: incoming.dropped,
        })
    }
}

/// What every body must say of itself, and a file of people need not.
fn with_schemas(mut body: Map<String, Value>) -> Map<String, Value> {
    let said = body.keys().any(|name| name.eq_ignore_ascii_case("schemas"));
    if !said {
        body.insert("schemas".to_owned(), json!([Urn::USER]));
    }
    body
}
