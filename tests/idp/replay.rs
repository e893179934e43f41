//! Plays a sequence and says where the answers are not those that its provider needs.

use std::collections::BTreeMap;

use serde_json::Value;

use super::house::client::Client;
use super::house::reply::Reply;
use super::house::server::House;
use super::house::shape::differences;
use super::sequence::{self, Dialect, Sequence, Step};

/// Replays every sequence of a provider in each of its dialects, each in an empty connection.
pub(crate) fn replay(provider: &str) {
    let house = House::open();
    let sequences = sequence::of(provider);
    assert!(
        !sequences.is_empty(),
        "there are no sequences for {provider}"
    );
    let mut complaints = Vec::new();
    for dialect in Dialect::Both.settings() {
        let client = house.connection(dialect, &[&format!("dialect={dialect}")]);
        let fitting = sequences
            .iter()
            .filter(|(_, sequence)| sequence.dialect.settings().contains(dialect));
        for (name, sequence) in fitting {
            if let Err(complaint) = play(&client, &house.url(), sequence) {
                complaints.push(format!("{name} ({dialect}), {complaint}"));
            }
            clear(&client);
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
fn play(client: &Client, url: &str, sequence: &Sequence) -> Result<(), String> {
    let mut kept = BTreeMap::from([("base".to_owned(), url.to_owned())]);
    for step in sequence.steps.iter().chain(&sequence.then) {
        take(client, sequence, step, &mut kept)
            .map_err(|complaint| format!("step `{}`: {complaint}", step.name))?;
    }
    Ok(())
}

fn take(
    client: &Client,
    sequence: &Sequence,
    step: &Step,
    kept: &mut BTreeMap<String, String>,
) -> Result<(), String> {
    let reply = ask(client, sequence, step, kept)?;
    let mut wrong = Vec::new();
    if let Some(flaw) = reply.bad_manners() {
        wrong.push(flaw);
    }
    if reply.status != step.expect.status {
        wrong.push(format!("expected status {}", step.expect.status));
    }
    for (name, expected) in &step.expect.headers {
        let found = reply.header(name).map_or(Value::Null, Value::from);
        wrong.extend(differences(&filled(expected, kept), &found));
    }
    if wrong.is_empty()
        && let Some(expected) = &step.expect.body
    {
        match serde_json::from_slice(&reply.body) {
            Ok(found) => wrong.extend(differences(&filled(expected, kept), &found)),
            Err(error) => wrong.push(format!("no JSON: {error}")),
        }
    }
    if !wrong.is_empty() {
        return Err(format!("{}\n{}", wrong.join("\n"), reply.told()));
    }
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
    let mut request = client.request(&asked.method, &target);
    let mut media = "";
    for (name, value) in sequence.headers.iter().chain(&asked.headers) {
        if name.eq_ignore_ascii_case("content-type") {
            media = value;
        } else {
            request = request.header(name, value);
        }
    }
    if let Some(body) = &asked.body {
        request = request.body(media, filled(body, kept).to_string().into_bytes());
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
