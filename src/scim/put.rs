//! Values put at a place that is named in the short form.

use serde_json::{Map, Value};

use super::schema::Holder;
use super::spot::Spot;

impl Spot {
    /// Whether several values can be at this place.
    pub fn has_several(&self) -> bool {
        self.resolved().attribute.multi_valued || self.resolved().leaf().multi_valued
    }

    /// Puts `values` at this place of the body `person`, in order, instead of those that are there; none
    /// clears it. Of elements with a `type` the other parts stay, so that several places can fill one.
    pub fn put(&self, person: &mut Map<String, Value>, values: Vec<Value>) {
        let resolved = self.resolved();
        let name = resolved.attribute.name.as_str();
        let holder = match &resolved.holder {
            Holder::Core => Some(person),
            Holder::Extension(document) => part(person, document.id.as_str()),
        };
        let Some(holder) = holder else { return };
        let Some(sub) = &resolved.sub else {
            set(holder, name, values, resolved.attribute.multi_valued);
            return;
        };
        let sub = sub.name.as_str();
        if !resolved.attribute.multi_valued {
            if let Some(holder) = part(holder, name) {
                set(holder, sub, values, resolved.leaf().multi_valued);
            }
            return;
        }
        let elements = holder.entry(name).or_insert(Value::Null);
        if !elements.is_array() {
            *elements = Value::Array(Vec::new());
        }
        if let Value::Array(elements) = elements {
            self.put_in(elements, sub, values);
        }
    }

    fn put_in(&self, elements: &mut Vec<Value>, sub: &str, values: Vec<Value>) {
        let mut values = values.into_iter();
        for element in elements.iter_mut().filter_map(Value::as_object_mut) {
            if self.has_element(element.get("type").and_then(Value::as_str)) {
                match values.next() {
                    Some(value) => element.insert(sub.to_owned(), value),
                    None => element.shift_remove(sub),
                };
            }
        }
        elements.extend(values.map(|value| {
            let kind = self.element().map(|kind| ("type".to_owned(), kind.into()));
            Value::Object(kind.into_iter().chain([(sub.to_owned(), value)]).collect())
        }));
        // What only says of which type it is, or that it comes first, says nothing any more.
        elements.retain(|element| {
            let parts = element.as_object().into_iter().flat_map(Map::keys);
            let mut telling = parts.filter(|part| !matches!(part.as_str(), "type" | "primary"));
            telling.next().is_some()
        });
    }
}

/// The object that `holder` has under this name, which is made if it is missing.
fn part<'a>(holder: &'a mut Map<String, Value>, name: &str) -> Option<&'a mut Map<String, Value>> {
    let part = holder.entry(name).or_insert(Value::Null);
    if !part.is_object() {
        *part = Value::Object(Map::new());
    }
    part.as_object_mut()
}

fn set(holder: &mut Map<String, Value>, name: &str, values: Vec<Value>, several: bool) {
    if values.is_empty() {
        holder.shift_remove(name);
    } else if several {
        holder.insert(name.to_owned(), Value::Array(values));
    } else if let Some(value) = values.into_iter().next() {
        holder.insert(name.to_owned(), value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scim::schema::Schemas;
    use crate::scim::{Kind, Urn};
    use serde_json::json;

    #[track_caller]
    fn check(before: Value, puts: &[(&str, Value)], after: &Value) {
        let schemas = Schemas::builtin().unwrap();
        let Value::Object(mut person) = before else {
            panic!("an object");
        };
        for (place, values) in puts {
            let spot = Spot::parse(place, Kind::User, &schemas).unwrap();
            spot.put(&mut person, values.as_array().unwrap().clone());
        }
        assert_eq!(&Value::Object(person), after);
    }

    #[test]
    fn every_kind_of_place_can_be_filled() {
        check(
            json!({}),
            &[
                ("userName", json!(["ada"])),
                ("name.givenName", json!(["Ada"])),
                ("emails.work", json!(["a@example.net", "b@example.net"])),
                ("addresses.work.country", json!(["GB"])),
                ("addresses.work.locality", json!(["London"])),
                ("department", json!(["Engines"])),
            ],
            &json!({
                "userName": "ada",
                "name": {"givenName": "Ada"},
                "emails": [
                    {"type": "work", "value": "a@example.net"},
                    {"type": "work", "value": "b@example.net"}
                ],
                "addresses": [{"type": "work", "country": "GB", "locality": "London"}],
                Urn::ENTERPRISE: {"department": "Engines"}
            }),
        );
    }

    #[test]
    fn what_is_there_gives_way_and_what_is_beside_it_stays() {
        check(
            json!({
                "title": "Clerk",
                "emails": [
                    {"type": "Work", "value": "old@example.net", "primary": true},
                    {"type": "home", "value": "h@example.net"},
                    {"type": "work", "value": "second@example.net"}
                ]
            }),
            &[
                ("title", json!([])),
                ("emails.work", json!(["new@example.net"])),
            ],
            &json!({"emails": [
                {"type": "Work", "value": "new@example.net", "primary": true},
                {"type": "home", "value": "h@example.net"}
            ]}),
        );
    }
}
