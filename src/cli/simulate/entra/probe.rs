//! *Test Connection*, and the same questions that Entra ID repeats before every cycle.

use serde_json::Value;

use super::super::scene::Scene;
use super::super::wire::{Halt, Kind, Method, Request};
use super::super::world::Path;
use super::requests;

/// What saving the configuration asks: a user who cannot exist, and the schemas.
pub(super) fn test_connection(scene: &Scene) -> Result<(), Halt> {
    nobody(
        scene,
        &requests::match_user(&Path::plain("userName"), &scene.population.nobody(0)),
    )?;
    let request = Request::new(Method::Get, "/Schemas", "/Schemas");
    let Some((_, schemas)) = scene.list(&request, "")? else {
        return Ok(());
    };
    for schema in &schemas {
        if holds_null(schema) {
            let subject = schema.get("id").and_then(Value::as_str).unwrap_or_default();
            scene.report(Kind::Form, &request, None, subject, "a member is null");
        }
    }
    Ok(())
}

/// What precedes every cycle: a user and, where groups are sent, a group who cannot exist.
pub(super) fn before_cycle(scene: &Scene, cycle: usize) -> Result<(), Halt> {
    let value = scene.population.nobody(cycle);
    nobody(
        scene,
        &requests::match_user(&Path::plain("userName"), &value),
    )?;
    if scene.population.groups == 0 {
        return Ok(());
    }
    nobody(scene, &requests::match_group("displayName", &value))
}

fn nobody(scene: &Scene, request: &Request) -> Result<(), Halt> {
    if let Some((total, _)) = scene.list(request, "")?
        && total != 0
    {
        scene.report(
            Kind::Lost,
            request,
            None,
            "",
            "there is a hit for a random value",
        );
    }
    Ok(())
}

fn holds_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.iter().any(holds_null),
        Value::Object(members) => members.values().any(holds_null),
        _ => false,
    }
}
