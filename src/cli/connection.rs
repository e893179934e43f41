//! `appliance connection …`

use serde_json::{Map, Value, json};

use super::connection_command::{ConnectionCommand, ConnectionShow};
use super::data::Data;
use super::exit::Exit;
use super::guard;
use super::left_out;
use super::options::Place;
use super::print;
use super::problem::Problem;
use super::removal;
use super::seats;
use super::setup::{self, Facts, Guide, ProviderName};
use super::tolerance;
use super::undo;
use crate::base::Timestamp;
use crate::operate::connections::{self, Setting};
use crate::operate::terms::{self, Terms};
use crate::operate::{self, Absent, Failure, absent, advice, managers, undeclared};
use crate::scim::Kind;
use crate::store::{Acceptance, Connection, StoreError, TokenState, Tolerated, Unmanaged, View};

/// How many people without their manager are shown in a table; JSON has more.
const UNMANAGED_SHOWN: usize = 20;

pub(super) fn run(place: &Place, command: ConnectionCommand) -> Result<Exit, Problem> {
    match command {
        ConnectionCommand::New { name, profile } => new(place, name, profile),
        ConnectionCommand::List { shown } => list(place, shown.json),
        ConnectionCommand::Show(wanted) => match wanted.setup {
            Some(provider) => set_up(place, &wanted, provider),
            None => show(place, &wanted.name, wanted.shown.json),
        },
        ConnectionCommand::Set { name, settings } => set(place, name, settings),
        ConnectionCommand::Pause { name } => pause(place, name),
        ConnectionCommand::Resume { name } => resume(place, name),
        ConnectionCommand::Release { name, length } => guard::release(place, name, length),
        ConnectionCommand::AcceptTerms { name, by } => accept_terms(place, name, by),
        ConnectionCommand::Undo(wanted) => undo::run(place, &wanted),
        ConnectionCommand::Remove(wanted) => removal::run(place, &wanted),
    }
}

fn new(place: &Place, name: String, profile: String) -> Result<Exit, Problem> {
    let data = Data::present_or_new(place)?;
    let operator = data.operator.clone();
    let connection = data
        .store
        .write(move |tx| connections::open(tx, &name, &profile, &operator))
        .wait()?;
    print::note(&format!(
        "connection `{0}` is open; `appliance token new --connection {0}` makes its token",
        connection.name
    ));
    Ok(Exit::Done)
}

fn set(place: &Place, name: String, settings: Vec<String>) -> Result<Exit, Problem> {
    let data = Data::present(place)?;
    let operator = data.operator.clone();
    let asked = settings.clone();
    let done = data
        .store
        .write(move |tx| operate::configure(tx, &name, &settings, &operator))
        .wait()?;
    print::note(&format!("connection `{}` is changed", done.connection.name));
    if asked.iter().any(|setting| setting.starts_with("seat")) {
        for said in seats::changed(&done) {
            print::note(&said);
        }
    }
    Ok(Exit::Done)
}

fn pause(place: &Place, name: String) -> Result<Exit, Problem> {
    let data = Data::present(place)?;
    let operator = data.operator.clone();
    let told = name.clone();
    let changed = data
        .store
        .write(move |tx| connections::pause(tx, &name, &operator))
        .wait()?;
    print::note(&if changed {
        format!("connection `{told}` is paused: its requests are answered 503")
    } else {
        format!("connection `{told}` was paused already")
    });
    Ok(Exit::Done)
}

fn resume(place: &Place, name: String) -> Result<Exit, Problem> {
    let data = Data::present(place)?;
    let operator = data.operator.clone();
    let told = name.clone();
    let changed = data
        .store
        .write(move |tx| connections::resume(tx, &name, &operator))
        .wait()?;
    print::note(&if changed {
        format!("connection `{told}` works again")
    } else {
        format!("connection `{told}` was not paused")
    });
    Ok(Exit::Done)
}

fn accept_terms(place: &Place, name: String, who: String) -> Result<Exit, Problem> {
    let data = Data::present(place)?;
    let operator = data.operator.clone();
    let accepted = data
        .store
        .write(move |tx| terms::accept(tx, &name, &who, &operator))
        .wait()?;
    if let Some(by) = accepted.accepted {
        print::note(&format!(
            "accepted by {} on {}: {}",
            by.who, by.at, accepted.text
        ));
    }
    Ok(Exit::Done)
}

