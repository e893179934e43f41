//! What Entra ID does about one user.

use serde_json::Value;

use super::super::scene::{Absent, Match, Scene};
use super::super::wire::{Deed, Halt, Kind};
use super::super::world::{Day, Path, Profile};
use super::operations::{Shape, Spelling, repair};
use super::requests;

/// Brings a user to the server in the initial cycle: matched, else created. After a restart the directory is in
/// its last state already for everybody the server knows.
pub(super) fn bring(scene: &Scene, index: usize, shape: Shape, absent: Absent) -> Result<(), Halt> {
    let known_as = if scene.fresh || scene.population.is_leaver(index) {
        Day::First
    } else {
        Day::Last
    };
    let Some(person) = scene.newcomer(index, known_as) else {
        return Ok(());
    };
    match find(scene, &person)? {
        Match::One(found) => adopt(scene, index, known_as, &person, &found, shape),
        Match::Nobody if absent == Absent::Create => create(scene, index, shape),
        Match::Nobody | Match::Unclear => Ok(()),
    }
}

/// The matching attributes are tried in their order until one hits; the second only matters where somebody may
/// have changed their name.
fn find(scene: &Scene, person: &Profile) -> Result<Match, Halt> {
    let name = person.text("userName");
    let by_name = requests::match_user(&Path::plain("userName"), name);
    let found = scene.find(&by_name, name)?;
    if found != Match::Nobody || scene.fresh {
        return Ok(found);
    }
    let by_id = requests::match_user(&Path::plain("externalId"), person.text("externalId"));
    scene.find(&by_id, name)
}

/// Links a user who exists, and patches what differs. The manager waits for the second pass.
fn adopt(
    scene: &Scene,
    index: usize,
    day: Day,
    wanted: &Profile,
    found: &Value,
    shape: Shape,
) -> Result<(), Halt> {
    let Some(id) = found.get("id").and_then(Value::as_str) else {
        return Ok(());
    };
    scene.recorder().did(Deed::UserFound, 1);
    scene.users.set(index, id, day);
    let request = requests::read_user(id);
    let Some(answer) = scene.ask(&request, &[200], wanted.text("userName"))? else {
        return Ok(());
    };
    let shown = answer.json().map(Profile::of).unwrap_or_default();
    let mut wanted = wanted.clone();
    if let Some(manager) = shown.value(&Path::manager()) {
        wanted.set(Path::manager(), manager.clone());
    }
    patch(scene, index, id, &wanted, &shown, shape).map(drop)
}

/// Creates a user. One who turns out to exist is matched again.
fn create(scene: &Scene, index: usize, shape: Shape) -> Result<(), Halt> {
    let Some(profile) = scene.newcomer(index, Day::First) else {
        return Ok(());
    };
    let name = profile.text("userName");
    let request = requests::create_user(&profile);
    let Some(answer) = scene.ask(&request, &[201, 409], name)? else {
        return Ok(());
    };
    if answer.status == 409 {
        return match find(scene, &profile)? {
            Match::One(found) => adopt(scene, index, Day::First, &profile, &found, shape),
            Match::Nobody => {
                let detail = format!("refused as existing, but not found: {}", answer.detail());
                scene.report(Kind::Lost, &request, Some(&answer), name, detail);
                Ok(())
            }
            Match::Unclear => Ok(()),
        };
    }
    let Some(id) = answer.id() else {
        scene.report(
            Kind::Form,
            &request,
            Some(&answer),
            name,
            "the answer has no id",
        );
        return Ok(());
    };
    scene.recorder().did(Deed::UserCreated, 1);
    scene.users.set(index, id, Day::First);
    if let Some(shown) = answer.json() {
        scene.compare(&request, &profile, shown, name);
    }
    // Now and then an answer is lost on its way, and the request comes a second time.
    if index.is_multiple_of(50) {
        scene.ask(&request, &[409], name)?;
    }
    Ok(())
}

/// The second pass of the initial cycle: the reference to the manager, now that everybody exists.
pub(super) fn refer(scene: &Scene, index: usize, shape: Shape) -> Result<(), Halt> {
    let Some(link) = scene.users.link(index) else {
        return Ok(());
    };
    let Some(wanted) = scene.person(index, link.day) else {
        return Ok(());
    };
    if let Some(manager) = manager_of(&wanted).filter(|_| index.is_multiple_of(8)) {
        // The question comes before the reference is set; after a restart the answer may be yes already.
        let request = requests::has_manager(&link.id, manager, index.is_multiple_of(16));
        scene.list(&request, wanted.text("userName"))?;
    }
    let request = requests::read_user(&link.id);
    let Some(answer) = scene.ask(&request, &[200], wanted.text("userName"))? else {
        return Ok(());
    };
    let shown = answer.json().map(Profile::of).unwrap_or_default();
    patch(scene, index, &link.id, &wanted, &shown, shape).map(drop)
}

