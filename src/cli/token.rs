//! `appliance token …`

use std::io::{IsTerminal, Read};

use serde_json::{Value, json};

use super::command::{Place, ScopeName, TokenCommand, TokenNew};
use super::data::Data;
use super::exit::Exit;
use super::print;
use super::problem::Problem;
use crate::base::{PlainToken, Timestamp, TokenDigest, in_words};
use crate::operate::Failure;
use crate::operate::tokens::{self, Listed, Order, State, Which};
use crate::store::Scope;

pub(super) fn run(place: &Place, command: TokenCommand) -> Result<Exit, Problem> {
    match command {
        TokenCommand::New(wanted) => new(place, wanted),
        TokenCommand::List { which, shown } => list(place, which.connection.as_deref(), shown.json),
        TokenCommand::Revoke { id } => revoke(place, &id),
    }
}

fn new(place: &Place, wanted: TokenNew) -> Result<Exit, Problem> {
    let data = Data::to_write(place)?;
    let operator = data.operator.clone();
    let token = PlainToken::generate().map_err(Problem::failed)?;
    let order = Order {
        connection: wanted.on.connection,
        name: wanted.name,
        scope: match wanted.scope {
            ScopeName::Provision => Scope::Provision,
            ScopeName::Read => Scope::Read,
        },
        expires: tokens::expiry(&wanted.expiry, operator.now).map_err(Failure::from)?,
        digest: token.digest(),
    };
    let issued = data
        .store
        .write(move |tx| tokens::issue(tx, &order, &operator))
        .wait()?;
    if let Err(problem) = print::secret(token.expose()) {
        // Nobody has the token, so nobody should be able to use it.
        let operator = data.operator.clone();
        data.store
            .write(move |tx| tokens::revoke(tx, &Which::Number(issued.number), &operator))
            .wait()?;
        return Err(problem.hint(format!("token {} is revoked; make another", issued.number)));
    }
    let now = data.operator.now;
    print::note(
        "This token will not be shown again: keep it where your identity provider needs it.",
    );
    if let Some(base) = data.tenant_url() {
        print::note(&format!("Tenant URL: {base}"));
    }
    match issued.expires {
        Some(end) => print::note(&format!(
            "It expires in {}, on {end}; its ID is {}.",
            in_words(end.since(now)),
            issued.number
        )),
        None => print::warning(&format!(
            "token {} never expires; whoever finds it can use it until `appliance token revoke {}`",
            issued.number, issued.number
        )),
    }
    Ok(Exit::Done)
}

fn list(place: &Place, connection: Option<&str>, as_json: bool) -> Result<Exit, Problem> {
    let data = Data::to_read(place)?;
    let now = data.operator.now;
    let listed = data.store.read(|view| tokens::list(view, connection))?;
    if as_json {
        print::json(&listed.iter().map(|listed| in_json(listed, now)).collect())?;
        return Ok(Exit::Done);
    }
    let rows = listed.iter().map(|listed| row(listed, now)).collect();
    print::table(
        &[
            "ID",
            "CONNECTION",
            "NAME",
            "SCOPE",
            "STATE",
            "EXPIRES",
            "LAST USED",
            "FROM",
        ],
        rows,
        "no tokens; `appliance token new` makes one",
    )?;
    Ok(Exit::Done)
}

fn row(listed: &Listed, now: Timestamp) -> Vec<String> {
    let token = &listed.token;
    let state = State::of(token, now);
    let expires = match token.expires {
        None => "never".to_owned(),
        Some(end) if state == State::Active => {
            format!("{} (in {})", day(end), in_words(end.since(now)))
        }
        Some(end) => day(end),
    };
    vec![
        token.number.to_string(),
        listed.connection.clone(),
        token.name.clone(),
        token.scope.as_str().to_owned(),
        state.name().to_owned(),
        expires,
        token.last_used.map_or_else(|| "-".to_owned(), minute),
        token.last_address.clone().unwrap_or_else(|| "-".to_owned()),
    ]
}

fn in_json(listed: &Listed, now: Timestamp) -> Value {
    let token = &listed.token;
    let instant = |instant: Option<Timestamp>| instant.map(|instant| instant.to_string());
    json!({
        "id": token.number,
        "connection": listed.connection,
        "name": token.name,
        "scope": token.scope.as_str(),
        "state": State::of(token, now).name(),
        "created": token.created.to_string(),
        "expires": instant(token.expires),
        "revoked": instant(token.revoked),
        "lastUsed": instant(token.last_used),
        "lastAddress": token.last_address,
    })
}

/// `2026-11-20`
fn day(instant: Timestamp) -> String {
    instant.to_string().chars().take(10).collect()
}

/// `2026-11-20 09:30Z`
fn minute(instant: Timestamp) -> String {
    let text: String = instant.to_string().chars().take(16).collect();
    format!("{}Z", text.replace('T', " "))
}

fn revoke(place: &Place, id: &str) -> Result<Exit, Problem> {
    let which = which(id)?;
    let data = Data::to_read(place)?;
    let operator = data.operator.clone();
    let revocation = data
        .store
        .write(move |tx| tokens::revoke(tx, &which, &operator))
        .wait()?;
    let token = revocation.token;
    let named = format!(
        "token {} (`{}`) of connection `{}`",
        token.number, token.name, revocation.connection
    );
    print::note(&match token.revoked {
        Some(since) => format!("{named} was revoked already, on {}", day(since)),
        None => format!("{named} is revoked"),
    });
    Ok(Exit::Done)
}

/// Reads which token is meant. A token itself is never an argument, because others can read those;
/// and whoever types one there must not see it repeated.
fn which(id: &str) -> Result<Which, Problem> {
    if id == "-" {
        return TokenDigest::of(&presented()?)
            .map(Which::Digest)
            .map_err(|flaw| Problem::usage(format!("what stdin says is {flaw}")));
    }
    if let Ok(number) = id.parse() {
        return Ok(Which::Number(number));
    }
    Err(Problem::usage("expected the ID of a token, a number").hint(
        "`appliance token list` shows the IDs; the token itself goes to `appliance token revoke -` \
         on stdin, because arguments are visible to others",
    ))
}

/// The first line of stdin; of a file without end, only so much as a token could need.
fn presented() -> Result<String, Problem> {
    let mut stdin = std::io::stdin();
    if stdin.is_terminal() {
        print::note("Paste the token, then press Enter:");
        let mut line = String::new();
        return match stdin.read_line(&mut line) {
            Ok(_) => Ok(line),
            Err(error) => Err(Problem::failed(format!("stdin: {error}"))),
        };
    }
    let mut text = String::new();
    match stdin.by_ref().take(4_096).read_to_string(&mut text) {
        Ok(_) => Ok(text),
        Err(error) => Err(Problem::failed(format!("stdin: {error}"))),
    }
}
