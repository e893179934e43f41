//! Entra ID's job from its first day on: initial cycle, two incremental cycles, restart.

use super::super::scene::{Absent, Scene};
use super::super::script::Script;
use super::super::wire::{Deed, Halt, Manner};
use super::super::world::{Day, Profile};
use super::operations::Shape;
use super::{groups, probe, users};

/// Entra ID: which shape the updates of each cycle have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli::simulate) struct Entra {
    /// Initial cycle and restart.
    pub(in crate::cli::simulate) initial: Shape,
    /// First incremental cycle.
    pub(in crate::cli::simulate) second: Shape,
    /// Second incremental cycle.
    pub(in crate::cli::simulate) last: Shape,
}

impl Script for Entra {
    /// No User-Agent reaches the server.
    fn manner(&self) -> Manner {
        Manner {
            agent: "",
            accept: "application/scim+json",
            content: "application/scim+json; charset=utf-8",
            doubled_slash: false,
        }
    }

    fn deletes(&self) -> bool {
        true
    }

    fn groups(&self) -> bool {
        true
    }

    fn dress(&self, person: Profile, _id: Option<&str>) -> Profile {
        person
    }

    fn play(&self, scene: &Scene) -> Result<(), Halt> {
        scene.recorder().begin("connection test");
        probe::test_connection(scene)?;
        initial(scene, self.initial)?;
        incremental(scene, "first incremental cycle", Day::Second, self.second)?;
        incremental(scene, "second incremental cycle", Day::Last, self.last)?;
        restart(scene, self.initial)
    }
}

/// People first, then their managers, then groups, then members.
fn initial(scene: &Scene, shape: Shape) -> Result<(), Halt> {
    let population = scene.population;
    scene.recorder().begin("initial cycle");
    probe::before_cycle(scene, 1)?;
    scene.each("initial cycle: users", population.users, |index| {
        users::bring(scene, index, shape, Absent::Create)
    })?;
    let absent = scene.absent_leavers(Deed::UserCreated);
    scene.each("initial cycle: users", population.leavers, |index| {
        users::bring(scene, population.users + index, shape, absent)
    })?;
    scene.each("initial cycle: managers", population.users, |index| {
        users::refer(scene, index, shape)
    })?;
    scene.each("initial cycle: groups", population.groups, |index| {
        groups::bring(scene, index, shape, Absent::Create)
    })?;
    let absent = scene.absent_leavers(Deed::GroupCreated);
    let dissolved = population.all_groups() - population.groups;
    scene.each("initial cycle: groups", dissolved, |index| {
        groups::bring(scene, population.groups + index, shape, absent)
    })?;
    scene.each("initial cycle: members", population.all_groups(), |index| {
        groups::fill(scene, index, shape)
    })
}

/// Changed objects only.
fn incremental(scene: &Scene, name: &'static str, day: Day, shape: Shape) -> Result<(), Halt> {
    let population = scene.population;
    scene.recorder().begin(name);
    probe::before_cycle(scene, 2 + usize::from(day == Day::Last))?;
    scene.each(name, population.everybody(), |index| {
        users::keep_in_step(scene, index, day, shape)
    })?;
    scene.each(name, population.all_groups(), |index| {
        groups::keep_in_step(scene, index, day, shape)
    })?;
    scene.each("members", population.all_groups(), |index| {
        scene.check_group(index)
    })
}

/// The watermark is forgotten and everything evaluated again. Nothing may differ, and nobody may appear twice.
fn restart(scene: &Scene, shape: Shape) -> Result<(), Halt> {
    let population = scene.population;
    scene.recorder().begin("restart");
    probe::before_cycle(scene, 4)?;
    scene.each("restart: users", population.users, |index| {
        users::confirm(scene, index)
    })?;
    scene.each("restart: groups", population.groups, |index| {
        groups::confirm(scene, index, shape)
    })?;
    scene.each("restart: members", population.groups, |index| {
        scene.check_group(index)
    })
}
