//! What was different at an instant: the changes after it, undone.

use std::cell::RefCell;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::convert::Infallible;
use std::ops::ControlFlow;

use serde_json::{Map, Value};

use super::derived::DerivedGroups;
use super::error::ExportError;
use super::flaw::ExportFlaw;
use super::was::{Content, Was};
use crate::base::Timestamp;
use crate::scim::{Kind, Meta, ResourceId, Urn};
use crate::store::{Change, GroupOf, Member, StoreError, Stored, View};

/// What was different. It holds what changed since and nothing else, so its size follows the number of
/// changes, not that of people.
pub(super) struct Past {
    /// The sequence of the last change that had happened.
    cut: u64,
    resources: HashMap<ResourceId, Was>,
    /// By group and member.
    ties: HashMap<ResourceId, BTreeMap<ResourceId, Tie>>,
    /// The groups with a tie to a member.
    holders: HashMap<ResourceId, BTreeSet<ResourceId>>,
    /// The groups that a group was in itself: they are asked for again and again.
    above: RefCell<HashMap<ResourceId, Vec<GroupOf>>>,
}

/// Whether somebody is in a group, and was.
#[derive(Debug, Clone, Copy)]
struct Tie {
    now: bool,
    then: bool,
}

impl Past {
    /// Undoes every change after `at`, of one connection or of all.
    pub(super) fn look_back(
        view: &View<'_>,
        derived: &DerivedGroups,
        connection: Option<i64>,
        at: Timestamp,
    ) -> Result<Self, ExportError> {
        let mut past = Self {
            cut: 0,
            resources: HashMap::new(),
            ties: HashMap::new(),
            holders: HashMap::new(),
            above: RefCell::default(),
        };
        let purged = view.purged_changes()?;
        let mut reaches = None;
        let mut has_arrived = false;
        view.each_change_back(|recorded| {
            let change = &recorded.change;
            if change.at <= at {
                past.cut = recorded.sequence;
                has_arrived = true;
                return Ok(ControlFlow::Break(()));
            }
            if recorded.sequence <= purged {
                let reaches = change.at;
                return Err(ExportFlaw::Purged { at, reaches }.into());
            }
            reaches = Some(change.at);
            if connection.is_none_or(|wanted| wanted == change.connection) {
                past.undo(view, derived, change)?;
            }
            Ok::<_, ExportError>(ControlFlow::Continue(()))
        })?;
        if !has_arrived {
            // What is kept begins with the first change there was, or others are gone.
            let begins = match view.first_change()? {
                0 | 1 => view.connections()?.iter().map(|one| one.created).min(),
                _ => reaches,
            };
            if let Some(reaches) = begins.filter(|begins| at < *begins) {
                return Err(ExportFlaw::BeforeTheRecord { at, reaches }.into());
            }
        }
        Ok(past)
    }

    fn undo(
        &mut self,
        view: &View<'_>,
        derived: &DerivedGroups,
        change: &Change,
    ) -> Result<(), StoreError> {
        let was = self
            .resources
            .entry(change.resource)
            .or_insert_with(|| Was::now(change));
        was.undo(change, || {
            let stored = match derived.stored(&change.resource) {
                Some(group) => Some(group),
                None => view.resource(change.connection, change.kind, &change.resource)?,
            };
            let stored = stored.ok_or_else(|| StoreError::Corrupt {
                what: format!("resource {} changed and is not there", change.resource),
            })?;
            Ok(stored.attributes()?.into_map())
        })?;
        let joined = change.joined.iter().map(|member| (member, false));
        let parted = change.parted.iter().map(|member| (member, true));
        for (member, then) in joined.chain(parted) {
            let ties = self.ties.entry(change.resource).or_default();
            ties.entry(*member).or_insert(Tie { now: !then, then }).then = then;
            let holders = self.holders.entry(*member).or_default();
            holders.insert(change.resource);
        }
        Ok(())
    }

    /// What a resource that is there now was then; `None` if it was not there.
    pub(super) fn then(&self, view: &View<'_>, now: Stored) -> Result<Option<Stored>, StoreError> {
        match self.resources.get(&now.id) {
            None => Ok(Some(now)),
            Some(was) => self.rebuilt(view, now.id, was, Some(&now)),
        }
    }

