//! The routine with one group.

use std::collections::{BTreeMap, HashSet};

use serde_json::Value;

use super::super::group_habits::{Change, GroupHabits, GroupLookup, Member};
use super::super::scene::{Absent, Match, Scene};
use super::super::wire::{Deed, Halt, Kind, Method, Request};
use super::super::world::{Day, Team};
use super::play::Routine;

/// The groups the server holds, by name.
pub(super) type Listed = BTreeMap<String, Value>;

impl Routine {
    /// The groups the server holds, by name, for a provider that lists them all to find one.
    pub(super) fn listed_groups(&self, scene: &Scene) -> Result<Listed, Halt> {
        let mut held = BTreeMap::new();
        let Some(habits) = self.0.groups().filter(|_| scene.population.groups > 0) else {
            return Ok(held);
        };
        let any = scene.population.team(0, Day::First);
        if let Some(GroupLookup::List {
            template,
            path,
            suffix,
        }) = any.map(|team| habits.group_lookup(&team))
        {
            let mut seen = 0;
            loop {
                let request =
                    Request::new(Method::Get, template, format!("{path}{}{suffix}", seen + 1));
                let Some((total, page)) = scene.list(&request, "")? else {
                    break;
                };
                seen += page.len();
                let complete =
                    page.is_empty() || u64::try_from(seen).is_ok_and(|seen| seen >= total);
                for group in page {
                    if let Some(name) = group.get("displayName").and_then(Value::as_str) {
                        held.insert(name.to_owned(), group.clone());
                    }
                }
                if complete {
                    break;
                }
            }
        }
        Ok(held)
    }

