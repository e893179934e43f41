//! The parts of the routine in their order.

use super::super::habits::Habits;
use super::super::scene::{Absent, Scene};
use super::super::script::Script;
use super::super::wire::{Deed, Halt, Manner};
use super::super::world::{Day, Profile};

/// One provider, played by its habits: there is one routine for all of them, in the binary too.
pub(in crate::cli::simulate) struct Routine(pub(in crate::cli::simulate) Box<dyn Habits>);

impl Script for Routine {
    fn manner(&self) -> Manner {
        self.0.manner()
    }

    fn deletes(&self) -> bool {
        self.0.deletes()
    }

    fn groups(&self) -> bool {
        self.0.groups().is_some()
    }

    fn dress(&self, person: Profile, id: Option<&str>) -> Profile {
        self.0.dress(person, id)
    }

    fn play(&self, scene: &Scene) -> Result<(), Halt> {
        let population = scene.population;
        scene.recorder().begin("connection test");
        self.0.test(scene)?;
        scene.recorder().begin("first synchronisation");
        scene.each("first synchronisation: users", population.users, |index| {
            self.bring(scene, index, Absent::Create)
        })?;
        let absent = scene.absent_leavers(Deed::UserCreated);
        scene.each(
            "first synchronisation: users",
            population.leavers,
            |index| self.bring(scene, population.users + index, absent),
        )?;
        self.0.afterwards(scene)?;
        let listed = self.listed_groups(scene)?;
        scene.each(
            "first synchronisation: groups",
            population.groups,
            |index| self.bring_group(scene, index, &listed, Absent::Create),
        )?;
        let dissolved = population.all_groups() - population.groups;
        let absent = scene.absent_leavers(Deed::GroupCreated);
        scene.each("first synchronisation: groups", dissolved, |index| {
            self.bring_group(scene, population.groups + index, &listed, absent)
        })?;
        for (part, day) in [
            ("first changes", Day::Second),
            ("second changes", Day::Last),
        ] {
            scene.recorder().begin(part);
            scene.each(part, population.everybody(), |index| {
                self.keep_in_step(scene, index, day)
            })?;
            scene.each(part, population.all_groups(), |index| {
                self.keep_group_in_step(scene, index, day)
            })?;
            scene.each("members", population.all_groups(), |index| {
                scene.check_group(index)
            })?;
        }
        scene.recorder().begin("check");
        scene.each("check: users", population.users, |index| {
            self.confirm(scene, index)
        })
    }
}