    /// Those that were there and are not any more, in the order of their making.
    pub(super) fn gone(
        &self,
        view: &View<'_>,
        connection: i64,
        kind: Kind,
    ) -> Result<Vec<Stored>, StoreError> {
        let mut ids: Vec<_> = self
            .resources
            .iter()
            .filter(|(_, was)| !was.is_there && (was.connection, was.kind) == (connection, kind))
            .collect();
        ids.sort_unstable_by_key(|(id, _)| **id);
        ids.into_iter()
            .filter_map(|(id, was)| self.rebuilt(view, *id, was, None).transpose())
            .collect()
    }

    fn rebuilt(
        &self,
        view: &View<'_>,
        id: ResourceId,
        was: &Was,
        now: Option<&Stored>,
    ) -> Result<Option<Stored>, StoreError> {
        let document = match (&was.content, now) {
            (Content::Other(attributes), _) => document(was.kind, attributes),
            (Content::Same, Some(now)) => now.document.clone(),
            (Content::Nothing | Content::Same, _) => return Ok(None),
        };
        let created = now
            .map(|now| now.meta.created)
            .or_else(|| id.made())
            .unwrap_or(Timestamp::from_millis(0));
        let moved = view.moved_until(&id, self.cut)?;
        Ok(Some(Stored {
            number: now.map_or(0, |now| now.number),
            connection: was.connection,
            id,
            kind: was.kind,
            meta: Meta {
                created,
                modified: moved.map_or(created, |moved| moved.max(created)),
                version: was.version,
            },
            document,
            waiting: false,
            imported: false,
        }))
    }

    /// The groups that somebody was in, directly or through others, in the order of their making.
    pub(super) fn groups_of(
        &self,
        view: &View<'_>,
        derived: &DerivedGroups,
        stored: &Stored,
    ) -> Result<Vec<GroupOf>, StoreError> {
        let direct = self.parents(view, derived, stored.connection, stored.id, stored.number)?;
        let mut found: BTreeMap<ResourceId, GroupOf> = BTreeMap::new();
        let mut open: Vec<(ResourceId, i64)> = Vec::new();
        for group in direct {
            open.push((group.id, group.number));
            found.insert(group.id, group);
        }
        while let Some((id, number)) = open.pop() {
            for group in self.above(view, derived, stored.connection, id, number)? {
                if let Entry::Vacant(place) = found.entry(group.id) {
                    open.push((group.id, group.number));
                    place.insert(GroupOf {
                        direct: false,
                        ..group
                    });
                }
            }
        }
        Ok(found.into_values().collect())
    }

    /// The groups that a group was in itself, looked up once.
    fn above(
        &self,
        view: &View<'_>,
        derived: &DerivedGroups,
        connection: i64,
        id: ResourceId,
        number: i64,
    ) -> Result<Vec<GroupOf>, StoreError> {
        if let Some(known) = self.above.borrow().get(&id) {
            return Ok(known.clone());
        }
        let above = self.parents(view, derived, connection, id, number)?;
        self.above.borrow_mut().insert(id, above.clone());
        Ok(above)
    }

    /// The groups that somebody was in itself.
    fn parents(
        &self,
        view: &View<'_>,
        derived: &DerivedGroups,
        connection: i64,
        id: ResourceId,
        number: i64,
    ) -> Result<Vec<GroupOf>, StoreError> {
        let now = view.groups_of(&[number])?.remove(&number);
        let mut parents: Vec<GroupOf> = now
            .unwrap_or_default()
            .into_iter()
            .filter(|group| group.direct && self.tie(&group.id, &id).is_none_or(|tie| tie.then))
            .map(|group| GroupOf {
                display: self.display(&group.id, group.display),
                ..group
            })
            .collect();
        for group in self.holders.get(&id).into_iter().flatten() {
            // Whether the identity provider saw them then is not recorded, so it is as now.
            if self.is_derived(derived, group) && !derived.are_shown(connection) {
                continue;
            }
            if self.tie(group, &id).is_some_and(|tie| tie.then && !tie.now) {
                let group = self.member(view, derived, connection, *group)?;
                parents.push(GroupOf {
                    number: group.number,
                    id: group.id,
                    display: group.display,
                    direct: true,
                });
            }
        }
        Ok(parents)
    }