    pub(super) fn bring_group(
        &self,
        scene: &Scene,
        index: usize,
        listed: &Listed,
        absent: Absent,
    ) -> Result<(), Halt> {
        let Some(habits) = self.0.groups() else {
            return Ok(());
        };
        let stays = !scene.fresh && !scene.population.is_dissolved(index);
        let known_as = if stays { Day::Last } else { Day::First };
        let days: &[Day] = if stays {
            &[Day::Last, Day::Second, Day::First]
        } else {
            &[Day::First]
        };
        let Some(team) = scene.population.team(index, known_as) else {
            return Ok(());
        };
        for day in days {
            let Some(called) = scene.population.team(index, *day) else {
                continue;
            };
            if let Some(found) = find_group(habits, scene, &called, listed)?
                && let Some(id) = found.get("id").and_then(Value::as_str)
            {
                scene.recorder().did(Deed::GroupFound, 1);
                scene.groups.set(index, id, known_as);
                if called.name != team.name {
                    rename(habits, scene, id, &team, known_as)?;
                }
                return fill(habits, scene, index, id, &team);
            }
        }
        if absent == Absent::Pass {
            return Ok(());
        }
        let body = habits.create_group(index, &team);
        let request = Request::new(Method::Post, "/Groups", "/Groups").with(body);
        let Some(answer) = scene.ask(&request, &[201], &team.name)? else {
            return Ok(());
        };
        let (Some(id), Some(shown)) = (answer.id(), answer.json()) else {
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
        scene.groups.set(index, id, known_as);
        let wanted = habits.group_external_id(&team);
        if wanted.is_some() && shown.get("externalId").and_then(Value::as_str) != wanted {
            scene.report(
                Kind::Different,
                &request,
                Some(&answer),
                &team.name,
                "externalId is not echoed",
            );
        }
        fill(habits, scene, index, id, &team)
    }

    pub(super) fn keep_group_in_step(
        &self,
        scene: &Scene,
        index: usize,
        day: Day,
    ) -> Result<(), Halt> {
        let (Some(habits), Some(link)) = (self.0.groups(), scene.groups.link(index)) else {
            return Ok(());
        };
        let Some(before) = scene.population.team(index, link.day) else {
            return Ok(());
        };
        let Some(wanted) = scene.population.team(index, day) else {
            if let Some(request) = habits.before_group_deletion(&link.id, &before) {
                scene.ask(&request, &[200, 204], &before.name)?;
            }
            let request = Request::resource(Method::Delete, "/Groups/{id}", &link.id);
            if scene.remove(&request, &before.name)? {
                scene.recorder().did(Deed::GroupDeleted, 1);
                scene.groups.forget(index);
            }
            return Ok(());
        };
        if wanted.name != before.name {
            rename(habits, scene, &link.id, &wanted, day)?;
        }
        let old: HashSet<usize> = before.members.iter().copied().collect();
        let new: HashSet<usize> = wanted.members.iter().copied().collect();
        let without = |list: &[usize], others: &HashSet<usize>| -> Vec<usize> {
            list.iter()
                .copied()
                .filter(|member| !others.contains(member))
                .collect()
        };
        let change = Change {
            leaving: named(scene, &without(&before.members, &new), day),
            coming: named(scene, &without(&wanted.members, &old), day),
            all: named(scene, &wanted.members, day),
        };
        change_members(habits, scene, index, &link.id, &wanted, &change)?;
        scene.groups.set(index, &link.id, day);
        Ok(())
    }
}

fn find_group(
    habits: &dyn GroupHabits,
    scene: &Scene,
    team: &Team,
    listed: &Listed,
) -> Result<Option<Value>, Halt> {
    match habits.group_lookup(team) {
        GroupLookup::List { .. } => Ok(listed.get(&team.name).cloned()),
        GroupLookup::Queries(requests) => {
            for request in requests {
                if let Match::One(found) = scene.find(&request, &team.name)? {
                    return Ok(Some(found));
                }
            }
            Ok(None)
        }
    }
}

/// Brings the members of a group into step with the directory, whoever is in it now.
fn fill(
    habits: &dyn GroupHabits,
    scene: &Scene,
    index: usize,
    id: &str,
    team: &Team,
) -> Result<(), Halt> {
    let present = scene.members(id, &team.name)?;
    let wanted = named(scene, &team.members, Day::First);
    let here: HashSet<&str> = present.iter().map(String::as_str).collect();
    let meant: HashSet<&str> = wanted.iter().map(|member| member.id.as_str()).collect();
    let strangers = present.iter().filter(|id| !meant.contains(id.as_str()));
    let change = Change {
        leaving: strangers
            .map(|id| Member {
                id: id.clone(),
                name: String::new(),
            })
            .collect(),
        coming: wanted
            .iter()
            .filter(|member| !here.contains(member.id.as_str()))
            .cloned()
            .collect(),
        all: wanted.clone(),
    };
    change_members(habits, scene, index, id, team, &change)
}

fn change_members(
    habits: &dyn GroupHabits,
    scene: &Scene,
    index: usize,
    id: &str,
    team: &Team,
    change: &Change,
) -> Result<(), Halt> {
    if change.leaving.is_empty() && change.coming.is_empty() {
        return Ok(());
    }
    for request in habits.change_members(index, id, team, change) {
        scene.ask(&request, &[200, 204], &team.name)?;
    }
    scene.recorder().did(Deed::MemberAdded, change.coming.len());
    scene
        .recorder()
        .did(Deed::MemberRemoved, change.leaving.len());
    Ok(())
}

fn rename(
    habits: &dyn GroupHabits,
    scene: &Scene,
    id: &str,
    team: &Team,
    day: Day,
) -> Result<(), Halt> {
    let request = habits.rename_group(id, team, &named(scene, &team.members, day));
    if let Some(answer) = scene.ask(&request, &[200, 204], &team.name)? {
        scene.recorder().did(Deed::GroupChanged, 1);
        let name = answer
            .json()
            .and_then(|group| group.get("displayName"))
            .and_then(Value::as_str);
        if name.is_some_and(|name| name != team.name) {
            scene.report(
                Kind::Different,
                &request,
                Some(&answer),
                &team.name,
                "displayName did not change",
            );
        }
    }
    Ok(())
}

/// The people in these places who are on the server, with their names on this day.
fn named(scene: &Scene, places: &[usize], day: Day) -> Vec<Member> {
    let named = places.iter().filter_map(|place| {
        let id = scene.users.id(*place)?.to_string();
        let name = scene.newcomer(*place, day)?.text("displayName").to_owned();
        Some(Member { id, name })
    });
    named.collect()
}