/// What an incremental cycle does about one user: nothing unless something changed in the directory.
pub(super) fn keep_in_step(
    scene: &Scene,
    index: usize,
    day: Day,
    shape: Shape,
) -> Result<(), Halt> {
    let Some(link) = scene.users.link(index) else {
        return Ok(());
    };
    let population = scene.population;
    if population.person(index, day) == population.person(index, link.day) {
        scene.users.set(index, &link.id, day);
        return Ok(());
    }
    let (before, wanted) = (scene.person(index, link.day), scene.person(index, day));
    let Some(wanted) = wanted else {
        return delete(scene, index, &link.id, before.as_ref());
    };
    let name = wanted.text("userName");
    let request = requests::read_user(&link.id);
    let Some(answer) = scene.ask(&request, &[200], name)? else {
        return Ok(());
    };
    let Some(shown) = answer.json() else {
        return Ok(());
    };
    if let Some(before) = before {
        scene.compare(&request, &before, shown, name);
    }
    if patch(scene, index, &link.id, &wanted, &Profile::of(shown), shape)? {
        scene.users.set(index, &link.id, day);
    }
    Ok(())
}

/// What a restart does about one user who is in step: matched again, read, and nothing to patch.
pub(super) fn confirm(scene: &Scene, index: usize) -> Result<(), Halt> {
    let Some(wanted) = scene.person(index, Day::Last) else {
        return Ok(());
    };
    let name = wanted.text("userName");
    let mut queries = vec![(Path::plain("userName"), name)];
    // Nobody matches by what the connection leaves out.
    if index.is_multiple_of(8) && scene.recorder().has_shown("externalId") {
        queries.push((Path::plain("externalId"), wanted.text("externalId")));
    }
    let loud = name.to_uppercase();
    if index % 8 == 2 {
        queries.push((Path::plain("userName"), &loud));
    }
    let mail = Path::typed("emails", "work", "value");
    if let Some(address) = wanted.value(&mail).and_then(Value::as_str)
        && index % 8 == 1
    {
        queries.push((mail, address));
    }
    for (path, value) in queries {
        let request = requests::match_user(&path, value);
        match scene.find(&request, name)? {
            Match::One(found) => {
                let id = scene.users.id(index);
                if found.get("id").and_then(Value::as_str) != id.as_deref() {
                    scene.report(Kind::Lost, &request, None, name, "the hit is somebody else");
                }
                scene.compare(&request, &wanted, &found, name);
            }
            Match::Nobody => scene.report(Kind::Lost, &request, None, name, "there is no hit"),
            Match::Unclear => {}
        }
    }
    let Some(id) = scene.users.id(index) else {
        return Ok(());
    };
    let request = requests::read_user(&id);
    if let Some(answer) = scene.ask(&request, &[200], name)?
        && let Some(shown) = answer.json()
    {
        scene.compare(&request, &wanted, shown, name);
    }
    Ok(())
}

/// Patches what differs, and looks at the answer if there is one. Says whether the server took it.
fn patch(
    scene: &Scene,
    index: usize,
    id: &str,
    wanted: &Profile,
    shown: &Profile,
    shape: Shape,
) -> Result<bool, Halt> {
    let operations = repair(&wanted.differences(shown), shape, Spelling::of(index));
    if operations.is_empty() {
        return Ok(true);
    }
    let name = wanted.text("userName");
    let request = requests::patch_user(id, &operations);
    let Some(answer) = scene.ask(&request, &[200, 204], name)? else {
        return Ok(false);
    };
    scene.recorder().did(Deed::UserChanged, 1);
    if let Some(shown) = answer.json() {
        scene.compare(&request, wanted, shown, name);
    }
    Ok(true)
}

/// Deletes a user, and makes sure that nobody finds them any more.
fn delete(scene: &Scene, index: usize, id: &str, before: Option<&Profile>) -> Result<(), Halt> {
    let name = before.map_or("", |before| before.text("userName"));
    let request = requests::delete_user(id);
    if !scene.remove(&request, name)? {
        return Ok(());
    }
    scene.recorder().did(Deed::UserDeleted, 1);
    scene.users.forget(index);
    let request = requests::read_user(id);
    if let Some(answer) = scene.ask(&request, &[404], name)?
        && !answer.is_error_body()
    {
        scene.report(
            Kind::Form,
            &request,
            Some(&answer),
            name,
            "the body is not a SCIM error",
        );
    }
    let request = requests::match_user(&Path::plain("userName"), name);
    if let Match::One(_) = scene.find(&request, name)? {
        scene.report(
            Kind::Lost,
            &request,
            None,
            name,
            "found after it was deleted",
        );
    }
    Ok(())
}

fn manager_of(person: &Profile) -> Option<&str> {
    person.value(&Path::manager()).and_then(Value::as_str)
}
