//! Plays a sequence and says where the answers are not those that its provider needs.

use std::collections::BTreeMap;

use data_encoding::BASE64;
use serde_json::Value;

use super::house::client::Client;
use super::house::reply::Reply;
use super::house::server::House;
use super::house::shape::differences;
use super::sequence::{self, Dialect, Expected, Sequence, Step};

/// Replays every sequence of a provider in each of its dialects, each in an empty connection.
pub(crate) fn replay(provider: &str) {
    let house = House::open();
    let sequences = sequence::of(provider);
    assert!(
        !sequences.is_empty(),
        "there are no sequences for {provider}"
    );
    let mut complaints = Vec::new();
    for dialect in Dialect::ALL {
        let entrance = Entrance::open(&house, dialect);
        for (name, sequence) in &sequences {
            if let Err(complaint) = entrance.play(sequence) {
                complaints.push(format!("{name} ({}), {complaint}", dialect.name()));
            }
        }
    }
    assert!(
        complaints.is_empty(),
        "{} of {} sequences went wrong\n\n{}",
        complaints.len(),
        sequences.len(),
        complaints.join("\n\n")
    );
}

/// A connection that speaks one dialect, and what an identity provider is told of it.
pub(crate) struct Entrance {
    client: Client,
    dialect: Dialect,
    /// What sequences may name from their first step on.
    told: BTreeMap<String, String>,
}

impl Entrance {
    /// A new connection with the name of its dialect.
    pub(crate) fn open(house: &House, dialect: Dialect) -> Self {
        let name = dialect.name();
        let client = house.connection(name, &[&format!("dialect={name}")]);
        let run = house.cli(&["token", "new", "--oauth", "--connection", name]);
        let mut told: BTreeMap<String, String> = run
            .prints()
            .lines()
            .filter_map(|line| line.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let pair = format!("{}:{}", told["client_id"], told["client_secret"]);
        told.insert("basic".to_owned(), BASE64.encode(pair.as_bytes()));
        told.insert("base".to_owned(), house.url());
        Self {
            client,
            dialect,
            told,
        }
    }

    /// Plays a sequence, if it is for this dialect, and leaves an empty connection.
    pub(crate) fn play(&self, sequence: &Sequence) -> Result<(), String> {
        if !sequence.is_for(self.dialect) {
            return Ok(());
        }
        let played = converse(&self.client, sequence, self.dialect, self.told.clone());
        clear(&self.client);
        played
    }
}

/// Deletes everybody, for the next sequence.
fn clear(client: &Client) {
    for endpoint in ["/Groups", "/Users"] {
        for id in client
            .get(&format!("{endpoint}?attributes=id"))
            .column("id")
        {
            client.delete(&format!("{endpoint}/{id}")).is(204);
        }
        client.get(endpoint).counts(0);
    }
}

/// The first step that is not answered as expected.
fn converse(
    client: &Client,
    sequence: &Sequence,
    dialect: Dialect,
    mut kept: BTreeMap<String, String>,
) -> Result<(), String> {
    for step in sequence.asked() {
        let strict = step.strict.as_ref().filter(|_| dialect == Dialect::Strict);
        let expected = strict.unwrap_or(&step.expect);
        let place = |complaint| format!("step `{}`: {complaint}", step.name);
        let reply = ask(client, sequence, step, &kept).map_err(place)?;
        // Whoever asks for a token does not speak SCIM yet.
        let flaw = reply
            .bad_manners()
            .filter(|_| !step.request.is_for_a_token());
        if let Some(flaw) = flaw {
            return Err(place(format!("{flaw}\n{}", reply.told())));
        }
        check(&reply, expected, &kept).map_err(place)?;
        if strict.is_some() {
            break;
        }
        keep(&reply, step, &mut kept).map_err(place)?;
    }
    Ok(())
}

/// What is wrong with an answer.
fn check(
    reply: &Reply,
    expected: &Expected,
    kept: &BTreeMap<String, String>,
) -> Result<(), String> {
    let mut wrong = Vec::new();
    if reply.status != expected.status {
        wrong.push(format!("expected status {}", expected.status));
    }
    for (name, expected) in &expected.headers {
        let found = reply.header(name).map_or(Value::Null, Value::from);
        wrong.extend(differences(&filled(expected, kept), &found));
    }
    if wrong.is_empty()
        && let Some(expected) = &expected.body
    {
        match serde_json::from_slice(&reply.body) {
            Ok(found) => wrong.extend(differences(&filled(expected, kept), &found)),
            Err(error) => wrong.push(format!("no JSON: {error}")),
        }
    }
    if wrong.is_empty() {
        return Ok(());
    }
    Err(format!("{}\n{}", wrong.join("\n"), reply.told()))
}

/// Keeps the values of an answer that later steps use.
fn keep(reply: &Reply, step: &Step, kept: &mut BTreeMap<String, String>) -> Result<(), String> {
    for (name, pointer) in &step.keep {
        match reply.at(pointer) {
            Value::String(text) => kept.insert(name.clone(), text),
            found => return Err(format!("{pointer} is {found}, no text\n{}", reply.told())),
        };
    }
    Ok(())
}

fn ask(
    client: &Client,
    sequence: &Sequence,
    step: &Step,
    kept: &BTreeMap<String, String>,
) -> Result<Reply, String> {
    let asked = &step.request;
    let mut target = text(&asked.path, kept);
    if let Some(query) = &asked.query {
        target = format!("{target}?{}", text(query, kept));
    }
    let mut request = if asked.is_for_a_token() {
        client.absolute(&asked.method, &target)
    } else {
        client.request(&asked.method, &target)
    };
    let mut headers = sequence.headers.clone();
    headers.extend(asked.headers.clone());
    let media = headers.remove("Content-Type").unwrap_or_default();
    if let Some(credential) = headers.remove("Authorization") {
        request = request.anonymous();
        if !credential.is_empty() {
            request = request.header("Authorization", &text(&credential, kept));
        }
    }
    for (name, value) in &headers {
        request = request.header(name, value);
    }
    if let Some(body) = &asked.body {
        request = request.body(&media, filled(body, kept).to_string().into_bytes());
    } else if let Some(form) = &asked.form {
        request = request.body(&media, text(form, kept).into_bytes());
    }
    request
        .try_send()
        .map_err(|(asked, error)| format!("no reply ({error}): {asked}"))
}

/// `text` with the kept values in place of their names.
fn text(text: &str, kept: &BTreeMap<String, String>) -> String {
    kept.iter().fold(text.to_owned(), |text, (name, value)| {
        text.replace(&format!("{{{{{name}}}}}"), value)
    })
}

/// The same for every text in `value`.
fn filled(value: &Value, kept: &BTreeMap<String, String>) -> Value {
    match value {
        Value::String(string) => text(string, kept).into(),
        Value::Array(list) => list.iter().map(|value| filled(value, kept)).collect(),
        Value::Object(map) => Value::Object(
            map.iter()
                .map(|(name, value)| (text(name, kept), filled(value, kept)))
                .collect(),
        ),
        other => other.clone(),
    }
}
