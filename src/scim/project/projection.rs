//! Which attributes an answer shows (RFC 7644 §3.9).

use serde_json::{Map, Value};

use super::picks::{Pick, Picks, picks, unfiltered};
use super::rules::{Rule, Rules};
use crate::scim::error::ScimError;
use crate::scim::resource::Kind;
use crate::scim::schema::{Returned, Schemas};

/// A selection of attributes, found in the schemas of one kind. Names that no schema knows select
/// nothing and exclude nothing.
#[derive(Debug, Clone)]
pub struct Projection {
    selection: Selection,
    /// Attributes that are shown only when asked for by name, or always: what the schemas say.
    rules: Rules,
    kind: Option<Kind>,
}

/// What the client asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Selection {
    /// Nothing in particular.
    Default,
    /// Only these, and what is always shown.
    Only(Picks),
    /// All but these, except for what is always shown.
    Except(Picks),
    /// The answer has no body, or shows no memberships at all.
    Nothing,
}

impl Projection {
    /// The selection of a query string or a search request: lists separated by commas. `rules` are
    /// those of the same kind and schemas.
    ///
    /// Both at once contradict each other, which is 400 `invalidValue`.
    pub fn parse(
        attributes: Option<&str>,
        excluded: Option<&str>,
        kind: Kind,
        schemas: &Schemas,
        rules: &Rules,
    ) -> Result<Self, ScimError> {
        let list = |text: Option<&str>| -> Vec<String> {
            text.into_iter()
                .flat_map(|text| text.split(','))
                .map(|name| name.trim().to_owned())
                .filter(|name| !name.is_empty())
                .collect()
        };
        Self::select(&list(attributes), &list(excluded), kind, schemas, rules)
    }

    /// The same from lists of names.
    pub fn select(
        attributes: &[String],
        excluded: &[String],
        kind: Kind,
        schemas: &Schemas,
        rules: &Rules,
    ) -> Result<Self, ScimError> {
        let selection = match (attributes.is_empty(), excluded.is_empty()) {
            (true, true) => Selection::Default,
            (false, true) => {
                let names: Vec<String> = attributes.iter().map(|name| unfiltered(name)).collect();
                Selection::Only(picks(&names, kind, schemas))
            }
            (true, false) => Selection::Except(picks(excluded, kind, schemas)),
            (false, false) => {
                return Err(ScimError::invalid_value(
                    "attributes and excludedAttributes exclude each other; send one of them",
                ));
            }
        };
        Ok(Self {
            selection,
            rules: rules.clone(),
            kind: Some(kind),
        })
    }

    /// For an answer without a body: no memberships are read for it.
    pub fn nothing() -> Self {
        Self {
            selection: Selection::Nothing,
            rules: Rules::default(),
            kind: None,
        }
    }

    /// Whether everything is shown as it is stored: then nobody needs to look inside.
    pub fn is_default(&self) -> bool {
        self.selection == Selection::Default && self.rules.hide_nothing()
    }

    /// Whether the core attribute of this canonical name is shown at all.
    pub fn wants(&self, name: &str) -> bool {
        match &self.selection {
            Selection::Default => true,
            Selection::Only(picks) => picks.contains_key(name),
            Selection::Except(picks) => picks.get(name) != Some(&Pick::Whole),
            Selection::Nothing => false,
        }
    }

    /// The representation with only what is selected.
    pub fn apply(&self, representation: Value) -> Value {
        let Value::Object(whole) = representation else {
            return representation;
        };
        let mut shown = Map::new();
        for (name, value) in whole {
            if name.contains(':') && value.is_object() {
                if let Some(extension) = self.extension(&name, value) {
                    shown.insert(name, extension);
                }
            } else if let Some(value) = self.attribute(&name, value) {
                shown.insert(name, value);
            }
        }
        Value::Object(shown)
    }

    fn extension(&self, urn: &str, value: Value) -> Option<Value> {
        let Value::Object(parts) = value else {
            return None;
        };
        let shown: Map<String, Value> = parts
            .into_iter()
            .filter_map(|(name, value)| {
                let value = self.attribute(&format!("{urn}:{name}"), value)?;
                Some((name, value))
            })
            .collect();
        (!shown.is_empty()).then_some(Value::Object(shown))
    }

    /// What is shown of the attribute with this key.
    fn attribute(&self, key: &str, value: Value) -> Option<Value> {
        let rule = self.rules.get(key);
        let returned = rule.map_or(Returned::Default, |rule| rule.returned);
        let pick = match &self.selection {
            Selection::Only(picks) | Selection::Except(picks) => picks.get(key),
            Selection::Default | Selection::Nothing => None,
        };
        let except = matches!(self.selection, Selection::Except(_));
        let asked = pick.is_some() && !except;
        let shown = match returned {
            Returned::Never => false,
            Returned::Always => true,
            Returned::Request => asked,
            Returned::Default => match &self.selection {
                Selection::Default => true,
                Selection::Only(_) => asked,
                Selection::Except(_) => pick != Some(&Pick::Whole),
                Selection::Nothing => false,
            },
        };
        if !shown {
            return None;
        }
        let subs = match pick {
            Some(Pick::Subs(subs)) => Some(subs.as_slice()),
            _ => None,
        };
        let show_sub = |name: &str| {
            let returned = rule
                .and_then(|rule| rule.subs.get(name).copied())
                .unwrap_or(Returned::Default);
            let named = subs.is_some_and(|subs| subs.iter().any(|sub| sub == name));
            match returned {
                Returned::Never => false,
                Returned::Always => true,
                Returned::Request => named && !except,
                Returned::Default => match subs {
                    None => true,
                    Some(_) => named != except,
                },
            }
        };
        if subs.is_none() && !rule.is_some_and(Rule::hides_sub) {
            return Some(value);
        }
        keep_subs(value, &show_sub)
    }

