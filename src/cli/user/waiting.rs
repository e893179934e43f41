//! `appliance user activate --waiting`

use serde_json::{Value, json};

use crate::cli::data::Data;
use crate::cli::exit::Exit;
use crate::cli::options::{AnyConnection, Place, Shown};
use crate::cli::print;
use crate::cli::problem::Problem;
use crate::cli::seats;
use crate::operate::seats::{Seats, activate_waiting};
use crate::operate::{Failure, connections};
use crate::store::Connection;

/// What came of it in one connection.
struct Done {
    connection: Connection,
    activated: u64,
    seats: Seats,
}

pub(super) fn activate(
    place: &Place,
    which: &AnyConnection,
    shown: &Shown,
) -> Result<Exit, Problem> {
    let data = Data::present(place)?;
    let name = which.connection.as_deref();
    let chosen = data
        .store
        .read(|view| connections::chosen(view, name))
        .map_err(Problem::from)?;
    let mut all = Vec::new();
    for connection in chosen {
        let mut activated = 0;
        // Some at a time, until nobody fits any more.
        let seats = loop {
            let (count, seats) = some(&data, &connection)?;
            activated += count;
            if count == 0 || seats.fitting() == 0 {
                break seats;
            }
        };
        all.push(Done {
            connection,
            activated,
            seats,
        });
    }
    if shown.json {
        print::json(&all.iter().map(in_json).collect())?;
    } else {
        let concerned = |done: &&Done| done.activated > 0 || done.seats.waiting > 0;
        if !all.iter().any(|done| concerned(&done)) {
            print::note("nobody waits for a seat");
        }
        for done in all.iter().filter(concerned) {
            tell(done)?;
        }
    }
    let left = all.iter().any(|done| done.seats.waiting > 0);
    Ok(if left { Exit::Warned } else { Exit::Done })
}

fn some(data: &Data, connection: &Connection) -> Result<(u64, Seats), Problem> {
    let (operator, connection) = (data.operator.clone(), connection.clone());
    let done: Result<_, Failure> = data
        .store
        .write(move |tx| {
            let (policy, _) = tx.policy(&connection)?;
            activate_waiting(tx, &connection, policy.seats, &operator)
        })
        .wait();
    Ok(done?)
}

fn tell(done: &Done) -> Result<(), Problem> {
    let name = &done.connection.name;
    print::line(&format!(
        "{} activated in connection `{name}`",
        seats::people(done.activated)
    ))?;
    if let Some(waiting) = seats::waiting(name, &done.seats) {
        print::warning(&waiting);
    }
    Ok(())
}

fn in_json(done: &Done) -> Value {
    json!({
        "connection": done.connection.name,
        "activated": done.activated,
        "seats": seats::in_json(&done.seats),
    })
}
