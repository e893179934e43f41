//! Rows of `member`: who is in which group.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap, HashSet};

use rusqlite::{OptionalExtension, Row, params};

use super::error::StoreError;
use super::numbers::{kind_of, signed, unsigned};
use super::resources::id_of;
use super::view::{Tx, View};
use crate::scim::{Kind, ResourceId};

/// A member of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The number of its resource.
    pub number: i64,
    /// Its id.
    pub id: ResourceId,
    /// A user, or a group.
    pub kind: Kind,
    /// Its `displayName`.
    pub display: Option<String>,
}

/// A group that somebody is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupOf {
    /// The number of its resource.
    pub number: i64,
    /// Its id.
    pub id: ResourceId,
    /// Its `displayName`.
    pub display: Option<String>,
    /// Whether they are a member of the group itself, or of a group in it.
    pub direct: bool,
}

pub(super) fn member(row: &Row<'_>) -> Result<Member, StoreError> {
    Ok(Member {
        number: row.get(0)?,
        id: id_of(row, 1)?,
        kind: kind_of(row.get(2)?)?,
        display: row.get(3)?,
    })
}

impl View<'_> {
    /// The members of a group, in the order in which they arrived in the house.
    pub fn members(&self, group: i64) -> Result<Vec<Member>, StoreError> {
        let mut members = Vec::new();
        self.each_member(group, |member| {
            members.push(member);
            Ok::<(), StoreError>(())
        })?;
        Ok(members)
    }

    /// The first members of a group in that order, `limit` at most.
    pub fn first_members(&self, group: i64, limit: u64) -> Result<Vec<Member>, StoreError> {
        self.sql()
            .prepare_cached(
                "SELECT resource.number, resource.id, resource.kind, resource.display
                 FROM member
                 CROSS JOIN resource ON resource.number = member.member
                 WHERE member.holder = ?
                 ORDER BY member.member
                 LIMIT ?",
            )?
            .query_and_then(params![group, signed(limit)], member)?
            .collect()
    }

    /// The same one after the other, in constant memory.
    pub fn each_member<E: From<StoreError>>(
        &self,
        group: i64,
        mut take: impl FnMut(Member) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut statement = self
            .sql()
            .prepare_cached(
                "SELECT resource.number, resource.id, resource.kind, resource.display
                 FROM member
                 JOIN resource ON resource.number = member.member
                 WHERE member.holder = ?
                 ORDER BY member.member",
            )
            .map_err(StoreError::from)?;
        let mut rows = statement.query([group]).map_err(StoreError::from)?;
        while let Some(row) = rows.next().map_err(StoreError::from)? {
            take(member(row)?)?;
        }
        Ok(())
    }

    /// The `userName` of a member, if it is a user.
    pub fn user_name(&self, number: i64) -> Result<Option<String>, StoreError> {
        let name = self
            .sql()
            .prepare_cached("SELECT document ->> '$.userName' FROM resource WHERE number = ?")?
            .query_row([number], |row| row.get(0))
            .optional()?;
        Ok(name.flatten())
    }

    /// How many members a group has.
    pub fn member_count(&self, group: i64) -> Result<u64, StoreError> {
        let count: i64 = self
            .sql()
            .prepare_cached("SELECT count(*) FROM member WHERE holder = ?")?
            .query_row([group], |row| row.get(0))?;
        unsigned(count)
    }

    /// Whether `member` is a member of the group itself.
    pub fn is_member(&self, group: i64, member: i64) -> Result<bool, StoreError> {
        let found = self
            .sql()
            .prepare_cached("SELECT 1 FROM member WHERE holder = ? AND member = ?")?
            .exists([group, member])?;
        Ok(found)
    }

    /// Whether `candidate`, once a member of `group`, would close a circle: it is the group itself,
    /// or holds it, directly or through others.
    pub fn holds(&self, group: i64, candidate: i64) -> Result<bool, StoreError> {
        if group == candidate {
            return Ok(true);
        }
        let mut seen = HashSet::from([group]);
        let mut level = vec![group];
        while !level.is_empty() {
            let mut above = Vec::new();
            for (_, holder) in self.holders(&level)? {
                if holder == candidate {
                    return Ok(true);
                }
                if seen.insert(holder) {
                    above.push(holder);
                }
            }
            level = above;
        }
        Ok(false)
    }

    /// The groups that each of `members` is in, directly or through others, in the order in which
    /// the groups arrived in the house. Who is in none is not in the map.
    pub fn groups_of(&self, members: &[i64]) -> Result<HashMap<i64, Vec<GroupOf>>, StoreError> {
        let direct = self.holders(members)?;
        if direct.is_empty() {
            return Ok(HashMap::new());
        }
        let above = self.above(&direct)?;
        let mut groups: HashMap<i64, BTreeSet<(i64, bool)>> = HashMap::new();
        for (member, holder) in &direct {
            let of = groups.entry(*member).or_default();
            of.insert((*holder, true));
            of.extend(
                above
                    .get(holder)
                    .into_iter()
                    .flatten()
                    .map(|indirect| (*indirect, false)),
            );
        }
        let mut names: HashMap<i64, (ResourceId, Option<String>)> = HashMap::new();
        let mut answer = HashMap::with_capacity(groups.len());
        for (member, of) in groups {
            let mut list: Vec<GroupOf> = Vec::with_capacity(of.len());
            for (number, direct) in of {
                // `false` sorts before `true`: who is in a group both ways is in it directly.
                if let Some(last) = list.last_mut().filter(|last| last.number == number) {
                    last.direct |= direct;
                    continue;
                }
                let (id, display) = match names.entry(number) {
                    Entry::Occupied(known) => known.get().clone(),
                    Entry::Vacant(unknown) => unknown.insert(self.name(number)?).clone(),
                };
                list.push(GroupOf {
                    number,
                    id,
                    display,
                    direct,
                });
            }
            answer.insert(member, list);
        }
        Ok(answer)
    }

    /// For every holder in `direct`, the groups above it.
    fn above(&self, direct: &[(i64, i64)]) -> Result<HashMap<i64, BTreeSet<i64>>, StoreError> {
        let mut parents: HashMap<i64, Vec<i64>> = HashMap::new();
        let mut level: Vec<i64> = direct.iter().map(|(_, holder)| *holder).collect();
        level.sort_unstable();
        level.dedup();
        let start = level.clone();
        let mut seen: HashSet<i64> = start.iter().copied().collect();
        while !level.is_empty() {
            let mut next = Vec::new();
            for (group, holder) in self.holders(&level)? {
                parents.entry(group).or_default().push(holder);
                if seen.insert(holder) {
                    next.push(holder);
                }
            }
            level = next;
        }
        if parents.is_empty() {
            return Ok(HashMap::new());
        }
        let mut above = HashMap::with_capacity(start.len());
        for group in start {
            let mut reached = BTreeSet::new();
            let mut open = vec![group];
            while let Some(group) = open.pop() {
                for holder in parents.get(&group).into_iter().flatten() {
                    if reached.insert(*holder) {
                        open.push(*holder);
                    }
                }
            }
            above.insert(group, reached);
        }
        Ok(above)
    }

    /// Every pair of one of `members` and a group that it is in.
    ///
    /// A page of a list has numbers close to each other, mostly without any membership: then one
    /// look at the index is all it costs. One alone is looked up at once.
    fn holders(&self, members: &[i64]) -> Result<Vec<(i64, i64)>, StoreError> {
        let (Some(first), Some(last)) = (members.iter().min(), members.iter().max()) else {
            return Ok(Vec::new());
        };
        if first != last {
            let any = self
                .sql()
                .prepare_cached("SELECT 1 FROM member WHERE member BETWEEN ? AND ? LIMIT 1")?
                .exists([first, last])?;
            if !any {
                return Ok(Vec::new());
            }
        }
        let mut statement = self
            .sql()
            .prepare_cached("SELECT holder FROM member WHERE member = ?")?;
        let mut pairs = Vec::new();
        for member in members {
            let mut rows = statement.query([member])?;
            while let Some(row) = rows.next()? {
                pairs.push((*member, row.get(0)?));
            }
        }
        Ok(pairs)
    }

    /// The id and `displayName` of a resource that a row of `member` refers to.
    fn name(&self, number: i64) -> Result<(ResourceId, Option<String>), StoreError> {
        let mut statement = self
            .sql()
            .prepare_cached("SELECT id, display FROM resource WHERE number = ?")?;
        let mut rows = statement.query([number])?;
        let row = rows
            .next()?
            .ok_or_else(|| StoreError::corrupt("a membership of nobody"))?;
        Ok((id_of(row, 0)?, row.get(1)?))
    }
}

impl Tx<'_> {
    /// Adds members to a group; the numbers of those who were not in it before. That they exist in
    /// the same connection, and that no circle closes, was checked before.
    pub fn add_members(&self, group: i64, members: &[i64]) -> Result<Vec<i64>, StoreError> {
        let mut statement = self.sql().prepare_cached(
            "INSERT INTO member (holder, member)
             VALUES (?, ?)
             ON CONFLICT DO NOTHING",
        )?;
        let mut added = Vec::new();
        for member in members {
            if statement.execute([group, *member])? > 0 {
                added.push(*member);
            }
        }
        Ok(added)
    }

    /// Removes members from a group; the numbers of those who were in it.
    pub fn remove_members(&self, group: i64, members: &[i64]) -> Result<Vec<i64>, StoreError> {
        let mut statement = self
            .sql()
            .prepare_cached("DELETE FROM member WHERE holder = ? AND member = ?")?;
        let mut removed = Vec::new();
        for member in members {
            if statement.execute([group, *member])? > 0 {
                removed.push(*member);
            }
        }
        Ok(removed)
    }
}