/// A connection with its figures.
struct Shown {
    connection: Connection,
    users: u64,
    groups: u64,
    active_tokens: usize,
    settings: Vec<Setting>,
    terms: Option<Terms>,
    /// Until when its guard lets everything pass, and for how long that is.
    released: Option<(Timestamp, String)>,
    /// What its identity provider sent that was bent or left out.
    noticed: Vec<Tolerated>,
    /// What its profile wants and nobody has.
    absent: Vec<Absent>,
    /// People whose reference to a manager leads to nobody; `None`: references are kept as they are sent.
    unmanaged: Option<Vec<Unmanaged>>,
    /// Stored settings that this version does not understand.
    flaws: Vec<String>,
}

impl Shown {
    fn look(view: &View<'_>, data: &Data, connection: Connection) -> Result<Self, StoreError> {
        let (settings, flaws) = connections::settings(view, &connection)?;
        let tokens = view.tokens_of(connection.number)?;
        let now = data.operator.now;
        Ok(Self {
            users: view.count(connection.number, Kind::User)?,
            groups: view.count(connection.number, Kind::Group)?,
            active_tokens: tokens
                .iter()
                .filter(|token| token.state(now) == TokenState::Active)
                .count(),
            settings,
            terms: terms::terms(view, &connection)?,
            released: guard::released(&view.watch(connection.number)?, now)
                .map(|until| (until, guard::until(until, now))),
            noticed: noticed(view, &connection)?,
            absent: absent(view, &connection)?,
            unmanaged: managers::unmanaged(view, &connection)?,
            flaws: flaws.iter().map(ToString::to_string).collect(),
            connection,
        })
    }

    const fn state(&self) -> &'static str {
        if self.connection.paused {
            "paused"
        } else {
            "open"
        }
    }

    fn acceptance(&self) -> Option<&Acceptance> {
        self.terms.as_ref()?.accepted.as_ref()
    }

    fn in_json(&self, base: Option<&str>) -> Value {
        let settings = self.settings.iter();
        let values: Map<String, Value> = settings
            .clone()
            .map(|setting| (setting.key.to_owned(), json!(setting.value)))
            .collect();
        let origins: Map<String, Value> = settings
            .map(|setting| (setting.key.to_owned(), json!(setting.origin.name())))
            .collect();
        let noticed: Vec<Value> = self
            .noticed
            .iter()
            .map(|seen| {
                json!({
                    "what": seen.what,
                    "subject": seen.subject,
                    "times": seen.times,
                    "firstSeen": seen.first_seen.to_string(),
                    "lastSeen": seen.last_seen.to_string(),
                })
            })
            .collect();
        json!({
            "name": self.connection.name,
            "profile": self.connection.profile,
            "state": self.state(),
            "created": self.connection.created.to_string(),
            "users": self.users,
            "groups": self.groups,
            "activeTokens": self.active_tokens,
            "tenantUrl": base,
            "settings": values,
            "origins": origins,
            "termsAccepted": self.acceptance().map(|by| {
                json!({"by": by.who, "at": by.at.to_string()})
            }),
            "guardReleasedUntil": self.released.as_ref().map(|(until, _)| until.to_string()),
            "noticed": noticed,
            "neverArrived": self.absent.iter().map(|one| {
                json!({"attribute": one.place, "need": one.need.name()})
            }).collect::<Value>(),
            "unboundManagers": self.unmanaged.as_ref().map(|list| {
                let one = |one: &Unmanaged| json!({"user": one.id.to_string(), "manager": one.reference});
                list.iter().map(one).collect::<Value>()
            }),
        })
    }
}

/// What the rules of the connection left out or found strange. Attributes that no schema knows have a
/// report of their own, and so has what the dialect tolerates.
fn noticed(view: &View<'_>, connection: &Connection) -> Result<Vec<Tolerated>, StoreError> {
    let mut noticed = view.tolerated(connection.number)?;
    noticed.retain(|seen| {
        seen.what != Tolerated::UNKNOWN_ATTRIBUTE && advice::on(&seen.what).is_none()
    });
    Ok(noticed)
}

fn list(place: &Place, as_json: bool) -> Result<Exit, Problem> {
    let data = Data::present(place)?;
    let shown = data.store.read(|view| {
        let connections = view.connections()?;
        connections
            .into_iter()
            .map(|connection| Shown::look(view, &data, connection))
            .collect::<Result<Vec<_>, StoreError>>()
    })?;
    if as_json {
        let base = data.tenant_url();
        print::json(
            &shown
                .iter()
                .map(|one| one.in_json(base.as_deref()))
                .collect(),
        )?;
        return Ok(Exit::Done);
    }
    let rows = shown.iter().map(|one| {
        vec![
            one.connection.name.clone(),
            one.connection.profile.clone(),
            one.state().to_owned(),
            one.users.to_string(),
            one.groups.to_string(),
            one.active_tokens.to_string(),
        ]
    });
    print::table(
        &["NAME", "PROFILE", "STATE", "USERS", "GROUPS", "TOKENS"],
        rows.collect(),
        "no connections",
    )?;
    Ok(Exit::Done)
}

