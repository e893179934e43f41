//! What a server answered, with assertions that read as a sentence.

use serde_json::Value;

use super::shape;

const ERROR: &str = "urn:ietf:params:scim:api:messages:2.0:Error";

/// One HTTP reply.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    /// Names in lower case, in the order in which they came.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// The request, for messages.
    pub(crate) asked: String,
}

impl Reply {
    pub(crate) const fn new(status: u16, headers: Vec<(String, String)>) -> Self {
        Self {
            status,
            headers,
            body: Vec::new(),
            asked: String::new(),
        }
    }

    /// The first value of a header; the name in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("no JSON ({error}): {}", self.told()))
    }

    /// The value at a JSON pointer of the body; `null` where there is none.
    #[track_caller]
    pub(crate) fn at(&self, pointer: &str) -> Value {
        self.json().pointer(pointer).cloned().unwrap_or(Value::Null)
    }

    /// The `id` of the body.
    #[track_caller]
    pub(crate) fn id(&self) -> String {
        match self.at("/id") {
            Value::String(id) => id,
            _ => panic!("no id: {}", self.told()),
        }
    }

    /// Asserts the status.
    #[track_caller]
    pub(crate) fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.told());
        self
    }

    /// Asserts that the body holds at least what `expected` says; see [`shape::differences`].
    #[track_caller]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "so that a test can write json!(…) in place"
    )]
    pub(crate) fn shows(self, expected: Value) -> Self {
        let differences = shape::differences(&expected, &self.json());
        assert!(
            differences.is_empty(),
            "{}\n{}",
            differences.join("\n"),
            self.told()
        );
        self
    }

    /// Asserts an error with this status and `scimType`; `""` for none.
    #[track_caller]
    pub(crate) fn refused(self, status: u16, scim_type: &str) -> Self {
        let reply = self.is(status);
        let body = reply.json();
        let found = body
            .get("scimType")
            .and_then(Value::as_str)
            .unwrap_or_default();
        assert_eq!(found, scim_type, "{}", reply.told());
        reply
    }

    /// Asserts a list of this many resources in total.
    #[track_caller]
    pub(crate) fn counts(self, total: u64) -> Self {
        let reply = self.is(200);
        assert_eq!(reply.at("/totalResults"), total, "{}", reply.told());
        reply
    }

    /// The resources of a list.
    #[track_caller]
    pub(crate) fn resources(&self) -> Vec<Value> {
        match self.at("/Resources") {
            Value::Array(list) => list,
            Value::Null => Vec::new(),
            _ => panic!("Resources is no list: {}", self.told()),
        }
    }

    /// The `value` of each element of this list, sorted: who is in a group, or where somebody is.
    #[track_caller]
    pub(crate) fn values(&self, pointer: &str) -> Vec<String> {
        let elements = self.at(pointer);
        let elements = elements.as_array().into_iter().flatten();
        let values = elements.map(|element| element["value"].as_str().unwrap().to_owned());
        let mut values: Vec<String> = values.collect();
        values.sort();
        values
    }

    /// The ids of what the operations of a bulk request were about, in their order.
    #[track_caller]
    pub(crate) fn bulk_ids(&self) -> Vec<String> {
        let answers = self.at("/Operations");
        let answers = answers.as_array().unwrap().iter();
        answers
            .map(|answer| {
                let location = answer["location"].as_str().unwrap();
                location.rsplit('/').next().unwrap().to_owned()
            })
            .collect()
    }

    /// One attribute of every resource of a list, in its order.
    #[track_caller]
    pub(crate) fn column(&self, name: &str) -> Vec<String> {
        let text = |value: Option<&Value>| match value {
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
            None => String::new(),
        };
        self.resources()
            .iter()
            .map(|resource| text(resource.get(name)))
            .collect()
    }

    /// What is wrong with this reply whatever was asked: faults of the server's own, errors that are not
    /// SCIM, answers under another media type.
    pub(crate) fn bad_manners(&self) -> Option<String> {
        if self.status >= 500 && self.status != 501 {
            return Some("a fault of the server".into());
        }
        if self.body.is_empty() {
            let bare = (400..600).contains(&self.status) && !self.asked.starts_with("HEAD ");
            return bare.then(|| "an error without a body".into());
        }
        let media = self.header("content-type").unwrap_or_default();
        if media.split(';').next() != Some("application/scim+json") {
            return Some(format!("the media type {media:?}"));
        }
        let Ok(body) = serde_json::from_slice::<Value>(&self.body) else {
            return Some("a body that is no JSON".into());
        };
        if self.status < 400 {
            return None;
        }
        let status = self.status.to_string();
        if body.get("schemas") != Some(&serde_json::json!([ERROR])) {
            return Some("an error without its schema".into());
        }
        if body.get("status").and_then(Value::as_str) != Some(&status) {
            return Some("an error whose status is not that of the reply, as text".into());
        }
        let detail = body
            .get("detail")
            .and_then(Value::as_str)
            .unwrap_or_default();
        if detail.is_empty() || detail.len() > 2_000 {
            return Some("an error without a detail of reasonable length".into());
        }
        for leak in [
            "rusqlite", "SQLITE", "SELECT ", "panicked", "src/", ".rs:", "stack",
        ] {
            if detail.contains(leak) {
                return Some(format!("an error that tells of the inside: {leak:?}"));
            }
        }
        None
    }

    /// Question and answer on a few lines, for a message.
    pub(crate) fn told(&self) -> String {
        let body: String = self.text().chars().take(3_000).collect();
        format!("{}\n→ {} {body}", self.asked, self.status)
    }
}