    /// The kind that it was made for; `None` for an answer without a body.
    pub const fn kind(&self) -> Option<Kind> {
        self.kind
    }
}

/// A value with only some of its sub-attributes; `None` when nothing of it is left.
fn keep_subs(value: Value, show: &dyn Fn(&str) -> bool) -> Option<Value> {
    match value {
        Value::Object(parts) => {
            let parts: Map<String, Value> =
                parts.into_iter().filter(|(name, _)| show(name)).collect();
            (!parts.is_empty()).then_some(Value::Object(parts))
        }
        Value::Array(elements) => {
            let elements: Vec<Value> = elements
                .into_iter()
                .filter_map(|element| keep_subs(element, show))
                .collect();
            (!elements.is_empty()).then_some(Value::Array(elements))
        }
        simple => Some(simple),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scim::Urn;
    use crate::scim::schema::SchemaDocument;
    use serde_json::json;

    fn schemas() -> Schemas {
        let pack = json!({"id": "urn:example:x:2.0:User", "attributes": [
            {"name": "badge", "returned": "request"},
            {"name": "grade", "returned": "always"},
            {"name": "site", "type": "complex", "subAttributes": [
                {"name": "value"}, {"name": "door", "returned": "request"}
            ]}
        ]});
        Schemas::with_user_extensions(vec![SchemaDocument::parse(&pack).unwrap()]).unwrap()
    }

    fn parse(
        attributes: Option<&str>,
        excluded: Option<&str>,
        kind: Kind,
        schemas: &Schemas,
    ) -> Result<Projection, ScimError> {
        let rules = Rules::of(kind, schemas);
        Projection::parse(attributes, excluded, kind, schemas, &rules)
    }

    fn ada() -> Value {
        json!({
            "id": "1", "schemas": [Urn::USER],
            "userName": "ada@example.net",
            "name": {"givenName": "Ada", "familyName": "Holt"},
            "emails": [{"value": "a@example.net", "type": "work"}, {"type": "home"}],
            "urn:example:x:2.0:User": {
                "badge": "7", "grade": "B", "site": {"value": "Bern", "door": "3"}
            },
            "meta": {"resourceType": "User", "version": "W/\"1\""}
        })
    }

    #[track_caller]
    fn shown(attributes: &str, excluded: &str) -> Value {
        parse(Some(attributes), Some(excluded), Kind::User, &schemas())
            .unwrap()
            .apply(ada())
    }

    #[test]
    fn what_is_always_shown_is_shown_and_the_rest_only_when_selected() {
        assert_eq!(
            shown("USERNAME, name.givenname,emails.value,nonsense", ""),
            json!({
                "id": "1", "schemas": [Urn::USER],
                "userName": "ada@example.net",
                "name": {"givenName": "Ada"},
                "emails": [{"value": "a@example.net"}],
                "urn:example:x:2.0:User": {"grade": "B"}
            })
        );
    }

    #[test]
    fn what_is_excluded_is_left_out_unless_it_is_always_shown() {
        let shown = shown(
            "",
            "id,userName,name.familyName,emails,meta,urn:example:x:2.0:User",
        );
        assert_eq!(
            shown,
            json!({
                "id": "1", "schemas": [Urn::USER],
                "name": {"givenName": "Ada"},
                "urn:example:x:2.0:User": {"grade": "B"}
            })
        );
    }

    #[test]
    fn what_must_be_requested_is_shown_only_by_name() {
        let extension = |attributes| shown(attributes, "")["urn:example:x:2.0:User"].clone();
        assert_eq!(
            extension(""),
            json!({"grade": "B", "site": {"value": "Bern"}})
        );
        assert_eq!(
            extension("urn:example:x:2.0:user:Badge,urn:example:x:2.0:User:site.door"),
            json!({"badge": "7", "grade": "B", "site": {"door": "3"}})
        );
        assert_eq!(
            extension("urn:example:x:2.0:User"),
            json!({"badge": "7", "grade": "B", "site": {"value": "Bern"}})
        );
    }

    #[test]
    fn a_plain_question_needs_no_look_inside() {
        let builtin = Schemas::builtin().unwrap();
        let plain = parse(None, Some(" "), Kind::User, &builtin).unwrap();
        assert!(plain.is_default() && plain.wants("groups"));
        let group = parse(None, Some("members"), Kind::Group, &builtin).unwrap();
        assert!(!group.wants("members"));
        assert!(
            !parse(None, None, Kind::User, &schemas())
                .unwrap()
                .is_default()
        );
    }

    #[test]
    fn both_lists_at_once_are_refused() {
        let error = parse(Some("id"), Some("name"), Kind::User, &schemas());
        assert_eq!(error.unwrap_err().status(), 400);
    }
}
