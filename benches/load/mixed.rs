//! Match queries while another connection has its initial cycle, somebody exports, and backups are taken.

use std::thread;
use std::time::{Duration, Instant};

use super::Options;
use super::crowd::{Bounds, Measured, measure};
use super::house::server::House;
use super::server::Server;
use super::settle::populate;
use super::table::{self, middle};
use super::work::{By, Work};

/// How many people are asked for.
const USERS: usize = 5_000;

/// One round of it.
struct Round {
    quiet: Measured,
    beside: Measured,
}

impl Round {
    /// How much longer the slowest hundredth takes.
    fn growth(&self) -> f64 {
        self.beside.tail / self.quiet.tail
    }
}

/// Plays it with the appliance and with the floor in turn. What takes the processors from both is the same:
/// four clients with an initial cycle, and the commands of the appliance, which work on its data in the
/// floor's rounds too. How far the machine itself falls behind is what the floor shows.
pub(crate) fn run(options: &Options) {
    let (ours, floor) = (Server::appliance(false, &[]), Server::floor());
    for server in [&ours, &floor] {
        populate(server, USERS);
    }
    let house = ours.house().unwrap();
    house.cli(&["connection", "new", "other"]).exits(0);
    let token = house
        .cli(&["token", "new", "--connection", "other"])
        .prints();
    let others = (ours.beside(token), floor.beside("none".into()));
    // The floor knows one connection only, where nobody may be there twice.
    others.1.numbers(USERS);
    let time = Duration::from_secs_f64(options.seconds * 2.0);
    let rounds: Vec<(Round, Round)> = (1..=options.rounds as u64)
        .map(|seed| {
            (
                round(&floor, &others.1, house, time, seed),
                round(&ours, &others.0, house, time, seed),
            )
        })
        .collect();
    let of = |pick: &dyn Fn(&(Round, Round)) -> f64| middle(rounds.iter().map(pick));
    table::fact(
        "p99 of match queries beside an initial cycle, exports and backups, over quiet",
        &format!(
            "{:.1} ({:.0} µs over {:.0} µs)",
            of(&|(_, ours)| ours.growth()),
            of(&|(_, ours)| ours.beside.tail),
            of(&|(_, ours)| ours.quiet.tail),
        ),
        &format!("3; the floor's is {:.1}", of(&|(floor, _)| floor.growth())),
    );
    table::fact(
        "that p99 over the floor's beside the same",
        &format!(
            "{:.1}",
            of(&|(floor, ours)| ours.beside.tail / floor.beside.tail)
        ),
        "2.5",
    );
}

/// The queries in quiet, then beside all that.
fn round(server: &Server, other: &Server, house: &House, time: Duration, seed: u64) -> Round {
    let bounds = Bounds {
        clients: 4,
        time,
        turns: usize::MAX,
        seed,
    };
    let queries = || measure(server, Work::Match(By::UserName), bounds);
    let quiet = queries();
    let beside = thread::scope(|scope| {
        let cycle = scope.spawn(|| measure(other, Work::InitialCycle, bounds));
        let commands = scope.spawn(|| {
            let begun = Instant::now();
            while begun.elapsed() < time {
                house.cli(&["export", "users"]).exits(0);
                house.cli(&["backup", "new"]).exits(0);
            }
        });
        let beside = queries();
        cycle.join().unwrap();
        commands.join().unwrap();
        beside
    });
    Round { quiet, beside }
}
