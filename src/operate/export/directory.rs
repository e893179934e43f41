//! The directory as it is, or as it was.

use super::derived::DerivedGroups;
use super::error::ExportError;
use super::order::Order;
use super::past::Past;
use crate::scim::Kind;
use crate::scim::filter::{Candidate, Condition, MemberValue, matches};
use crate::store::{Connection, GroupOf, Member, StoreError, Stored, View};

/// Everything that an export reads, of one instant.
pub(super) struct Directory<'a> {
    view: &'a View<'a>,
    /// The groups that follow from an attribute now.
    derived: DerivedGroups,
    /// `None`: it is read as it is.
    past: Option<Past>,
}

impl<'a> Directory<'a> {
    /// The directory of the instant that was ordered.
    pub(super) fn open(
        view: &'a View<'a>,
        order: &Order<'_>,
        connections: &[Connection],
    ) -> Result<Self, ExportError> {
        let only = match (order.connection, connections) {
            (Some(_), [one]) => Some(one.number),
            _ => None,
        };
        let derived = DerivedGroups::look(view, connections)?;
        let past = order
            .as_of
            .map(|at| Past::look_back(view, &derived, only, at))
            .transpose()?;
        Ok(Self {
            view,
            derived,
            past,
        })
    }

    /// Every resource of one kind that fulfils a condition, in the order of arrival, one after the
    /// other.
    pub(super) fn each(
        &self,
        connection: i64,
        kind: Kind,
        condition: Option<&Condition>,
        mut take: impl FnMut(Stored) -> Result<(), ExportError>,
    ) -> Result<(), ExportError> {
        let Some(past) = &self.past else {
            self.view.each(connection, kind, condition, |stored| {
                if self.derived.has(&stored.id) {
                    Ok(())
                } else {
                    take(stored)
                }
            })?;
            for group in self.derived.each(connection, kind) {
                if self.fulfils_all(&group, condition)? {
                    take(group)?;
                }
            }
            return Ok(());
        };
        let mut fitting = |stored: Stored| {
            if self.fulfils_all(&stored, condition)? {
                take(stored)
            } else {
                Ok(())
            }
        };
        let mut gone = past
            .gone(self.view, connection, kind)?
            .into_iter()
            .peekable();
        self.view.each(connection, kind, None, |now| {
            if self.derived.has(&now.id) {
                return Ok(());
            }
            while let Some(earlier) = gone.next_if(|gone| gone.meta.created < now.meta.created) {
                fitting(earlier)?;
            }
            match past.then(self.view, now)? {
                Some(then) => fitting(then),
                None => Ok(()),
            }
        })?;
        for earlier in gone {
            fitting(earlier)?;
        }
        for now in self.derived.each(connection, kind) {
            if let Some(then) = past.then(self.view, now)? {
                fitting(then)?;
            }
        }
        Ok(())
    }

    fn fulfils_all(
        &self,
        stored: &Stored,
        condition: Option<&Condition>,
    ) -> Result<bool, ExportError> {
        match condition {
            Some(condition) => self.fulfils(stored, condition),
            None => Ok(true),
        }
    }

    /// Whether a resource of which there is no index fulfils a condition.
    fn fulfils(&self, stored: &Stored, condition: &Condition) -> Result<bool, ExportError> {
        let mut members = Vec::new();
        if stored.kind == Kind::Group {
            self.each_member(stored, |member| {
                members.push(MemberValue {
                    value: member.id,
                    display: member.display,
                    r#type: member.kind.name(),
                    reference: None,
                });
                Ok(())
            })?;
        }
        let groups: Vec<MemberValue> = self
            .groups_of(std::slice::from_ref(stored))?
            .into_iter()
            .flatten()
            .map(|group| MemberValue {
                value: group.id,
                display: group.display,
                r#type: if group.direct { "direct" } else { "indirect" },
                reference: None,
            })
            .collect();
        Ok(matches(
            condition,
            &Candidate {
                kind: stored.kind,
                id: stored.id,
                meta: stored.meta,
                location: None,
                attributes: &stored.attributes()?,
                members: &members,
                groups: &groups,
            },
        ))
    }

    /// The groups of each of these, directly or through others, in their order.
    pub(super) fn groups_of(&self, held: &[Stored]) -> Result<Vec<Vec<GroupOf>>, StoreError> {
        if let Some(past) = &self.past {
            return held
                .iter()
                .map(|stored| past.groups_of(self.view, &self.derived, stored))
                .collect();
        }
        let numbers: Vec<i64> = held.iter().map(|stored| stored.number).collect();
        let mut groups = self.view.groups_of(&numbers)?;
        Ok(numbers
            .iter()
            .map(|number| groups.remove(number).unwrap_or_default())
            .collect())
    }

    /// Everybody who is in a group itself, one after the other.
    pub(super) fn each_member(
        &self,
        group: &Stored,
        take: impl FnMut(Member) -> Result<(), ExportError>,
    ) -> Result<(), ExportError> {
        match &self.past {
            Some(past) => past.each_member(self.view, &self.derived, group, take),
            None => self.derived.each_member(self.view, group, take),
        }
    }

    /// How many are in a group itself.
    pub(super) fn member_count(&self, group: &Stored) -> Result<u64, StoreError> {
        match &self.past {
            Some(past) => past.member_count(self.view, &self.derived, group),
            None => self.derived.member_count(self.view, group),
        }
    }

    /// The `userName` of a member; `None` for a group.
    pub(super) fn user_name(&self, member: &Member) -> Result<Option<String>, StoreError> {
        let now = || self.view.user_name(member.number);
        match &self.past {
            Some(past) => past.text(&member.id, "userName", now),
            None => now(),
        }
    }
}
