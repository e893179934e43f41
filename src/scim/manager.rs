//! Who somebody's manager is, as the enterprise extension says it (RFC 7643 §4.3).

use serde_json::{Map, Value, json};

use super::attributes::Attributes;
use super::link;
use super::resource::{Kind, ResourceId};
use super::urn::Urn;

/// The reference to the manager: an id when it is bound, otherwise what was sent.
pub fn reference(attributes: &Attributes) -> Option<&str> {
    manager(attributes)?.get("value")?.as_str()
}

/// The same person with this manager.
#[must_use]
pub fn bound(mut attributes: Attributes, id: ResourceId, display: Option<&str>) -> Attributes {
    if let Some(manager) = manager_mut(&mut attributes) {
        let id = id.to_string();
        manager.insert("$ref".into(), json!(link::relative(Kind::User, &id)));
        manager.insert("value".into(), json!(id));
        match display {
            Some(display) => manager.insert("displayName".into(), json!(display)),
            None => manager.shift_remove("displayName"),
        };
    }
    attributes
}

/// The same person with a reference that leads to nobody: it stays as it is, without a name.
#[must_use]
pub fn unbound(mut attributes: Attributes) -> Attributes {
    if let Some(manager) = manager_mut(&mut attributes) {
        manager.shift_remove("displayName");
    }
    attributes
}

/// The same person with the manager as `before` has it.
#[must_use]
pub fn as_before(mut attributes: Attributes, before: &Attributes) -> Attributes {
    if let (Some(now), Some(Value::Object(was))) = (manager_mut(&mut attributes), manager(before)) {
        now.clone_from(was);
    }
    attributes
}

fn manager(attributes: &Attributes) -> Option<&Value> {
    attributes.value(Urn::ENTERPRISE)?.get("manager")
}

fn manager_mut(attributes: &mut Attributes) -> Option<&mut Map<String, Value>> {
    let extension = attributes.as_map_mut().get_mut(Urn::ENTERPRISE)?;
    extension.get_mut("manager")?.as_object_mut()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Timestamp;

    fn with(manager: &Value) -> Attributes {
        let person = json!({"userName": "ada", Urn::ENTERPRISE: {"manager": manager}});
        Attributes::from_canonical(person.as_object().unwrap().clone())
    }

    #[test]
    fn a_bound_reference_is_that_of_the_rfc() {
        let id = ResourceId::new(Timestamp::from_millis(0), [0; 10]);
        let sent = with(&json!({"value": "E-7", "$ref": "../Users/E-7"}));
        assert_eq!(reference(&sent), Some("E-7"));
        let bound = bound(sent.clone(), id, Some("Grace"));
        assert_eq!(
            bound,
            with(&json!({
                "value": id.to_string(),
                "$ref": format!("../Users/{id}"),
                "displayName": "Grace"
            }))
        );
        let gone = unbound(bound.clone());
        assert_eq!(reference(&gone), Some(&*id.to_string()));
        assert_eq!(as_before(gone, &bound), bound);
    }

    #[test]
    fn who_has_no_manager_gets_none() {
        let person = json!({"userName": "ada", Urn::ENTERPRISE: {"department": "Engines"}});
        let person = Attributes::from_canonical(person.as_object().unwrap().clone());
        let id = ResourceId::new(Timestamp::from_millis(0), [0; 10]);
        assert_eq!(reference(&person), None);
        assert_eq!(bound(person.clone(), id, None), person);
    }
}
