//! Who may be in which group, and what a request did to a group's membership.

use std::collections::BTreeMap;

use serde_json::json;

use crate::provision::caller::Ask;
use crate::provision::failure::Failure;
use crate::scim::filter::{Condition, matches_element};
use crate::scim::patch::MemberChange;
use crate::scim::{Kind, MemberRef, ResourceId, ScimError};
use crate::store::{Delta, Stored, Tx};

/// Carries out the changes to the membership of `group`, in order, and tells their net effect.
///
/// Who is already in stays in, who is not there is not missed; an id that belongs to nobody in this
/// connection is 400 `invalidValue`, and so is a group that would contain itself.
pub(super) fn apply(
    tx: &Tx<'_>,
    ask: &Ask,
    group: &Stored,
    changes: &[MemberChange],
) -> Result<Delta, Failure> {
    let mut moves = Moves::default();
    for change in changes {
        match change {
            MemberChange::Add(list) => {
                let wanted = find(tx, ask, group, list)?;
                add(tx, group, &wanted, &mut moves)?;
            }
            MemberChange::Remove(ids) => {
                let ids: Vec<ResourceId> = ids.iter().filter_map(|id| id.parse().ok()).collect();
                remove(tx, group, &ids, &mut moves)?;
            }
            MemberChange::RemoveMatching(condition) => {
                let ids = matching(tx, ask, group, condition)?;
                remove(tx, group, &ids, &mut moves)?;
            }
            MemberChange::Replace(list) => {
                let wanted = find(tx, ask, group, list)?;
                let keep: std::collections::HashSet<ResourceId> =
                    wanted.iter().map(|(_, id)| *id).collect();
                let gone: Vec<ResourceId> = tx
                    .members(group.number)?
                    .into_iter()
                    .map(|member| member.id)
                    .filter(|id| !keep.contains(id))
                    .collect();
                remove(tx, group, &gone, &mut moves)?;
                add(tx, group, &wanted, &mut moves)?;
            }
            MemberChange::Clear => {
                let all: Vec<ResourceId> = tx
                    .members(group.number)?
                    .into_iter()
                    .map(|member| member.id)
                    .collect();
                remove(tx, group, &all, &mut moves)?;
            }
        }
    }
    Ok(moves.net())
}

/// Who came and who went, so far: coming and going of one and the same cancel each other.
#[derive(Default)]
struct Moves(BTreeMap<i64, (ResourceId, i8)>);

impl Moves {
    fn note(&mut self, number: i64, id: ResourceId, step: i8) {
        let entry = self.0.entry(number).or_insert((id, 0));
        entry.1 += step;
    }

    fn net(self) -> Delta {
        let mut delta = Delta::default();
        for (id, sum) in self.0.into_values() {
            match sum {
                1.. => delta.joined.push(id),
                0 => {}
                _ => delta.parted.push(id),
            }
        }
        delta
    }
}

fn add(
    tx: &Tx<'_>,
    group: &Stored,
    wanted: &[(i64, ResourceId)],
    moves: &mut Moves,
) -> Result<(), Failure> {
    let numbers: Vec<i64> = wanted.iter().map(|(number, _)| *number).collect();
    let ids: BTreeMap<i64, ResourceId> = wanted.iter().copied().collect();
    for number in tx.add_members(group.number, &numbers)? {
        if let Some(id) = ids.get(&number) {
            moves.note(number, *id, 1);
        }
    }
    Ok(())
}

fn remove(
    tx: &Tx<'_>,
    group: &Stored,
    ids: &[ResourceId],
    moves: &mut Moves,
) -> Result<(), Failure> {
    let known: BTreeMap<i64, ResourceId> = tx
        .numbers_of(group.connection, &texts(ids))?
        .into_iter()
        .zip(ids)
        .filter_map(|(found, id)| found.map(|(number, _)| (number, *id)))
        .collect();
    let numbers: Vec<i64> = known.keys().copied().collect();
    for number in tx.remove_members(group.number, &numbers)? {
        if let Some(id) = known.get(&number) {
            moves.note(number, *id, -1);
        }
    }
    Ok(())
}

/// The resources that a list of references means.
fn find(
    tx: &Tx<'_>,
    ask: &Ask,
    group: &Stored,
    list: &[MemberRef],
) -> Result<Vec<(i64, ResourceId)>, Failure> {
    let stranger = |index: usize| {
        ScimError::invalid_value(format_args!(
            "members[{index}].value: nobody in this connection has this id; create the user or group \
             first and use the id from the answer"
        ))
    };
    let ids: Vec<ResourceId> = list
        .iter()
        .enumerate()
        .map(|(index, member)| member.value.parse().map_err(|_| stranger(index)))
        .collect::<Result<_, _>>()?;
    let found = tx.numbers_of(ask.connection(), &texts(&ids))?;
    let mut wanted = Vec::with_capacity(ids.len());
    for (index, (id, found)) in ids.into_iter().zip(found).enumerate() {
        let (number, kind) = found.ok_or_else(|| stranger(index))?;
        let declared = list.get(index).and_then(|member| member.kind);
        if declared.is_some_and(|declared| declared != kind) {
            return Err(ScimError::invalid_value(format_args!(
                "members[{index}].type: this id belongs to a {kind}"
            ))
            .into());
        }
        if kind == Kind::Group && tx.holds(group.number, number)? {
            return Err(ScimError::invalid_value(format_args!(
                "members[{index}].value: the group would contain itself"
            ))
            .into());
        }
        if kind == Kind::Group
            && ask.caller.entrance.rulebook.ties.shows_derived()
            && tx.is_derived(&id)?
        {
            return Err(ScimError::invalid_value(format_args!(
                "members[{index}].value: this group follows from an attribute of people and comes and \
                 goes with them; add the people themselves"
            ))
            .into());
        }
        wanted.push((number, id));
    }
    Ok(wanted)
}

fn texts(ids: &[ResourceId]) -> Vec<String> {
    ids.iter().map(ToString::to_string).collect()
}

/// The members that fulfil a condition on them.
fn matching(
    tx: &Tx<'_>,
    ask: &Ask,
    group: &Stored,
    condition: &Condition,
) -> Result<Vec<ResourceId>, Failure> {
    let members = tx.members(group.number)?;
    let fits = members.into_iter().filter(|member| {
        let element = json!({
            "value": member.id.to_string(),
            "type": member.kind.name(),
            "$ref": format!("{}/{}/{}", ask.base, member.kind.endpoint(), member.id),
            "display": member.display,
        });
        matches_element(condition, &element)
    });
    Ok(fits.map(|member| member.id).collect())
}
