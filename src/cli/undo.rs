//! `appliance connection undo`

use serde_json::{Value, json};

use super::data::Data;
use super::exit::Exit;
use super::instant::past;
use super::options::Place;
use super::print;
use super::problem::Problem;
use super::undo_command::UndoArgs;
use crate::base::Timestamp;
use crate::operate::undo::{Left, Step, Undo, Undone, forecast};
use crate::operate::{Failure, connections};
use crate::scim::Kind;
use crate::store::Connection;

/// Lines of each kind that are shown to people; a program gets all.
const SHOWN: usize = 50;

pub(super) fn run(place: &Place, wanted: &UndoArgs) -> Result<Exit, Problem> {
    let data = Data::present(place)?;
    let since = past("--since", &wanted.since, data.operator.now)?;
    let connection = data
        .store
        .read(|view| connections::named(view, &wanted.name))?;
    let undone = if wanted.check {
        data.store.read(|view| forecast(view, &connection, since))?
    } else {
        carry_out(&data, &connection, since)?
    };
    if wanted.shown.json {
        print::json(&in_json(&undone, &connection, since, wanted.check))?;
    } else {
        show(&undone, wanted.check)?;
    }
    Ok(if undone.left.is_empty() {
        Exit::Done
    } else {
        Exit::Warned
    })
}

fn carry_out(data: &Data, connection: &Connection, since: Timestamp) -> Result<Undone, Problem> {
    let mut undo = Undo::new(connection.clone(), since);
    while data.store.read(|view| undo.read_on(view))? {
        let operator = data.operator.clone();
        undo = data
            .store
            .write::<_, Failure>(move |tx| undo.advance(tx, &operator))
            .wait()?;
        data.store.step_aside();
    }
    Ok(undo.finish())
}

/// How much was given back, by kind.
#[derive(Default)]
struct Counts {
    users: usize,
    groups: usize,
    activated: usize,
    memberships: usize,
}

impl Counts {
    fn of(undone: &Undone) -> Self {
        let mut counts = Self::default();
        for step in &undone.steps {
            match step {
                Step::Restore {
                    kind: Kind::User, ..
                } => counts.users += 1,
                Step::Restore {
                    kind: Kind::Group, ..
                } => counts.groups += 1,
                Step::Activate { .. } => counts.activated += 1,
                Step::Join { members, .. } => counts.memberships += members.len(),
            }
        }
        counts
    }
}

fn show(undone: &Undone, is_forecast: bool) -> Result<(), Problem> {
    if undone.steps.is_empty() && undone.left.is_empty() {
        print::note("nothing was taken away since then that is not there");
        return Ok(());
    }
    let counts = Counts::of(undone);
    let would = if is_forecast { "would be" } else { "are" };
    for (count, one, many, what) in [
        (
            counts.users,
            "user",
            "users",
            "back, with the memberships they had",
        ),
        (
            counts.groups,
            "group",
            "groups",
            "back, with the members who are there",
        ),
        (counts.activated, "user", "users", "active again"),
        (
            counts.memberships,
            "membership",
            "memberships",
            "given back besides",
        ),
    ] {
        if count > 0 {
            let noun = if count == 1 { one } else { many };
            let verb = if count == 1 && !is_forecast {
                "is"
            } else {
                would
            };
            print::line(&format!("{count} {noun} {verb} {what}"))?;
        }
    }
    if is_forecast && !undone.steps.is_empty() {
        let rows = undone.steps.iter().take(SHOWN).map(row).collect();
        print::table(&["WHAT", "NAME", "ID"], rows, "")?;
        more(undone.steps.len());
    }
    if !undone.left.is_empty() {
        print::warning(&format!("{} left as they are:", undone.left.len()));
        let rows = undone.left.iter().take(SHOWN).map(left_row).collect();
        print::table(&["WHEN", "WHAT", "ID", "WHY"], rows, "")?;
        more(undone.left.len());
    }
    Ok(())
}

fn more(all: usize) {
    if let Some(more @ 1..) = all.checked_sub(SHOWN) {
        print::note(&format!("and {more} more; `--json` shows them all"));
    }
}

fn row(step: &Step) -> Vec<String> {
    match step {
        Step::Restore { kind, id, name } => vec![
            format!("bring back the {}", kind.name().to_lowercase()),
            name.clone(),
            id.to_string(),
        ],
        Step::Activate { id, name } => {
            vec!["make active".to_owned(), name.clone(), id.to_string()]
        }
        Step::Join {
            group,
            name,
            members,
        } => {
            let plural = if members.len() == 1 { "" } else { "s" };
            vec![
                format!("put {} member{plural} into the group", members.len()),
                name.clone(),
                group.to_string(),
            ]
        }
    }
}

fn left_row(left: &Left) -> Vec<String> {
    vec![
        left.at.to_string(),
        left.kind.name().to_lowercase(),
        left.id.to_string(),
        left.reason.to_string(),
    ]
}

fn in_json(undone: &Undone, connection: &Connection, since: Timestamp, check: bool) -> Value {
    let counts = Counts::of(undone);
    let step = |step: &Step| match step {
        Step::Restore { kind, id, name } => json!({
            "step": "restore", "kind": kind.name(), "id": id.to_string(), "name": name,
        }),
        Step::Activate { id, name } => json!({
            "step": "activate", "kind": Kind::User.name(), "id": id.to_string(), "name": name,
        }),
        Step::Join {
            group,
            name,
            members,
        } => json!({
            "step": "join", "kind": Kind::Group.name(), "id": group.to_string(), "name": name,
            "members": members.iter().map(ToString::to_string).collect::<Vec<_>>(),
        }),
    };
    let left = |left: &Left| {
        json!({
            "change": left.sequence, "at": left.at.to_string(), "kind": left.kind.name(),
            "id": left.id.to_string(), "reason": left.reason.to_string(),
        })
    };
    json!({
        "connection": connection.name,
        "since": since.to_string(),
        "done": !check,
        "users": counts.users,
        "groups": counts.groups,
        "activated": counts.activated,
        "memberships": counts.memberships,
        "steps": undone.steps.iter().map(step).collect::<Value>(),
        "left": undone.left.iter().map(left).collect::<Value>(),
    })
}
