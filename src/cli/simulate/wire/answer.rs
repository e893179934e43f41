//! What a server answered, and the questions a provider has about it.

use serde_json::Value;

use crate::scim::Urn;

/// An answer, read to its end.
#[derive(Debug, Clone)]
pub(in crate::cli::simulate) struct Answer {
    /// The HTTP status.
    pub(in crate::cli::simulate) status: u16,
    /// The media type, without parameters, in lower case.
    pub(in crate::cli::simulate) media: Option<String>,
    /// The body.
    pub(in crate::cli::simulate) body: Body,
    /// Whether an earlier attempt may have reached the server too.
    pub(in crate::cli::simulate) repeated: bool,
}

/// What came with an answer.
#[derive(Debug, Clone)]
pub(in crate::cli::simulate) enum Body {
    /// Nothing.
    Empty,
    /// JSON.
    Json(Value),
    /// Something else; only its beginning is kept.
    Other(String),
}

impl Answer {
    /// The body, if it is JSON.
    pub(in crate::cli::simulate) const fn json(&self) -> Option<&Value> {
        match &self.body {
            Body::Json(value) => Some(value),
            Body::Empty | Body::Other(_) => None,
        }
    }

    /// The `id` of the resource in the body, unless it is missing or empty.
    pub(in crate::cli::simulate) fn id(&self) -> Option<&str> {
        let id = self.json()?.get("id")?.as_str()?;
        Some(id).filter(|id| !id.is_empty())
    }

    /// The list in the body: its total and its resources. An error says what is wrong with it (RFC 7644 §3.4.2).
    pub(in crate::cli::simulate) fn list(&self) -> Result<(u64, &[Value]), String> {
        let body = self.json().ok_or("the body is not JSON")?;
        if !names(body, Urn::LIST_RESPONSE) {
            return Err("the body is not a ListResponse".to_owned());
        }
        let total = body.get("totalResults").ok_or("totalResults is missing")?;
        let total = total
            .as_u64()
            .ok_or_else(|| format!("totalResults is {total}, not a number"))?;
        match body.get("Resources") {
            Some(Value::Array(resources)) => Ok((total, resources)),
            None if total == 0 => Ok((0, &[])),
            None => Err("Resources is missing".to_owned()),
            Some(_) => Err("Resources is not a list".to_owned()),
        }
    }

    /// What the server says went wrong: the `detail` of a SCIM error, else the beginning of the body.
    pub(in crate::cli::simulate) fn detail(&self) -> String {
        let text = match &self.body {
            Body::Empty => String::new(),
            Body::Other(text) => text.clone(),
            Body::Json(value) => match value.get("detail").and_then(Value::as_str) {
                Some(detail) => detail.to_owned(),
                None => value.to_string(),
            },
        };
        shorten(&text)
    }

    /// Whether the body is an error as RFC 7644 §3.12 has it, with the status of the answer as text.
    pub(in crate::cli::simulate) fn is_error_body(&self) -> bool {
        self.json().is_some_and(|body| {
            let status = body.get("status").and_then(Value::as_str);
            names(body, Urn::ERROR) && status == Some(self.status.to_string().as_str())
        })
    }
}

fn names(body: &Value, urn: &str) -> bool {
    body.get("schemas")
        .and_then(Value::as_array)
        .is_some_and(|schemas| schemas.iter().any(|schema| schema.as_str() == Some(urn)))
}

/// At most 300 characters on one line, so that a report stays readable whatever a server answers.
pub(super) fn shorten(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut short: String = line.chars().take(300).collect();
    if short.len() < line.len() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn answer(status: u16, body: Value) -> Answer {
        Answer {
            status,
            media: None,
            body: Body::Json(body),
            repeated: false,
        }
    }

    #[test]
    fn a_list_needs_its_schema_and_a_number() {
        let list = json!({"schemas": [Urn::LIST_RESPONSE], "totalResults": 1, "Resources": [{}]});
        assert_eq!(answer(200, list).list().unwrap().0, 1);
        let empty = json!({"schemas": [Urn::LIST_RESPONSE], "totalResults": 0});
        assert!(answer(200, empty).list().unwrap().1.is_empty());
        let text = json!({"schemas": [Urn::LIST_RESPONSE], "totalResults": "1", "Resources": []});
        assert!(answer(200, text).list().is_err());
        assert!(answer(200, json!([])).list().is_err());
    }

    #[test]
    fn an_error_body_repeats_its_status_as_text() {
        let error =
            |status: Value| json!({"schemas": [Urn::ERROR], "status": status, "detail": "no"});
        assert!(answer(404, error(json!("404"))).is_error_body());
        assert!(!answer(404, error(json!(404))).is_error_body());
        assert_eq!(answer(404, error(json!("404"))).detail(), "no");
    }

    #[test]
    fn an_empty_id_is_none() {
        assert_eq!(answer(201, json!({"id": ""})).id(), None);
        assert_eq!(answer(201, json!({"id": "7"})).id(), Some("7"));
    }
}
