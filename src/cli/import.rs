//! `appliance import …`

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use serde_json::{Value, json};

use super::data::Data;
use super::exit::Exit;
use super::import_command::{ImportCommand, ImportUsers};
use super::local;
use super::options::Place;
use super::print;
use super::problem::Problem;
use super::seats;
use crate::operate::import::{Fate, Header, ImportError, Order, Outcome, Row, Rows, Seen, bring};
use crate::operate::seats::Seats;
use crate::operate::{Failure, connections};
use crate::store::Connection;

/// Rows of one transaction: between two of them a server beside has its turn.
const AT_A_TIME: usize = 200;
/// Conflicts that an answer in JSON names, and attributes that were left out.
const NAMED: usize = 1_000;

pub(super) fn run(place: &Place, command: ImportCommand) -> Result<Exit, Problem> {
    match command {
        ImportCommand::Users(wanted) => people(place, &wanted),
    }
}

fn people(place: &Place, wanted: &ImportUsers) -> Result<Exit, Problem> {
    // The file is the caller's: it is opened before anything is done as the owner of the data.
    let input = open(&wanted.file)?;
    let data = Data::present(place)?;
    let mut report = Report {
        check: wanted.check,
        in_lines: !wanted.shown.json,
        ..Report::default()
    };
    let read = bring_all(&data, wanted, input, &mut report);
    let connection = read.map_err(|error| {
        let so_far = report.done();
        let problem = problem(error, &wanted.file);
        match (&problem.hint, so_far > 0 && !wanted.check) {
            (None, true) => {
                problem.hint(format!("{} brought in before that", seats::people(so_far)))
            }
            _ => problem,
        }
    })?;
    let seats = data.store.read(|view| {
        let (policy, _) = view.policy(&connection)?;
        Seats::of(view, connection.number, policy.seats)
    })?;
    if wanted.shown.json {
        print::json(&report.in_json(&connection.name))?;
    } else {
        print::line(&report.summary(&connection.name))?;
        for (name, times) in &report.dropped {
            print::warning(&format!(
                "{name}: no schema of the connection knows it; left out {times} times"
            ));
        }
        if let Some(waiting) = seats::waiting(&connection.name, &seats).filter(|_| !wanted.check) {
            print::warning(&waiting);
        }
    }
    Ok(if report.conflicts > 0 {
        Exit::Warned
    } else {
        Exit::Done
    })
}

fn open(file: &Path) -> Result<Box<dyn Read>, Problem> {
    if file.as_os_str() == "-" {
        return Ok(Box::new(io::stdin().lock()));
    }
    match File::open(file) {
        Ok(input) => Ok(Box::new(input)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(Problem::not_found(format!("{}: {error}", file.display())))
        }
        Err(error) => Err(Problem::failed(format!("{}: {error}", file.display()))),
    }
}

fn bring_all(
    data: &Data,
    wanted: &ImportUsers,
    input: Box<dyn Read>,
    report: &mut Report,
) -> Result<Connection, ImportError> {
    let limits = data.settings.limits;
    let name = &wanted.on.connection;
    let (connection, schemas) = data.store.read(|view| {
        let connection = connections::named(view, name)?;
        let schemas = connection.schemas(&mut view.library()?)?;
        Ok::<_, Failure>((connection, schemas))
    })?;
    let (mut rows, titles) = Rows::open(input, &limits)?;
    let header = titles.map(|titles| Header::read(&titles, &schemas));
    let order = Order {
        connection: connection.name.clone(),
        file: wanted.file.display().to_string(),
        update: wanted.update,
        check: wanted.check,
        header: header.transpose()?,
        limits,
    };
    let mut seen = Seen::default();
    loop {
        let some = rows.some(AT_A_TIME)?;
        if some.is_empty() {
            return Ok(connection);
        }
        let (outcomes, after) = write(data, &order, some, seen)?;
        seen = after;
        for outcome in outcomes {
            report.add(outcome)?;
        }
    }
}

fn write(
    data: &Data,
    order: &Order,
    rows: Vec<Row>,
    seen: Seen,
) -> Result<(Vec<Outcome>, Seen), Failure> {
    let (order, operator) = (order.clone(), data.operator.clone());
    let brought = data
        .store
        .write(move |tx| bring(tx, &order, rows, seen, &operator))
        .wait()?;
    // Without a server nobody waits, and a long file is brought in sooner.
    if local::server(&data.settings.data_dir).is_some() {
        data.store.step_aside();
    }
    Ok(brought)
}

/// What became of the rows so far.
#[derive(Default)]
struct Report {
    check: bool,
    /// Whether conflicts are told as they come.
    in_lines: bool,
    created: u64,
    updated: u64,
    unchanged: u64,
    conflicts: u64,
    /// The first of them.
    named: Vec<(u64, String)>,
    dropped: BTreeMap<String, u64>,
}

impl Report {
    fn add(&mut self, outcome: Outcome) -> io::Result<()> {
        let Outcome {
            line,
            fate,
            dropped,
        } = outcome;
        for name in dropped {
            if self.dropped.len() < NAMED || self.dropped.contains_key(&name) {
                *self.dropped.entry(name).or_default() += 1;
            }
        }
        match fate {
            Fate::Created => self.created += 1,
            Fate::Updated => self.updated += 1,
            Fate::Unchanged => self.unchanged += 1,
            Fate::Conflict(why) => {
                self.conflicts += 1;
                if self.in_lines {
                    print::line(&format!("line {line}: {why}"))?;
                } else if self.named.len() < NAMED {
                    self.named.push((line, why));
                }
            }
        }
        Ok(())
    }

    const fn done(&self) -> u64 {
        self.created + self.updated
    }

    fn summary(&self, connection: &str) -> String {
        let Self {
            created,
            updated,
            unchanged,
            conflicts,
            ..
        } = self;
        let would = if self.check {
            "; nothing was written"
        } else {
            ""
        };
        format!(
            "connection {connection}: {created} created, {updated} updated, {unchanged} unchanged, \
             {conflicts} in conflict{would}"
        )
    }

    fn in_json(&self, connection: &str) -> Value {
        let conflicts = self.named.iter();
        json!({
            "connection": connection,
            "check": self.check,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "inConflict": self.conflicts,
            "conflicts": conflicts
                .map(|(line, why)| json!({"line": line, "why": why}))
                .collect::<Value>(),
            "leftOut": self.dropped,
        })
    }
}

fn problem(error: ImportError, file: &Path) -> Problem {
    let place = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
    match error {
        ImportError::Refused(refusal) => refusal.into(),
        ImportError::Broken(error) => error.into(),
        ImportError::Flawed(flaw) => {
            let problem = Problem::usage(place(&flaw));
            match flaw.hint() {
                Some(hint) => problem.hint(hint),
                None => problem,
            }
        }
        ImportError::Input(error) => Problem::failed(place(&error)),
    }
}
