//! What Entra ID does about one group.

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::{Value, json};

use super::super::scene::{Absent, Match, Scene};
use super::super::wire::{Deed, Halt, Kind, Request};
use super::super::world::{Day, Team};
use super::operations::{Shape, add_members, remove_members, rename};
use super::requests;

/// Members in one request, at most.
const BATCH: usize = 100;
/// Members who are added one by one before batches begin.
const SINGLY: usize = 3;

/// Brings a group to the server in the initial cycle, still empty unless it was there.
pub(super) fn bring(scene: &Scene, index: usize, shape: Shape, absent: Absent) -> Result<(), Halt> {
    let known_as = if scene.fresh || scene.population.is_dissolved(index) {
        Day::First
    } else {
        Day::Last
    };
    let Some(team) = scene.population.team(index, known_as) else {
        return Ok(());
    };
    match find(scene, &team)? {
        Match::One(found) => adopt(scene, index, known_as, &team, &found, shape),
        Match::Nobody if absent == Absent::Create => create(scene, index),
        Match::Nobody | Match::Unclear => Ok(()),
    }
}

fn find(scene: &Scene, team: &Team) -> Result<Match, Halt> {
    let by_name = requests::match_group("displayName", &team.name);
    let found = look(scene, &by_name, &team.name)?;
    if found != Match::Nobody || scene.fresh {
        return Ok(found);
    }
    let by_id = requests::match_group("externalId", &team.external_id);
    look(scene, &by_id, &team.name)
}

/// A match query whose hits must not show members.
fn look(scene: &Scene, request: &Request, name: &str) -> Result<Match, Halt> {
    let found = scene.find(request, name)?;
    if let Match::One(group) = &found {
        refuse_members(scene, request, group, name);
    }
    Ok(found)
}

fn refuse_members(scene: &Scene, request: &Request, group: &Value, name: &str) {
    if group.get("members").is_some() {
        scene.report(
            Kind::Form,
            request,
            None,
            name,
            "members are shown although they were excluded",
        );
    }
}

fn adopt(
    scene: &Scene,
    index: usize,
    day: Day,
    team: &Team,
    found: &Value,
    shape: Shape,
) -> Result<(), Halt> {
    let Some(id) = found.get("id").and_then(Value::as_str) else {
        return Ok(());
    };
    scene.recorder().did(Deed::GroupFound, 1);
    scene.groups.set(index, id, day);
    if found.get("displayName").and_then(Value::as_str) != Some(&team.name) {
        give_name(scene, id, &team.name, shape)?;
    }
    Ok(())
}

fn create(scene: &Scene, index: usize) -> Result<(), Halt> {
    let Some(team) = scene.population.team(index, Day::First) else {
        return Ok(());
    };
    let request = requests::create_group(&team);
    let Some(answer) = scene.ask(&request, &[201], &team.name)? else {
        return Ok(());
    };
    let Some(id) = answer.id() else {
        scene.report(
            Kind::Form,
            &request,
            Some(&answer),
            &team.name,
            "the answer has no id",
        );
        return Ok(());
    };
    scene.recorder().did(Deed::GroupCreated, 1);
    scene.groups.set(index, id, Day::First);
    if let Some(shown) = answer.json() {
        same_name(scene, &request, &team, shown);
    }
    Ok(())
}

/// The last part of the initial cycle: members, singly and in batches. A group that was there before is compared
/// with the directory first.
pub(super) fn fill(scene: &Scene, index: usize, shape: Shape) -> Result<(), Halt> {
    let Some(link) = scene.groups.link(index) else {
        return Ok(());
    };
    let Some(team) = scene.population.team(index, link.day) else {
        return Ok(());
    };
    let wanted = scene.ids(&team.members);
    if scene.fresh {
        return add(scene, &link.id, &team.name, &wanted, shape);
    }
    let request = requests::read_group(&link.id);
    if let Some(answer) = scene.ask(&request, &[200], &team.name)?
        && let Some(shown) = answer.json()
    {
        refuse_members(scene, &request, shown, &team.name);
    }
    let present = scene.members(&link.id, &team.name)?;
    let holds: HashSet<&str> = present.iter().map(String::as_str).collect();
    let missing: Vec<Arc<str>> = wanted
        .iter()
        .filter(|id| !holds.contains(id.as_ref()))
        .cloned()
        .collect();
    let meant: HashSet<&str> = wanted.iter().map(AsRef::as_ref).collect();
    let strangers: Vec<Arc<str>> = present
        .iter()
        .filter(|id| !meant.contains(id.as_str()))
        .map(|id| Arc::from(id.as_str()))
        .collect();
    remove(scene, &link.id, &team.name, &strangers, shape)?;
    add(scene, &link.id, &team.name, &missing, shape)
}

