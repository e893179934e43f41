//! `appliance token …`

use std::io::{IsTerminal, Read};

use super::data::Data;
use super::exit::Exit;
use super::options::Place;
use super::print;
use super::problem::Problem;
use super::token_command::{ScopeName, TokenCommand, TokenNew};
use super::token_list;
use crate::base::{PlainToken, TokenDigest, client_id, in_words};
use crate::operate::succession::Fresh;
use crate::operate::tokens::{self, Order, Which};
use crate::operate::{self, Failure, Overlap, succession};
use crate::store::{Scope, Token, TokenKind};

pub(super) fn run(place: &Place, command: TokenCommand) -> Result<Exit, Problem> {
    match command {
        TokenCommand::New(wanted) => new(place, wanted),
        TokenCommand::List { which, shown } => list(place, which.connection.as_deref(), shown.json),
        TokenCommand::Revoke { id } => revoke(place, &id),
        TokenCommand::Rotate { id, overlap } => rotate(place, &id, overlap.as_deref()),
    }
}

fn new(place: &Place, wanted: TokenNew) -> Result<Exit, Problem> {
    let data = Data::present_or_new(place)?;
    let operator = data.operator.clone();
    let token = PlainToken::generate().map_err(Problem::failed)?;
    let client = client_id().map_err(Problem::failed)?;
    let overlap = operate::overlap(wanted.overlap.as_deref()).map_err(Failure::from)?;
    let order = Order {
        connection: wanted.on.connection,
        name: wanted.name,
        scope: match wanted.scope {
            ScopeName::Provision => Scope::Provision,
            ScopeName::Read => Scope::Read,
        },
        expiry: wanted.expiry,
        client: wanted.oauth.then_some(client),
        digest: token.digest(),
        overlap,
    };
    let issued = data
        .store
        .write(move |tx| tokens::issue(tx, &order, &operator))
        .wait()?;
    hand_over(&data, &token, &issued)?;
    let ended = match overlap {
        Overlap::For(_) => 0,
        Overlap::Unsaid | Overlap::None => complete(&data, issued.number)?,
    };
    introduce(&data, &issued);
    match overlap {
        Overlap::For(length) => print::note(&format!(
            "The other tokens of its scope are good until it is used, for {} at most.",
            in_words(length)
        )),
        Overlap::Unsaid | Overlap::None if ended > 0 => {
            print::note("The tokens that it replaces are revoked.");
        }
        Overlap::Unsaid | Overlap::None => {}
    }
    Ok(Exit::Done)
}

fn rotate(place: &Place, id: &str, overlap: Option<&str>) -> Result<Exit, Problem> {
    let which = which(id, "rotate")?;
    let overlap = operate::overlap(overlap).map_err(Failure::from)?;
    let data = Data::present(place)?;
    let operator = data.operator.clone();
    let token = PlainToken::generate().map_err(Problem::failed)?;
    let fresh = Fresh {
        digest: token.digest(),
        client: client_id().map_err(Problem::failed)?,
    };
    let rotation = data
        .store
        .write(move |tx| succession::rotate(tx, &which, fresh, overlap, &operator))
        .wait()?;
    let number = rotation.token.number;
    hand_over(&data, &token, &rotation.token)?;
    if rotation.beside.is_none() {
        complete(&data, number)?;
    }
    introduce(&data, &rotation.token);
    print::note(&match rotation.beside {
        Some(end) => format!(
            "The old one is good until this one is used, or until {}, whichever comes first.",
            token_list::minute(end)
        ),
        None => format!(
            "The old one of connection `{}` is not good any more.",
            rotation.connection
        ),
    });
    Ok(Exit::Done)
}

/// Prints the token, or the id and the secret of a client. Where that fails nobody has it, so nobody should
/// be able to use it.
fn hand_over(data: &Data, token: &PlainToken, issued: &Token) -> Result<(), Problem> {
    let number = issued.number;
    let printed = match issued.kind.client() {
        Some(id) => print::secret(&format!("client_id={id}\nclient_secret={}", token.expose())),
        None => print::secret(token.expose()),
    };
    let Err(problem) = printed else {
        return Ok(());
    };
    let operator = data.operator.clone();
    data.store
        .write(move |tx| tokens::revoke(tx, &Which::Number(number), &operator))
        .wait()?;
    Err(problem.hint(format!("token {number} is revoked; make another")))
}

/// Ends what the new token replaces; how many there were.
fn complete(data: &Data, successor: i64) -> Result<usize, Problem> {
    let operator = data.operator.clone();
    let ended = data
        .store
        .write(move |tx| succession::complete(tx, successor, &operator))
        .wait()?;
    Ok(ended)
}

/// Says what is to be known of a token that was just printed.
fn introduce(data: &Data, issued: &Token) {
    let what = match issued.kind {
        TokenKind::Client(_) => "secret",
        TokenKind::Bearer | TokenKind::Signed => "token",
    };
    print::note(&format!(
        "This {what} will not be shown again: keep it where your identity provider needs it."
    ));
    if let Some(base) = data.tenant_url() {
        print::note(&format!("Tenant URL: {base}"));
    }
    if let (TokenKind::Client(_), Some(address)) = (&issued.kind, data.token_url()) {
        print::note(&format!("Token URL: {address}"));
    }
    match issued.expires {
        Some(end) => print::note(&format!(
            "It expires in {}, on {end}; its ID is {}.",
            in_words(end.since(data.operator.now)),
            issued.number
        )),
        None => print::warning(&format!(
            "token {0} never expires; whoever finds it can use it until `appliance token revoke {0}`",
            issued.number
        )),
    }
}

fn list(place: &Place, connection: Option<&str>, as_json: bool) -> Result<Exit, Problem> {
    let data = Data::present(place)?;
    let now = data.operator.now;
    let listed = data.store.read(|view| tokens::list(view, connection))?;
    if as_json {
        token_list::json(&listed, now)?;
    } else {
        token_list::table(&listed, now)?;
    }
    Ok(Exit::Done)
}

fn revoke(place: &Place, id: &str) -> Result<Exit, Problem> {
    let which = which(id, "revoke")?;
    let data = Data::present(place)?;
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
        Some(since) => format!("{named} was revoked already, on {}", token_list::day(since)),
        None if revocation.reinstated > 0 => {
            format!("{named} is revoked; what it was to replace stays good")
        }
        None => format!("{named} is revoked"),
    });
    Ok(Exit::Done)
}

/// Reads which token is meant. A token itself is never an argument, because others can read those;
/// and whoever types one there must not see it repeated.
fn which(id: &str, verb: &str) -> Result<Which, Problem> {
    if id == "-" {
        return TokenDigest::of(&presented()?)
            .map(Which::Digest)
            .map_err(|flaw| Problem::usage(format!("what stdin says is {flaw}")));
    }
    if let Ok(number) = id.parse() {
        return Ok(Which::Number(number));
    }
    Err(Problem::usage("expected the ID of a token, a number").hint(format!(
        "`appliance token list` shows the IDs; the token itself goes to `appliance token {verb} -` \
         on stdin, because arguments are visible to others"
    )))
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
