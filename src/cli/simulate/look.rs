//! The simulator's own look at the server, between and after what the provider does: who should be there, who is.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;

use super::scene::{Absent, Scene};
use super::wire::{Deed, Halt, Kind, Method, Request};
use super::world::{Day, Path, Person, Profile};

impl Scene {
    /// Somebody on this day, without the manager.
    pub(super) fn newcomer(&self, index: usize, day: Day) -> Option<Profile> {
        let person = self.population.person(index, day)?;
        Some(person.profile)
    }

    /// What the server should show of somebody on this day, the manager's id included.
    pub(super) fn person(&self, index: usize, day: Day) -> Option<Profile> {
        let Person {
            mut profile,
            manager,
        } = self.population.person(index, day)?;
        if let Some(id) = manager.and_then(|manager| self.users.id(manager)) {
            profile.set(Path::manager(), id.as_ref());
        }
        Some(profile)
    }

    /// What to do about those who leave in the end and are not there: they were there only if others were created
    /// in this part, because otherwise they have left already.
    pub(super) fn absent_leavers(&self, created: Deed) -> Absent {
        if self.recorder().count_in_part(created) > 0 {
            Absent::Create
        } else {
            Absent::Pass
        }
    }

    /// The server's ids of these people; those who are not there are left out.
    pub(super) fn ids(&self, members: &[usize]) -> Vec<Arc<str>> {
        members
            .iter()
            .filter_map(|member| self.users.id(*member))
            .collect()
    }

    /// Sends a DELETE, and says whether the resource is gone. When the request had to be repeated, the first one
    /// may have done it already.
    pub(super) fn remove(&self, request: &Request, subject: &str) -> Result<bool, Halt> {
        let Some(answer) = self.ask(request, &[204, 404], subject)? else {
            return Ok(false);
        };
        if answer.status == 404 && !answer.repeated {
            self.report(
                Kind::Status,
                request,
                Some(&answer),
                subject,
                "expected 204",
            );
        }
        Ok(true)
    }

    /// The ids of a group's members.
    pub(super) fn members(&self, id: &str, name: &str) -> Result<Vec<String>, Halt> {
        let Some(answer) = self.ask(&whole_group(id), &[200], name)? else {
            return Ok(Vec::new());
        };
        let group = answer.json();
        Ok(values(group, "members").map(str::to_owned).collect())
    }

    /// Compares the members of a group with the directory's, and what one of them shows of their groups.
    pub(super) fn check_group(&self, index: usize) -> Result<(), Halt> {
        let Some(link) = self.groups.link(index) else {
            return Ok(());
        };
        let Some(team) = self.population.team(index, link.day) else {
            return Ok(());
        };
        let wanted = self.ids(&team.members);
        let wanted: BTreeSet<&str> = wanted.iter().map(AsRef::as_ref).collect();
        let found = self.members(&link.id, &team.name)?;
        let shown: BTreeSet<&str> = found.iter().map(String::as_str).collect();
        let request = whole_group(&link.id);
        if shown.len() != found.len() {
            self.report(
                Kind::Duplicate,
                &request,
                None,
                &team.name,
                "a member is listed twice",
            );
        }
        if shown != wanted {
            let missing = wanted.difference(&shown).count();
            let surplus = shown.difference(&wanted).count();
            let all = wanted.len();
            let detail =
                format!("of {all} members {missing} are missing, and {surplus} are strangers");
            self.report(Kind::Different, &request, None, &team.name, detail);
        }
        match wanted.first() {
            Some(member) => self.check_mirror(member, &link.id, &team.name),
            None => Ok(()),
        }
    }

    /// `User.groups` mirrors membership (RFC 7643 §4.1.2), for the inactive too.
    fn check_mirror(&self, member: &str, group: &str, name: &str) -> Result<(), Halt> {
        let request = Request::resource(Method::Get, "/Users/{id}", member);
        if let Some(answer) = self.ask(&request, &[200], name)?
            && !values(answer.json(), "groups").any(|value| value == group)
        {
            self.report(
                Kind::Different,
                &request,
                None,
                name,
                "a member's groups do not list this group",
            );
        }
        Ok(())
    }

    /// How many users and groups the connection holds; nothing if the server does not say. Of groups it may have
    /// none at all, and nobody asks for them who was told to send none.
    pub(super) fn totals(&self) -> Result<Option<(u64, Option<u64>)>, Halt> {
        let request = |template: &'static str| Request::new(Method::Get, template, template);
        let Some((users, _)) = self.list(&request("/Users?startIndex=1&count=1"), "")? else {
            return Ok(None);
        };
        if self.population.groups == 0 {
            return Ok(Some((users, None)));
        }
        let request = request("/Groups?startIndex=1&count=1");
        let Some(answer) = self.ask(&request, &[200, 404], "")? else {
            return Ok(None);
        };
        if answer.status == 404 {
            return Ok(Some((users, None)));
        }
        match answer.list() {
            Ok((groups, _)) => Ok(Some((users, Some(groups)))),
            Err(flaw) => {
                self.report(Kind::Form, &request, Some(&answer), "", flaw);
                Ok(None)
            }
        }
    }

    /// Whether there are as many users and groups as there must be after all that was created and deleted.
    pub(super) fn check_totals(&self, before: (u64, u64)) -> Result<(), Halt> {
        let Some((users, groups)) = self.totals()? else {
            return Ok(());
        };
        let groups = groups.unwrap_or_default();
        let count = |deed| self.recorder().count(deed);
        let expected = (
            (before.0 + count(Deed::UserCreated)).saturating_sub(count(Deed::UserDeleted)),
            (before.1 + count(Deed::GroupCreated)).saturating_sub(count(Deed::GroupDeleted)),
        );
        for (template, expected, found) in [
            ("/Users", expected.0, users),
            ("/Groups", expected.1, groups),
        ] {
            if expected != found {
                let request = Request::new(Method::Get, template, template);
                let detail = format!("expected {expected} in all, the server counts {found}");
                self.report(Kind::Count, &request, None, "", detail);
            }
        }
        Ok(())
    }
}

fn whole_group(id: &str) -> Request {
    Request::resource(Method::Get, "/Groups/{id}", id)
}

/// The `value` of every element of a list of references.
fn values<'a>(resource: Option<&'a Value>, name: &str) -> impl Iterator<Item = &'a str> {
    let list = resource
        .and_then(|resource| resource.get(name))
        .and_then(Value::as_array);
    list.into_iter()
        .flatten()
        .filter_map(|element| element.get("value").and_then(Value::as_str))
}
