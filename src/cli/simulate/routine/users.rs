//! The routine with one user.

use serde_json::Value;

use super::super::scene::{Absent, Match, Scene};
use super::super::wire::{Deed, Halt, Kind, Method, Request};
use super::super::world::{Day, Profile};
use super::play::Routine;

impl Routine {
    fn wanted(&self, scene: &Scene, index: usize, day: Day, id: Option<&str>) -> Option<Profile> {
        Some(self.0.dress(scene.newcomer(index, day)?, id))
    }

    /// Brings a user to the server. After a restart the directory is in its last state for everybody who is known,
    /// by whatever name they had on any day.
    pub(super) fn bring(&self, scene: &Scene, index: usize, absent: Absent) -> Result<(), Halt> {
        let stays = !scene.fresh && !scene.population.is_leaver(index);
        let known_as = if stays { Day::Last } else { Day::First };
        let Some(person) = self.wanted(scene, index, known_as, None) else {
            return Ok(());
        };
        let lookups = match absent {
            Absent::Create => self.0.lookups(&person),
            Absent::Pass => self.0.lookups_after_conflict(&person),
        };
        for request in lookups {
            match scene.find(&request, person.text("userName"))? {
                Match::One(found) => return self.adopt(scene, index, known_as, &found),
                Match::Unclear => return Ok(()),
                Match::Nobody => {}
            }
        }
        let earlier: &[Day] = if stays {
            &[Day::Second, Day::First]
        } else {
            &[]
        };
        for day in earlier {
            let Some(younger) = self.wanted(scene, index, *day, None) else {
                continue;
            };
            if younger.text("userName") == person.text("userName") {
                continue;
            }
            for request in self.0.lookups_after_conflict(&younger) {
                if let Match::One(found) = scene.find(&request, younger.text("userName"))? {
                    return self.adopt(scene, index, known_as, &found);
                }
            }
        }
        match absent {
            Absent::Create => self.create(scene, index, known_as, &person),
            Absent::Pass => Ok(()),
        }
    }

    fn create(
        &self,
        scene: &Scene,
        index: usize,
        known_as: Day,
        person: &Profile,
    ) -> Result<(), Halt> {
        let name = person.text("userName");
        let body = self.0.create_user(index, person);
        let request = Request::new(Method::Post, "/Users", "/Users").with(body);
        let Some(answer) = scene.ask(&request, &[201, 409], name)? else {
            return Ok(());
        };
        if answer.status == 409 {
            for request in self.0.lookups_after_conflict(person) {
                if let Match::One(found) = scene.find(&request, name)? {
                    return self.adopt(scene, index, known_as, &found);
                }
            }
            let detail = format!("refused as existing, but not found: {}", answer.detail());
            scene.report(Kind::Lost, &request, Some(&answer), name, detail);
            return Ok(());
        }
        let (Some(id), Some(shown)) = (answer.id(), answer.json()) else {
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
        scene.users.set(index, id, known_as);
        scene.compare(&request, person, shown, name);
        let settled = self.wanted(scene, index, known_as, Some(id));
        if settled.as_ref() != Some(person) {
            self.bring_into_step(scene, index, id, known_as)?;
        }
        // Now and then an answer is lost on its way, and the request comes a second time.
        if index.is_multiple_of(50) {
            scene.ask(&request, &[409], name)?;
        }
        match self.0.besides(index, id) {
            Some(request) => scene.ask(&request, &[200, 204], name).map(drop),
            None => Ok(()),
        }
    }

    fn adopt(&self, scene: &Scene, index: usize, day: Day, found: &Value) -> Result<(), Halt> {
        let Some(id) = found.get("id").and_then(Value::as_str) else {
            return Ok(());
        };
        scene.recorder().did(Deed::UserFound, 1);
        scene.users.set(index, id, day);
        self.bring_into_step(scene, index, id, day)
    }

    /// Reads a user and updates them if anything differs.
    fn bring_into_step(&self, scene: &Scene, index: usize, id: &str, day: Day) -> Result<(), Halt> {
        let Some(wanted) = self.wanted(scene, index, day, Some(id)) else {
            return Ok(());
        };
        let name = wanted.text("userName");
        let request = Request::resource(Method::Get, "/Users/{id}", id);
        let Some(answer) = scene.ask(&request, &[200], name)? else {
            return Ok(());
        };
        let Some(shown) = answer.json() else {
            return Ok(());
        };
        if !wanted.differences(&Profile::of(shown)).is_empty() {
            let request = self.0.update_user(index, id, shown, &wanted);
            let Some(answer) = scene.ask(&request, &[200, 204], name)? else {
                return Ok(());
            };
            scene.recorder().did(Deed::UserChanged, 1);
            if let Some(shown) = answer.json() {
                scene.compare(&request, &wanted, shown, name);
            }
        }
        scene.users.set(index, id, day);
        Ok(())
    }

    pub(super) fn keep_in_step(&self, scene: &Scene, index: usize, day: Day) -> Result<(), Halt> {
        let Some(link) = scene.users.link(index) else {
            return Ok(());
        };
        let before = self.wanted(scene, index, link.day, Some(&link.id));
        let wanted = self.wanted(scene, index, day, Some(&link.id));
        if wanted == before {
            scene.users.set(index, &link.id, day);
            return Ok(());
        }
        if wanted.is_some() {
            return self.bring_into_step(scene, index, &link.id, day);
        }
        let name = before.as_ref().map_or("", |before| before.text("userName"));
        let request = Request::resource(Method::Delete, "/Users/{id}", &link.id);
        if scene.remove(&request, name)? {
            scene.recorder().did(Deed::UserDeleted, 1);
            scene.users.forget(index);
        }
        Ok(())
    }

    pub(super) fn confirm(&self, scene: &Scene, index: usize) -> Result<(), Halt> {
        let Some(id) = scene.users.id(index) else {
            return Ok(());
        };
        let Some(wanted) = self.wanted(scene, index, Day::Last, Some(&id)) else {
            return Ok(());
        };
        let name = wanted.text("userName");
        let lookups = self.0.lookups_after_conflict(&wanted);
        for request in lookups.iter().take(1) {
            match scene.find(request, name)? {
                Match::One(found) if found.get("id").and_then(Value::as_str) == Some(&id) => {
                    scene.compare(request, &wanted, &found, name);
                }
                Match::One(_) => {
                    scene.report(Kind::Lost, request, None, name, "the hit is somebody else");
                }
                Match::Nobody => scene.report(Kind::Lost, request, None, name, "there is no hit"),
                Match::Unclear => {}
            }
        }
        Ok(())
    }
}