/// What an incremental cycle does about one group.
pub(super) fn keep_in_step(
    scene: &Scene,
    index: usize,
    day: Day,
    shape: Shape,
) -> Result<(), Halt> {
    let Some(link) = scene.groups.link(index) else {
        return Ok(());
    };
    let Some(before) = scene.population.team(index, link.day) else {
        return Ok(());
    };
    let Some(wanted) = scene.population.team(index, day) else {
        return delete(scene, index, &link.id, &before);
    };
    if wanted.name != before.name {
        let request = requests::read_group(&link.id);
        if let Some(answer) = scene.ask(&request, &[200], &wanted.name)?
            && let Some(shown) = answer.json()
        {
            refuse_members(scene, &request, shown, &wanted.name);
            same_name(scene, &request, &before, shown);
        }
        give_name(scene, &link.id, &wanted.name, shape)?;
    }
    let old: HashSet<usize> = before.members.iter().copied().collect();
    let new: HashSet<usize> = wanted.members.iter().copied().collect();
    let leaving: Vec<usize> = before
        .members
        .iter()
        .copied()
        .filter(|member| !new.contains(member))
        .collect();
    let coming: Vec<usize> = wanted
        .members
        .iter()
        .copied()
        .filter(|member| !old.contains(member))
        .collect();
    let (leaving, coming) = (scene.ids(&leaving), scene.ids(&coming));
    remove(scene, &link.id, &wanted.name, &leaving, shape)?;
    add(scene, &link.id, &wanted.name, &coming, shape)?;
    scene.groups.set(index, &link.id, day);
    for (id, expected) in leaving
        .first()
        .map(|id| (id, 0))
        .into_iter()
        .chain(coming.first().map(|id| (id, 1)))
    {
        membership(scene, &link.id, id, expected, &wanted.name)?;
    }
    Ok(())
}

/// What a restart does about one group that is in step: matched again, a few memberships asked for, one added
/// again, and nothing to change.
pub(super) fn confirm(scene: &Scene, index: usize, shape: Shape) -> Result<(), Halt> {
    let Some(team) = scene.population.team(index, Day::Last) else {
        return Ok(());
    };
    let request = requests::match_group("displayName", &team.name);
    let id = scene.groups.id(index);
    match look(scene, &request, &team.name)? {
        Match::One(found) if found.get("id").and_then(Value::as_str) == id.as_deref() => {
            same_name(scene, &request, &team, &found);
        }
        Match::One(_) => scene.report(
            Kind::Lost,
            &request,
            None,
            &team.name,
            "the hit is another group",
        ),
        Match::Nobody => scene.report(Kind::Lost, &request, None, &team.name, "there is no hit"),
        Match::Unclear => {}
    }
    let Some(id) = id else {
        return Ok(());
    };
    let members = scene.ids(&team.members);
    for member in members.iter().take(SINGLY) {
        membership(scene, &id, member, 1, &team.name)?;
    }
    // Somebody who is in the group already is added once more: that must succeed and change nothing.
    if let Some(member) = members.first() {
        let request = requests::patch_group(&id, &add_members(&[member], shape));
        scene.ask(&request, &[200, 204], &team.name)?;
    }
    Ok(())
}

fn add(
    scene: &Scene,
    group: &str,
    name: &str,
    members: &[Arc<str>],
    shape: Shape,
) -> Result<(), Halt> {
    let (first, rest) = members.split_at(SINGLY.min(members.len()));
    for batch in first.chunks(1).chain(rest.chunks(BATCH)) {
        let batch: Vec<&str> = batch.iter().map(AsRef::as_ref).collect();
        let request = requests::patch_group(group, &add_members(&batch, shape));
        if scene.ask(&request, &[200, 204], name)?.is_some() {
            scene.recorder().did(Deed::MemberAdded, batch.len());
        }
    }
    Ok(())
}

/// The first leaves alone, the others together.
fn remove(
    scene: &Scene,
    group: &str,
    name: &str,
    members: &[Arc<str>],
    shape: Shape,
) -> Result<(), Halt> {
    let (first, rest) = members.split_at(1.min(members.len()));
    for batch in first.chunks(1).chain(rest.chunks(BATCH)) {
        let batch: Vec<&str> = batch.iter().map(AsRef::as_ref).collect();
        let request = requests::patch_group(group, &remove_members(&batch, shape));
        if scene.ask(&request, &[200, 204], name)?.is_some() {
            scene.recorder().did(Deed::MemberRemoved, batch.len());
        }
    }
    Ok(())
}

fn give_name(scene: &Scene, id: &str, name: &str, shape: Shape) -> Result<(), Halt> {
    let request = requests::patch_group(id, &rename(name, shape));
    if scene.ask(&request, &[200, 204], name)?.is_some() {
        scene.recorder().did(Deed::GroupChanged, 1);
    }
    Ok(())
}

fn delete(scene: &Scene, index: usize, id: &str, team: &Team) -> Result<(), Halt> {
    if scene.remove(&requests::delete_group(id), &team.name)? {
        scene.recorder().did(Deed::GroupDeleted, 1);
        scene.groups.forget(index);
        let request = requests::match_group("displayName", &team.name);
        if let Match::One(_) = scene.find(&request, &team.name)? {
            scene.report(
                Kind::Lost,
                &request,
                None,
                &team.name,
                "found after it was deleted",
            );
        }
    }
    Ok(())
}

/// Asks whether somebody is in a group, and compares the answer with what it must be.
fn membership(
    scene: &Scene,
    group: &str,
    member: &str,
    expected: u64,
    name: &str,
) -> Result<(), Halt> {
    let request = requests::has_member(group, member);
    if let Some((total, _)) = scene.list(&request, name)?
        && total != expected
    {
        let detail = format!("expected {expected} hits, found {total}");
        scene.report(Kind::Lost, &request, None, name, detail);
    }
    Ok(())
}

fn same_name(scene: &Scene, request: &Request, team: &Team, shown: &Value) {
    for (attribute, wanted) in [
        ("displayName", &team.name),
        ("externalId", &team.external_id),
    ] {
        let value = shown.get(attribute).unwrap_or(&Value::Null);
        if *value != json!(wanted) {
            let detail = format!("{attribute}: expected {}, shown {value}", json!(wanted));
            scene.report(Kind::Different, request, None, &team.name, detail);
        }
    }
}
