//! The order of a load run.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use super::Options;
use super::crowd::{Bounds, Hand, Measured, measure};
use super::people;
use super::server::{Server, binary};
use super::table::{self, middle};
use super::work::{By, Work, group_name};

/// Clients at once, unless a row says otherwise.
const CLIENTS: usize = 8;
/// People who stay outside the largest group, to be put in and taken out.
const OUTSIDE: usize = 400;

/// A kind of work with its targets: the least ratio of rates, and the most microseconds.
struct Row {
    name: &'static str,
    work: Work,
    clients: usize,
    target: (f64, f64),
}

const fn row(name: &'static str, work: Work, target: (f64, f64)) -> Row {
    Row {
        name,
        work,
        clients: CLIENTS,
        target,
    }
}

/// What leaves the number of people as it is comes first: a walk through everybody counts them.
fn rows(largest: usize) -> Vec<Row> {
    vec![
        row("match userName", Work::Match(By::UserName), (0.5, 45.0)),
        row("match externalId", Work::Match(By::ExternalId), (0.5, 45.0)),
        row("match work e-mail", Work::Match(By::WorkEmail), (0.5, 45.0)),
        row("match, nobody there", Work::Miss, (0.5, 45.0)),
        row("get", Work::Get, (0.55, 40.0)),
        row("page of 100", Work::Page, (0.4, 700.0)),
        row("delta", Work::Delta, (0.45, 200.0)),
        row(
            "deactivate, false",
            Work::Deactivate { text: false },
            (0.45, 200.0),
        ),
        row(
            "deactivate, \"False\"",
            Work::Deactivate { text: true },
            (0.45, 200.0),
        ),
        row(
            "membership in 10",
            Work::Membership { size: 10 },
            (0.45, 200.0),
        ),
        row(
            "membership in the largest",
            Work::Membership { size: largest },
            (0.45, 200.0),
        ),
        row(
            "match the largest group",
            Work::GroupMatch { size: largest },
            (0.5, 45.0),
        ),
        Row {
            clients: 1,
            ..row("create, one client", Work::Create, (0.5, 400.0))
        },
        row("create", Work::Create, (0.45, 400.0)),
        row("initial cycle", Work::InitialCycle, (0.45, 260.0)),
    ]
}

/// Measures everything that was asked for.
pub(crate) fn run(options: &Options) {
    table::fact("binary", &format!("{:.1} MB", binary()), "16 MB");
    let mut growth: BTreeMap<&str, Vec<(usize, f64)>> = BTreeMap::new();
    for users in &options.users {
        beside_the_floor(options, *users, &mut growth);
    }
    println!("\n### Growth of the processor time\n");
    for (name, by_users) in &growth {
        let (Some((few, first)), Some((many, last))) = (by_users.first(), by_users.last()) else {
            continue;
        };
        if few < many {
            let name = format!("{name}: {many} users over {few}");
            table::fact(
                &name,
                &format!("{:.2}", last / first),
                "1.67 at a hundredfold",
            );
        }
    }
    if options.only.is_none() {
        println!("\n### By itself\n");
        by_itself(options);
    }
}

fn beside_the_floor(
    options: &Options,
    users: usize,
    growth: &mut BTreeMap<&str, Vec<(usize, f64)>>,
) {
    let mut ours = Server::appliance(false, &[]);
    let floor = Server::floor();
    let idle = ours.memory();
    let began = ours.restart();
    let largest = users.saturating_sub(OUTSIDE).max(10);
    for server in [&ours, &floor] {
        populate(server, users);
        for size in [10, largest] {
            gather(server, size);
        }
    }
    table::head(users);
    for row in rows(largest) {
        if options
            .only
            .as_ref()
            .is_some_and(|only| !row.name.contains(only))
        {
            continue;
        }
        let rounds: Vec<(Measured, Measured)> = (0..options.rounds)
            .map(|round| {
                let bounds = Bounds {
                    clients: row.clients,
                    time: Duration::from_secs_f64(options.seconds),
                    turns: 20_000,
                    seed: round as u64 + 1,
                };
                (
                    measure(&floor, row.work, bounds),
                    measure(&ours, row.work, bounds),
                )
            })
            .collect();
        table::row(row.name, row.clients, row.target, &rounds);
        let processor = middle(rounds.iter().map(|(_, ours)| ours.processor));
        growth.entry(row.name).or_default().push((users, processor));
        let tenths: Vec<(f64, f64)> = rounds.iter().filter_map(|(_, ours)| ours.tenths).collect();
        if row.work == Work::Page && !tenths.is_empty() {
            let ratio = middle(tenths.iter().map(|(first, last)| last / first));
            println!("| … last tenth over first | | | | {ratio:.2} | ≤ 1.20 | | | | | |");
        }
    }
    println!();
    table::fact("memory, idle and empty", &format!("{idle:.1} MB"), "20 MB");
    table::fact(
        "memory after all that",
        &format!("{:.1} MB", ours.memory()),
        "130 MB at 100 000 users",
    );
    table::fact(
        "start, empty",
        &format!("{} ms", began.as_millis()),
        "50 ms",
    );
    let start = middle((0..3).map(|_| ours.restart().as_secs_f64() * 1e3));
    table::fact(
        "start, with everybody",
        &format!("{start:.0} ms"),
        "100 ms at 100 000 users",
    );
}