/// How the connection is set up at its identity provider.
fn set_up(place: &Place, wanted: &ConnectionShow, provider: ProviderName) -> Result<Exit, Problem> {
    let data = Data::present(place)?;
    let (facts, schemas) = data.store.read(|view| {
        let connection = connections::named(view, &wanted.name)?;
        let schemas = connection.schemas(&mut view.library()?)?;
        let facts = Facts::gather(
            view,
            &connection,
            &schemas,
            &data.settings.tls,
            data.tenant_url(),
            data.operator.now,
        )?;
        Ok::<_, Failure>((facts, schemas))
    })?;
    if wanted.format.is_some() {
        if provider != ProviderName::Entra {
            return Err(Problem::usage("only Entra ID can import its set-up")
                .hint("leave out `--format`, or add `--json` for the same text in JSON"));
        }
        print::json(&setup::schema(&schemas, &facts))?;
        return Ok(Exit::Done);
    }
    let guide = Guide::new(provider, facts);
    if wanted.shown.json {
        print::json(&guide.to_json())?;
    } else {
        guide.print(&mut print::stream())?;
    }
    Ok(Exit::Done)
}

fn show(place: &Place, name: &str, as_json: bool) -> Result<Exit, Problem> {
    let data = Data::present(place)?;
    let (shown, left_out, tolerated) = data.store.read(|view| {
        let connection = connections::named(view, name)?;
        let left_out = undeclared(view, &connection)?;
        let tolerated = view.tolerated(connection.number)?;
        let shown = Shown::look(view, &data, connection)?;
        Ok::<_, Failure>((shown, left_out, tolerated))
    })?;
    let base = data.tenant_url();
    if as_json {
        let mut json = shown.in_json(base.as_deref());
        if let Value::Object(json) = &mut json {
            json.insert("tolerated".into(), tolerance::in_json(&tolerated));
            json.insert("unknownAttributes".into(), left_out::in_json(&left_out));
        }
        print::json(&json)?;
    } else {
        let row = |key: &str, value: String| vec![key.to_owned(), value];
        let url = base
            .unwrap_or_else(|| "not known: no server runs, and `public_url` is not set".to_owned());
        let mut rows = vec![
            row("profile", shown.connection.profile.clone()),
            row("state", shown.state().to_owned()),
            row("created", shown.connection.created.to_string()),
            row("tenant URL", url),
            row("users", shown.users.to_string()),
            row("groups", shown.groups.to_string()),
            row("active tokens", shown.active_tokens.to_string()),
        ];
        for Setting { key, value, origin } in &shown.settings {
            rows.push(row(key, format!("{value} ({})", origin.name())));
        }
        if let Some((_, until)) = &shown.released {
            rows.push(row("guard released", until.clone()));
        }
        if shown.terms.is_some() {
            let by = shown.acceptance().map_or_else(
                || "by nobody yet".to_owned(),
                |by| format!("by {} on {}", by.who, by.at),
            );
            rows.push(row("terms accepted", by));
        }
        for one in shown.unmanaged.iter().flatten().take(UNMANAGED_SHOWN) {
            rows.push(row(
                "waits for manager",
                format!("{}: `{}` is nobody yet", one.id, one.reference),
            ));
        }
        for seen in &shown.noticed {
            let often = match seen.times {
                1 => "once".to_owned(),
                often => format!("{often} times"),
            };
            rows.push(row(
                "noticed",
                format!("{}: {}, {often}", seen.what, seen.subject),
            ));
        }
        for Absent { place, need } in &shown.absent {
            rows.push(row(
                "never arrived",
                format!(
                    "{place}, which is {}: map it at the identity provider",
                    need.name()
                ),
            ));
        }
        print::table(&["connection", &shown.connection.name], rows, "")?;
        tolerance::print(&tolerated)?;
        left_out::print(&left_out)?;
    }
    for flaw in &shown.flaws {
        print::warning(&format!("a stored setting is not understood: {flaw}"));
    }
    Ok(if shown.flaws.is_empty() {
        Exit::Done
    } else {
        Exit::Warned
    })
}
