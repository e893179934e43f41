//! The order of a load run.

use std::collections::BTreeMap;
use std::time::Duration;

use super::Options;
use super::crowd::{Bounds, Measured, measure};
use super::mixed;
use super::server::{Server, binary};
use super::settle::{gather, populate};
use super::table::{self, Target, middle};
use super::work::{By, Work};

/// Clients at once, unless a row says otherwise.
const CLIENTS: usize = 8;
/// People who stay outside the largest group, to be put in and taken out.
const OUTSIDE: usize = 400;

/// A kind of work with its targets.
struct Row {
    name: &'static str,
    work: Work,
    clients: usize,
    target: Target,
}

/// A row whose rate is at least this share of the floor's, with at most so many microseconds of processor.
const fn row(name: &'static str, work: Work, rate: f64, processor: f64) -> Row {
    Row {
        name,
        work,
        clients: CLIENTS,
        target: Target {
            rate,
            processor: Some(processor),
            tail: None,
        },
    }
}

/// A search for one resource, where the slowest count too.
const fn search(name: &'static str, work: Work) -> Row {
    let mut row = row(name, work, 0.5, 45.0);
    row.target.tail = Some(2.5);
    row
}

/// What leaves the number of people as it is comes first: a walk through everybody counts them.
fn rows(largest: usize) -> Vec<Row> {
    vec![
        search("match userName", Work::Match(By::UserName)),
        search("match externalId", Work::Match(By::ExternalId)),
        search("match work e-mail", Work::Match(By::WorkEmail)),
        search("match, nobody there", Work::Miss),
        row("get", Work::Get, 0.55, 40.0),
        row("page of 100", Work::Page, 0.4, 700.0),
        row("delta", Work::Delta, 0.45, 200.0),
        row(
            "deactivate, false",
            Work::Deactivate { text: false },
            0.45,
            200.0,
        ),
        row(
            "deactivate, \"False\"",
            Work::Deactivate { text: true },
            0.45,
            200.0,
        ),
        row(
            "membership in 10",
            Work::Membership { size: 10 },
            0.45,
            200.0,
        ),
        row(
            "membership in the largest",
            Work::Membership { size: largest },
            0.45,
            200.0,
        ),
        search(
            "match the largest group",
            Work::GroupMatch { size: largest },
        ),
        // With one client, half of the rate is twice the time.
        Row {
            name: "create, one client",
            work: Work::Create,
            clients: 1,
            target: Target {
                rate: 0.5,
                processor: None,
                tail: None,
            },
        },
        row("create", Work::Create, 0.45, 260.0),
        row("initial cycle", Work::InitialCycle, 0.45, 260.0),
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
        for (index, few) in by_users.iter().enumerate() {
            for many in &by_users[index + 1..] {
                grown(name, *few, *many);
            }
        }
    }
    if options.only.is_none() {
        println!("\n### By itself\n");
        by_itself(options);
        mixed::run(options);
    }
}

/// By how much the processor time of one operation is larger where there are more users.
fn grown(name: &str, (few, first): (usize, f64), (many, last): (usize, f64)) {
    let target = match many / few.max(1) {
        100 => "1.67",
        10 if name.starts_with("create") => "1.50",
        10 => "1.25",
        _ => "as the index",
    };
    let name = format!("{name}: {many} users over {few}");
    table::fact(&name, &format!("{:.2}", last / first), target);
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
        table::row(row.name, row.clients, &row.target, &rounds);
        let processor = middle(rounds.iter().map(|(_, ours)| ours.processor));
        growth.entry(row.name).or_default().push((users, processor));
        let tenths: Vec<(f64, f64)> = rounds.iter().filter_map(|(_, ours)| ours.tenths).collect();
        if row.work == Work::Page && !tenths.is_empty() {
            let ratio = middle(tenths.iter().map(|(first, last)| last / first));
            println!("| … last tenth over first | | | | {ratio:.2} | ≤ 1.20 | | | | | | |");
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
}
