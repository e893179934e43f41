//! Groups that follow from an attribute of people: everybody with the same value is in one of them.

use std::collections::BTreeMap;

use serde_json::Value;

use super::attributes::Attributes;
use super::compare::fold_name;
use super::resource::Kind;
use super::schema::{Attribute, Mutability, Returned, Schemas, Type};
use super::spot::Spot;

/// What tells one derived group from the others of its connection.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Class {
    /// The folder: the attribute, with a capital letter.
    pub folder: String,
    /// The value as it is told apart: letter case, width, and blanks around and between its words do not
    /// count.
    pub folded: String,
}

/// Why the values at a place cannot become groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Underivable {
    /// Nothing of a person is called so.
    Unknown,
    /// Nobody may read them, and the names of groups are read.
    Unread,
    /// The server writes them, not the identity provider.
    Ours,
    /// They are no texts.
    NoText,
}

/// The places whose values become groups.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Derivation(Vec<(String, Spot)>);

impl Derivation {
    /// Finds the places; one whose values cannot become groups has no effect.
    pub fn new(places: &[String], schemas: &Schemas) -> Self {
        let spots = places.iter().filter_map(|place| spot(place, schemas).ok());
        Self(spots.map(|spot| (folder(spot.as_str()), spot)).collect())
    }

    /// Why the values at this place cannot become groups; `None` where they can.
    pub fn objection(place: &str, schemas: &Schemas) -> Option<Underivable> {
        spot(place, schemas).err()
    }

    /// Whether nothing becomes a group.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The groups that somebody with these attributes is in, each with the name that the value gives it.
    pub fn classes(&self, attributes: &Attributes) -> BTreeMap<Class, String> {
        let mut classes = BTreeMap::new();
        for (folder, spot) in &self.0 {
            for name in spot.values(attributes).into_iter().filter_map(name) {
                let class = Class {
                    folder: folder.clone(),
                    folded: fold_name(&name),
                };
                classes.entry(class).or_insert(name);
            }
        }
        classes
    }
}

fn spot(place: &str, schemas: &Schemas) -> Result<Spot, Underivable> {
    let spot = Spot::parse(place, Kind::User, schemas).ok_or(Underivable::Unknown)?;
    let resolved = spot.resolved();
    // A part is read and written as the whole allows.
    let levels = [&resolved.attribute, resolved.leaf()];
    let any = |test: fn(&Attribute) -> bool| levels.into_iter().any(|one| test(one));
    if any(|one| one.returned == Returned::Never || one.mutability == Mutability::WriteOnly) {
        return Err(Underivable::Unread);
    }
    if any(|one| one.mutability == Mutability::ReadOnly) {
        return Err(Underivable::Ours);
    }
    match resolved.leaf().kind {
        Type::String | Type::Any => Ok(spot),
        _ => Err(Underivable::NoText),
    }
}

/// `Department` for `department`; of a full path only what follows its URN.
fn folder(place: &str) -> String {
    let name = place.rsplit_once(':').map_or(place, |(_, name)| name);
    let mut letters = name.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

/// A value as the name of a group: its words with one blank between them. Nothing but blanks is no name.
fn name(value: &Value) -> Option<String> {
    let words: Vec<&str> = value.as_str()?.split_whitespace().collect();
    (!words.is_empty()).then(|| words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scim::Urn;
    use serde_json::json;

    #[track_caller]
    fn check(places: &[&str], more: &Value, expected: &[(&str, &str, &str)]) {
        let schemas = Schemas::builtin().unwrap();
        let places: Vec<String> = places.iter().map(|&place| place.to_owned()).collect();
        let derivation = Derivation::new(&places, &schemas);
        let attributes = Attributes::from_canonical(more.as_object().unwrap().clone());
        let classes = derivation.classes(&attributes);
        let found: Vec<_> = classes
            .iter()
            .map(|(class, name)| (&*class.folder, &*class.folded, &**name))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn every_value_is_a_group_in_the_folder_of_its_attribute() {
        let person = json!({
            "title": "Clerk",
            "addresses": [{"type": "work", "country": "GB"}, {"type": "home", "country": "FR"}],
            Urn::ENTERPRISE: {"department": "Audit", "division": "Audit"},
        });
        check(
            &[
                "department",
                "division",
                "addresses.work.country",
                "organization",
            ],
            &person,
            &[
                ("Addresses.work.country", "gb", "GB"),
                ("Department", "audit", "Audit"),
                ("Division", "audit", "Audit"),
            ],
        );
        let full = format!("{}:department", Urn::ENTERPRISE);
        check(&[&full], &person, &[("Department", "audit", "Audit")]);
    }

    #[test]
    fn letter_case_width_and_blanks_do_not_tell_groups_apart() {
        for value in ["Audit  East", " audit east ", "AUDIT\tEAST", "Ａudit East"] {
            let person = json!({Urn::ENTERPRISE: {"department": value}});
            let schemas = Schemas::builtin().unwrap();
            let derivation = Derivation::new(&["department".to_owned()], &schemas);
            let attributes = Attributes::from_canonical(person.as_object().unwrap().clone());
            let classes = derivation.classes(&attributes);
            let folded: Vec<_> = classes.keys().map(|class| &*class.folded).collect();
            assert_eq!(folded, ["audit east"], "{value}");
        }
    }

    #[test]
    fn only_what_is_read_and_written_as_text_can_name_a_group() {
        let schemas = Schemas::builtin().unwrap();
        for (place, objection) in [
            ("department", None),
            ("name.familyName", None),
            ("addresses.work.country", None),
            ("password", Some(Underivable::Unread)),
            ("id", Some(Underivable::Ours)),
            ("meta.resourceType", Some(Underivable::Ours)),
            ("groups.display", Some(Underivable::Ours)),
            ("manager.displayName", Some(Underivable::Ours)),
            ("active", Some(Underivable::NoText)),
            ("name", Some(Underivable::NoText)),
            ("members", Some(Underivable::Unknown)),
            (
                "urn:ietf:params:scim:schemas:core:2.0:Group:displayName",
                Some(Underivable::Unknown),
            ),
            ("", Some(Underivable::Unknown)),
        ] {
            assert_eq!(Derivation::objection(place, &schemas), objection, "{place}");
        }
    }

    #[test]
    fn blanks_are_no_group_and_neither_is_what_holds_no_text() {
        check(
            &["department", "active", "nothing", "name"],
            &json!({"active": true, Urn::ENTERPRISE: {"department": " \t"}}),
            &[],
        );
    }
}
