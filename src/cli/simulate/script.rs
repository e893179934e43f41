//! What the command needs to know of every identity provider.

use super::scene::Scene;
use super::wire::{Halt, Manner};
use super::world::Profile;

/// The part of one identity provider.
pub(super) trait Script: Sync {
    /// How its requests look.
    fn manner(&self) -> Manner;

    /// Whether it ever deletes people; who leaves the others is only disabled, so nobody does.
    fn deletes(&self) -> bool;

    /// Whether it sends groups.
    fn groups(&self) -> bool;

    /// What of a person it sends, as the server must show it to it. The `id` is the server's, once it is known.
    fn dress(&self, person: Profile, id: Option<&str>) -> Profile;

    /// Plays everything, the connection test first. What goes wrong is in the record; an error only means that
    /// nothing more can be asked.
    fn play(&self, scene: &Scene) -> Result<(), Halt>;
}