/// What compares the appliance with itself.
fn by_itself(options: &Options) {
    let time = Duration::from_secs_f64(options.seconds);
    let bounds = |clients, seed| Bounds {
        clients,
        time,
        turns: 20_000,
        seed,
    };
    let plain = Server::appliance(false, &[]);
    let encrypted = Server::appliance(true, &[]);
    let settings = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(&settings, "exchanges = \"off\"\n").unwrap();
    let settings = settings.path().to_str().unwrap();
    let forgetful = Server::appliance(false, &["--config", settings]);
    for server in [&plain, &encrypted, &forgetful] {
        populate(server, 1_000);
    }
    let rounds = |pick: &dyn Fn(u64) -> f64| middle((1..=options.rounds as u64).map(pick));
    let many = rounds(&|seed| {
        measure(&plain, Work::Create, bounds(32, seed)).rate
            / measure(&plain, Work::Create, bounds(CLIENTS, seed)).rate
    });
    table::fact(
        "creates with 32 clients over 8",
        &format!("{many:.2}"),
        "1.5",
    );
    let bulk = rounds(&|seed| {
        measure(&plain, Work::Bulk, bounds(CLIENTS, seed)).rate
            / measure(&plain, Work::Create, bounds(CLIENTS, seed)).rate
    });
    table::fact(
        "people a second in /Bulk over one by one",
        &format!("{bulk:.2}"),
        "1.5",
    );
    let https = rounds(&|seed| {
        measure(&encrypted, Work::Get, bounds(CLIENTS, seed)).rate
            / measure(&plain, Work::Get, bounds(CLIENTS, seed)).rate
    });
    table::fact("get over HTTPS over HTTP", &format!("{https:.2}"), "0.8");
    for (name, work) in [("match", Work::Match(By::UserName)), ("delta", Work::Delta)] {
        let cost = rounds(&|seed| {
            measure(&plain, work, bounds(CLIENTS, seed)).processor
                / measure(&forgetful, work, bounds(CLIENTS, seed)).processor
        });
        let name = format!("processor time of a {name} with exchanges kept over without");
        table::fact(&name, &format!("{cost:.2}"), "1.05");
    }
    mixed(options, &plain);
}

/// Match queries while another connection has its initial cycle, somebody exports, and a backup is
/// taken, beside the same queries in quiet.
fn mixed(options: &Options, server: &Server) {
    let house = server.house().unwrap();
    house.cli(&["connection", "new", "other"]).exits(0);
    let other = house
        .cli(&["token", "new", "--connection", "other"])
        .prints();
    let other = server.beside(other);
    let time = Duration::from_secs_f64(options.seconds * 2.0);
    let bounds = Bounds {
        clients: 4,
        time,
        turns: usize::MAX,
        seed: 1,
    };
    let quiet = measure(server, Work::Match(By::UserName), bounds);
    let loud = thread::scope(|scope| {
        let cycle = scope.spawn(|| {
            measure(
                &other,
                Work::InitialCycle,
                Bounds {
                    clients: 4,
                    ..bounds
                },
            )
        });
        let commands = scope.spawn(|| {
            let begun = Instant::now();
            while begun.elapsed() < time {
                house.cli(&["export", "users"]).exits(0);
                house.cli(&["backup", "new"]).exits(0);
            }
        });
        let loud = measure(server, Work::Match(By::UserName), bounds);
        cycle.join().unwrap();
        commands.join().unwrap();
        loud
    });
    table::fact(
        "p99 of match queries beside an initial cycle, exports and backups, over quiet",
        &format!(
            "{:.1} ({:.0} µs over {:.0} µs)",
            loud.tail / quiet.tail,
            loud.tail,
            quiet.tail
        ),
        "3",
    );
}

/// Creates people until there are so many.
fn populate(server: &Server, users: usize) {
    let ids = Mutex::new(vec![String::new(); users]);
    let begun = Instant::now();
    thread::scope(|scope| {
        for place in 0..32 {
            let ids = &ids;
            scope.spawn(move || {
                let mut hand = Hand::new(server, place, 32, 0);
                loop {
                    let number = server.numbers(1);
                    if number >= users {
                        return;
                    }
                    let body = people::person(number).to_string();
                    let id = hand.ask("POST", "/Users", Some(&body), &[201]).id();
                    ids.lock().unwrap()[number] = id;
                }
            });
        }
    });
    *server.people.write().unwrap() = ids.into_inner().unwrap();
    eprintln!(
        "{:?}: {users} users in {:.1?}",
        server.kind,
        begun.elapsed()
    );
}

/// Makes a group of the first so many people.
fn gather(server: &Server, size: usize) {
    let people = server.people.read().unwrap();
    let mut hand = Hand::new(server, 0, 1, 0);
    let mut chunks = people[..size].chunks(1_000);
    let body = people::group(&group_name(size), chunks.next().unwrap_or_default());
    let id = hand
        .ask("POST", "/Groups", Some(&body.to_string()), &[201])
        .id();
    for chunk in chunks {
        let body = people::joined(chunk).to_string();
        hand.ask("PATCH", &format!("/Groups/{id}"), Some(&body), &[200, 204]);
    }
    drop(people);
    server.remember_group(size, id);
}