    /// Everybody who was in a group.
    pub(super) fn each_member(
        &self,
        view: &View<'_>,
        derived: &DerivedGroups,
        group: &Stored,
        mut take: impl FnMut(Member) -> Result<(), ExportError>,
    ) -> Result<(), ExportError> {
        let ties = self.ties.get(&group.id);
        derived.each_member(view, group, |member| {
            if ties
                .and_then(|ties| ties.get(&member.id))
                .is_some_and(|tie| !tie.then)
            {
                return Ok(());
            }
            take(Member {
                display: self.display(&member.id, member.display),
                ..member
            })
        })?;
        for (member, tie) in ties.into_iter().flatten() {
            if tie.then && !tie.now {
                take(self.member(view, derived, group.connection, *member)?)?;
            }
        }
        Ok(())
    }

    /// How many were in a group.
    pub(super) fn member_count(
        &self,
        view: &View<'_>,
        derived: &DerivedGroups,
        group: &Stored,
    ) -> Result<u64, StoreError> {
        let now = derived.member_count(view, group)?;
        let ties = self
            .ties
            .get(&group.id)
            .into_iter()
            .flat_map(BTreeMap::values);
        Ok(ties.fold(now, |count, tie| {
            count
                .saturating_add(u64::from(tie.then))
                .saturating_sub(u64::from(tie.now))
        }))
    }

    /// The text of an attribute as it was; `now` looks it up where it is as it was.
    pub(super) fn text<E>(
        &self,
        id: &ResourceId,
        attribute: &str,
        now: impl FnOnce() -> Result<Option<String>, E>,
    ) -> Result<Option<String>, E> {
        match self.resources.get(id).map(|was| &was.content) {
            None | Some(Content::Same) => now(),
            Some(Content::Nothing) => Ok(None),
            Some(Content::Other(attributes)) => {
                let text = attributes.get(attribute).and_then(Value::as_str);
                Ok(text.map(str::to_owned))
            }
        }
    }

    /// The name of a resource as it was, which is this one now.
    fn display(&self, id: &ResourceId, now: Option<String>) -> Option<String> {
        let Ok(display) = self.text(id, "displayName", || Ok::<_, Infallible>(now));
        display
    }

    /// Whether a group follows from an attribute, or did.
    fn is_derived(&self, derived: &DerivedGroups, group: &ResourceId) -> bool {
        derived.has(group)
            || self.resources.get(group).is_some_and(|was| {
                matches!(&was.content, Content::Other(attributes) if attributes.contains_key("folder"))
            })
    }

    fn tie(&self, group: &ResourceId, member: &ResourceId) -> Option<Tie> {
        self.ties.get(group)?.get(member).copied()
    }

    /// Who somebody was who is not in a group any more.
    fn member(
        &self,
        view: &View<'_>,
        derived: &DerivedGroups,
        connection: i64,
        id: ResourceId,
    ) -> Result<Member, StoreError> {
        let lost = || StoreError::Corrupt {
            what: format!("resource {id} was a member and there is no record of it"),
        };
        let now = view
            .numbers_of(connection, &[id.to_string()])?
            .pop()
            .flatten();
        let kind = match now {
            Some((_, kind)) => kind,
            None => self.resources.get(&id).ok_or_else(lost)?.kind,
        };
        let display = self.text(&id, "displayName", || {
            let stored = match (derived.stored(&id), now) {
                (Some(group), _) => Some(group),
                (None, Some((number, _))) => view.resource_by_number(number)?,
                (None, None) => None,
            };
            let stored = stored.ok_or_else(lost)?;
            Ok::<_, StoreError>(stored.attributes()?.text("displayName").map(str::to_owned))
        })?;
        Ok(Member {
            number: now.map_or(0, |(number, _)| number),
            id,
            kind,
            display,
        })
    }
}

/// The document of these attributes, as a resource keeps it: only an extension has a name with a colon.
fn document(kind: Kind, attributes: &Map<String, Value>) -> String {
    let core = match kind {
        Kind::User => Urn::USER,
        Kind::Group => Urn::GROUP,
    };
    let names = attributes.keys().map(String::as_str);
    let schemas: Vec<&str> = std::iter::once(core)
        .chain(names.filter(|name| name.contains(':')))
        .collect();
    let mut document = Map::with_capacity(attributes.len() + 1);
    document.insert("schemas".into(), schemas.into());
    document.extend(attributes.clone());
    Value::Object(document).to_string()
}
