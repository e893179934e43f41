//! What a resource was before changes that are undone one by one, the latest first.

use serde_json::{Map, Value};

use crate::scim::Kind;
use crate::store::{Change, StoreError};

/// A resource as it was.
#[derive(Debug)]
pub(super) struct Was {
    /// Its connection.
    pub(super) connection: i64,
    /// Its kind.
    pub(super) kind: Kind,
    /// Whether it is there now.
    pub(super) is_there: bool,
    /// Its version then.
    pub(super) version: u64,
    /// Its attributes then.
    pub(super) content: Content,
}

/// The attributes that a resource had.
#[derive(Debug, PartialEq)]
pub(super) enum Content {
    /// Those that it has now.
    Same,
    /// Others than now, or it is not there now.
    Other(Map<String, Value>),
    /// It was not there.
    Nothing,
}

impl Was {
    /// As it is now; `last` is the last change of it.
    pub(super) const fn now(last: &Change) -> Self {
        Self {
            connection: last.connection,
            kind: last.kind,
            is_there: last.after.is_some() || last.before.is_none(),
            version: last.version,
            content: Content::Same,
        }
    }

    /// Undoes a change; `present` looks up the attributes that the resource has now.
    pub(super) fn undo(
        &mut self,
        change: &Change,
        present: impl FnOnce() -> Result<Map<String, Value>, StoreError>,
    ) -> Result<(), StoreError> {
        // A change that went away took nothing from the version, every other raised it.
        self.version = match (&change.before, &change.after) {
            (Some(_), None) => change.version,
            _ => change.version.saturating_sub(1),
        };
        match change.sides()? {
            [None, None] => {}
            [None, Some(_)] => self.content = Content::Nothing,
            [Some(before), None] => self.content = Content::Other(before),
            [Some(before), Some(after)] => {
                let mut content = match std::mem::replace(&mut self.content, Content::Same) {
                    Content::Same => present()?,
                    Content::Other(content) => content,
                    Content::Nothing => {
                        return Err(StoreError::Corrupt {
                            what: format!(
                                "resource {} changed before it was there",
                                change.resource
                            ),
                        });
                    }
                };
                for name in after.keys() {
                    content.shift_remove(name);
                }
                content.extend(before);
                self.content = Content::Other(content);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Timestamp;
    use serde_json::json;

    fn change(version: u64, before: Option<Value>, after: Option<Value>) -> Change {
        Change {
            connection: 1,
            kind: Kind::User,
            resource: "0189c3f2-0000-7000-8000-000000000000".parse().unwrap(),
            cause: "test".into(),
            at: Timestamp::from_millis(0),
            token: None,
            request: String::new(),
            version,
            before: before.map(|side| side.to_string()),
            after: after.map(|side| side.to_string()),
            joined: Vec::new(),
            parted: Vec::new(),
        }
    }

    fn other(content: Value) -> Content {
        match content {
            Value::Object(map) => Content::Other(map),
            _ => panic!("attributes are an object"),
        }
    }

    #[test]
    fn changes_are_undone_from_the_last_to_the_first() {
        let whole = json!({"userName": "ada", "active": false, "locale": "en"});
        let changes = [
            change(1, None, Some(json!({"userName": "ada", "title": "Clerk"}))),
            change(
                2,
                Some(json!({"title": "Clerk"})),
                Some(json!({"active": false, "locale": "en"})),
            ),
            change(3, None, None),
            change(3, Some(whole.clone()), None),
            change(4, None, Some(whole.clone())),
            change(
                5,
                Some(json!({"active": false})),
                Some(json!({"active": true})),
            ),
        ];
        let mut was = Was::now(&changes[5]);
        assert!(was.is_there);
        let now = json!({"userName": "ada", "active": true, "locale": "en"});
        let expected = [
            (4, other(whole.clone())),
            (3, Content::Nothing),
            (3, other(whole.clone())),
            (2, other(whole)),
            (1, other(json!({"userName": "ada", "title": "Clerk"}))),
            (0, Content::Nothing),
        ];
        for (change, (version, content)) in changes.iter().rev().zip(expected) {
            was.undo(change, || Ok(now.as_object().unwrap().clone()))
                .unwrap();
            assert_eq!((was.version, &was.content), (version, &content));
        }
        assert!(!Was::now(&changes[3]).is_there);
        assert!(Was::now(&changes[2]).is_there);
    }
}
