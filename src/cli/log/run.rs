//! `appliance log`

use std::collections::HashSet;
use std::thread;
use std::time::Duration;

use super::names::Names;
use super::{in_json, lines};
use crate::base::Timestamp;
use crate::cli::data::Data;
use crate::cli::exit::Exit;
use crate::cli::instant::past;
use crate::cli::log_options::LogArgs;
use crate::cli::options::Place;
use crate::cli::print;
use crate::cli::problem::Problem;
use crate::operate::log::{self, Bookmark, Event, Question};
use crate::operate::who::{self, Who};
use crate::operate::{Failure, connections};
use crate::store::Exchanges;

/// Events that are shown when nobody says how many.
const USUAL: u64 = 100;
/// The same before what follows.
const BEFORE: u64 = 10;
/// How often somebody who follows is told.
const POLL: Duration = Duration::from_millis(400);

/// What is said where requests are not recorded.
pub(in crate::cli) const EXCHANGES_OFF: &str =
    "requests are not recorded, because of the setting `exchanges`; changes are";

pub(in crate::cli) fn run(place: &Place, wanted: &LogArgs) -> Result<Exit, Problem> {
    let data = Data::present(place)?;
    if data.settings.exchanges.is_none() {
        print::note(EXCHANGES_OFF);
    }
    let since = match &wanted.since {
        Some(text) => Some(past("--since", text, data.operator.now)?),
        None => None,
    };
    let exchanges = Exchanges::open(&data.settings.data_dir)?;
    let limit = match (wanted.limit, since, wanted.follow) {
        (Some(limit), ..) => Some(limit),
        (None, Some(_), _) => None,
        (None, None, true) => Some(BEFORE),
        (None, None, false) => Some(USUAL),
    };
    let (events, names, whom, connection, bookmark) = data.store.read(|view| {
        let chosen = connections::chosen(view, wanted.which.connection.as_deref())?;
        let connection = match (&wanted.which.connection, chosen.as_slice()) {
            (Some(_), [one]) => Some(one.number),
            _ => None,
        };
        let whom = match &wanted.user {
            Some(name) => Some(who::find(view, exchanges.as_ref(), &chosen, name)?),
            None => None,
        };
        let question = question(wanted, connection, whom.as_ref(), since, limit);
        let (events, bookmark) = log::latest(view, exchanges.as_ref(), &question)?;
        Ok::<_, Failure>((events, Names::look(view)?, whom, connection, bookmark))
    })?;
    if !wanted.follow {
        if events.is_empty() {
            print::note("nothing to show");
            return Ok(Exit::NotFound);
        }
        if wanted.shown.json {
            let events = events.iter().map(|event| in_json::event(event, &names));
            print::json(&events.collect::<Result<_, _>>()?)?;
            return Ok(Exit::Done);
        }
    }
    show(&events, &names, wanted.shown.json)?;
    if !wanted.follow {
        return Ok(Exit::Done);
    }
    let question = question(wanted, connection, whom.as_ref(), None, None);
    follow(&data, exchanges, &question, bookmark, wanted.shown.json)
}

/// Shows what happens from the bookmark on, until nobody reads it any more.
fn follow(
    data: &Data,
    mut exchanges: Option<Exchanges>,
    question: &Question<'_>,
    mut bookmark: Bookmark,
    as_json: bool,
) -> Result<Exit, Problem> {
    let mut held = Held::default();
    loop {
        thread::sleep(POLL);
        if exchanges.is_none() {
            exchanges = Exchanges::open(&data.settings.data_dir)?;
        }
        let (events, names) = data.store.read(|view| {
            let events = log::next(view, exchanges.as_ref(), question, &mut bookmark)?;
            Ok::<_, Failure>((events, Names::look(view)?))
        })?;
        show(&held.pass(events), &names, as_json)?;
    }
}

fn question<'a>(
    wanted: &LogArgs,
    connection: Option<i64>,
    who: Option<&'a Who>,
    since: Option<Timestamp>,
    limit: Option<u64>,
) -> Question<'a> {
    Question {
        connection,
        who,
        failed: wanted.failed,
        since,
        limit,
    }
}

/// Shows events one to a line.
fn show(events: &[Event], names: &Names, as_json: bool) -> Result<(), Problem> {
    for event in events {
        let line = if as_json {
            in_json::event(event, names)?.to_string()
        } else {
            lines::event(event, names)?
        };
        print::line(&line)?;
    }
    Ok(())
}

/// Changes whose request is not recorded yet: it comes a moment later, and belongs before them.
#[derive(Default)]
struct Held(Vec<Event>);

impl Held {
    /// What is to be shown now, of what has come and what was held back: nothing is held back twice.
    fn pass(&mut self, events: Vec<Event>) -> Vec<Event> {
        let requests: HashSet<String> = events
            .iter()
            .filter_map(|event| match event {
                Event::Exchange(kept) => Some(kept.exchange.request.clone()),
                Event::Change(_) | Event::Loss(_) => None,
            })
            .collect();
        let mut ready = std::mem::take(&mut self.0);
        for event in events {
            match &event {
                Event::Change(recorded) if !requests.contains(&recorded.change.request) => {
                    self.0.push(event);
                }
                _ => ready.push(event),
            }
        }
        log::in_order(&mut ready);
        ready
    }
}
