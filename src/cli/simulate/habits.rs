//! What tells the identity providers apart that update by PUT: each is a list of habits, played by one routine.

use serde_json::Value;

use super::group_habits::GroupHabits;
use super::messages::{body, put_user, schemas};
use super::scene::Scene;
use super::wire::{Halt, Manner, Request};
use super::world::Profile;

/// The habits of one provider. What is left out is what most of them do.
pub(super) trait Habits: Sync {
    /// How its requests look.
    fn manner(&self) -> Manner;

    /// Whether it ever deletes people.
    fn deletes(&self) -> bool {
        true
    }

    /// How it sends groups; `None`: it sends none.
    fn groups(&self) -> Option<&dyn GroupHabits> {
        None
    }

    /// What it asks when its configuration is tested.
    fn test(&self, scene: &Scene) -> Result<(), Halt>;

    /// What of a person it sends, as the server must show it.
    fn dress(&self, person: Profile, _id: Option<&str>) -> Profile {
        person
    }

    /// The queries that look for a person before one is created, in their order; none for those who create first
    /// and look after a 409.
    fn lookups(&self, person: &Profile) -> Vec<Request>;

    /// The queries that look for a person after a 409.
    fn lookups_after_conflict(&self, person: &Profile) -> Vec<Request> {
        self.lookups(person)
    }

    /// The body that creates a person.
    fn create_user(&self, _index: usize, person: &Profile) -> Value {
        Value::Object(body(&schemas(&person.to_resource()), person))
    }

    /// The request that makes a person whom the server shows as `shown` what they should be.
    fn update_user(&self, index: usize, id: &str, _shown: &Value, wanted: &Profile) -> Request {
        put_user(id, self.create_user(index, wanted))
    }

    /// What it sends about a person besides, once they are in step.
    fn besides(&self, _index: usize, _id: &str) -> Option<Request> {
        None
    }

    /// What it does when everybody is there, e.g. an import of what the server holds.
    fn afterwards(&self, _scene: &Scene) -> Result<(), Halt> {
        Ok(())
    }
}
