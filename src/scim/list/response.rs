//! The answer to a query (RFC 7644 §3.4.2, RFC 9865 §2), put together as text: resources come from
//! the database as JSON and are not taken apart again.

use std::fmt::Write;

use serde_json::Value;

use crate::scim::urn::Urn;

/// A list of resources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListResponse {
    /// How many resources there are, on this page and on all others.
    pub total: u64,
    /// Which page this is.
    pub position: Position,
    /// The resources on this page, each as the text of a JSON object.
    pub resources: Vec<String>,
}

/// Which page a list is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Position {
    /// The page that begins with this resource, counted from 1.
    Index(u64),
    /// A page by cursor.
    Cursor {
        /// The cursor of the next page; `None` on the last one.
        next: Option<String>,
        /// The cursor of the page before; `None` where there is none, or none is offered.
        previous: Option<String>,
    },
}

impl ListResponse {
    /// The message as JSON. `itemsPerPage` is the number of resources on this page, and `Resources`
    /// is there even when it is empty: Entra ID counts on it.
    pub fn to_json(&self) -> String {
        const HEAD: usize = 512;
        let size = HEAD
            + self
                .resources
                .iter()
                .map(|one| one.len() + 1)
                .sum::<usize>();
        let mut json = String::with_capacity(size);
        self.write(&mut json);
        json
    }

    fn write(&self, json: &mut String) {
        json.push_str("{\"schemas\":[\"");
        json.push_str(Urn::LIST_RESPONSE);
        json.push_str("\"],\"totalResults\":");
        push(json, self.total);
        match &self.position {
            Position::Index(start) => {
                json.push_str(",\"startIndex\":");
                push(json, start);
            }
            Position::Cursor { next, previous } => {
                for (name, cursor) in [("nextCursor", next), ("previousCursor", previous)] {
                    if let Some(cursor) = cursor {
                        push(json, format_args!(",\"{name}\":"));
                        push(json, Value::from(cursor.as_str()));
                    }
                }
            }
        }
        json.push_str(",\"itemsPerPage\":");
        push(json, self.resources.len());
        json.push_str(",\"Resources\":[");
        for (index, resource) in self.resources.iter().enumerate() {
            if index > 0 {
                json.push(',');
            }
            json.push_str(resource);
        }
        json.push_str("]}");
    }
}

fn push(json: &mut String, shown: impl std::fmt::Display) {
    // Writing to a string cannot fail, and what is shown here does not.
    let _ = write!(json, "{shown}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(response: &ListResponse) -> Value {
        serde_json::from_str(&response.to_json()).unwrap()
    }

    #[test]
    fn items_per_page_is_the_number_returned() {
        let response = ListResponse {
            total: 7,
            position: Position::Index(6),
            resources: vec![r#"{"id":"a"}"#.into(), r#"{"id":"b"}"#.into()],
        };
        assert_eq!(
            read(&response),
            json!({
                "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
                "totalResults": 7,
                "startIndex": 6,
                "itemsPerPage": 2,
                "Resources": [{"id": "a"}, {"id": "b"}]
            })
        );
    }

    #[test]
    fn a_page_by_cursor_has_no_start_and_an_empty_one_has_resources() {
        let response = ListResponse {
            total: 0,
            position: Position::Cursor {
                next: Some("n\"1".into()),
                previous: None,
            },
            resources: Vec::new(),
        };
        assert_eq!(
            read(&response),
            json!({
                "schemas": [Urn::LIST_RESPONSE],
                "totalResults": 0,
                "nextCursor": "n\"1",
                "itemsPerPage": 0,
                "Resources": []
            })
        );
    }
}
