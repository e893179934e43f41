//! One turn of each kind of work, with a look at whether the answer is right.

use serde_json::json;

use super::crowd::Hand;
use super::people;
use super::server::Kind;

/// How many people a bulk request creates.
pub(crate) const BULK: usize = 100;
/// How many people a page has.
const PAGE: usize = 100;

/// By which attribute somebody is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    UserName,
    ExternalId,
    WorkEmail,
}

/// What a client does again and again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Work {
    /// Creates somebody.
    Create,
    /// Looks for somebody who is not there, then creates them.
    InitialCycle,
    /// Finds somebody.
    Match(By),
    /// Looks for somebody who is not there.
    Miss,
    /// Reads somebody.
    Get,
    /// Reads the next page of a walk through everybody.
    Page,
    /// Changes somebody as an incremental cycle does.
    Delta,
    /// Deactivates and activates, with a boolean or with Entra's text.
    Deactivate { text: bool },
    /// Puts somebody into a group of this size, and takes them out again.
    Membership { size: usize },
    /// Finds a group of this size, without its members.
    GroupMatch { size: usize },
    /// Creates a hundred people in one request.
    Bulk,
}

impl Work {
    /// Does it once; answers how many operations that was.
    pub(crate) fn turn(self, hand: &mut Hand<'_>) -> usize {
        match self {
            Self::Create => create(hand),
            Self::InitialCycle => {
                let absent = hand.server.taken() + 10_000_000;
                find(hand, &filter("userName", &people::user_name(absent)), None) + create(hand)
            }
            Self::Match(by) => {
                let (number, id) = somebody(hand);
                let filter = match by {
                    By::UserName => filter("userName", &people::user_name(number)),
                    By::ExternalId => filter("externalId", &people::external_id(number)),
                    By::WorkEmail => {
                        filter("emails[type eq \"work\"].value", &people::email(number))
                    }
                };
                find(hand, &filter, Some(&id))
            }
            Self::Miss => {
                let absent = 20_000_000 + hand.random.below(1_000_000);
                find(hand, &filter("userName", &people::user_name(absent)), None)
            }
            Self::Get => {
                let (_, id) = somebody(hand);
                let reply = hand.ask("GET", &format!("/Users/{id}"), None, &[200]);
                assert_eq!(reply.id(), id);
                1
            }
            Self::Page => page(hand),
            Self::Delta => {
                let (number, id) = somebody(hand);
                let (kind, random) = (hand.random.below(6), hand.random.next());
                let body = people::delta(kind, number, random).to_string();
                hand.ask("PATCH", &format!("/Users/{id}"), Some(&body), &[200, 204]);
                1
            }
            Self::Deactivate { text } => deactivate(hand, text),
            Self::Membership { size } => membership(hand, size),
            Self::GroupMatch { size } => {
                let id = hand.server.group(size).unwrap();
                let filter = filter("displayName", &group_name(size));
                let path = format!("/Groups?excludedAttributes=members&filter={filter}");
                let reply = hand.ask("GET", &path, None, &[200]);
                assert_eq!(reply.at("/Resources/0/id"), json!(id));
                1
            }
            Self::Bulk => {
                let first = hand.server.numbers(BULK);
                let body = people::bulk(first, BULK).to_string();
                let reply = hand.ask("POST", "/Bulk", Some(&body), &[200]);
                let made = reply.json()["Operations"].as_array().map_or(0, |all| {
                    all.iter().filter(|one| one["status"] == "201").count()
                });
                assert_eq!(made, BULK, "{}", reply.text());
                BULK
            }
        }
    }
}

pub(crate) fn group_name(size: usize) -> String {
    format!("Group of {size}")
}

fn create(hand: &mut Hand<'_>) -> usize {
    let number = hand.server.numbers(1);
    let body = people::person(number).to_string();
    hand.ask("POST", "/Users", Some(&body), &[201]);
    1
}

fn find(hand: &mut Hand<'_>, filter: &str, wanted: Option<&str>) -> usize {
    let reply = hand.ask("GET", &format!("/Users?filter={filter}"), None, &[200]);
    let json = reply.json();
    assert_eq!(
        json["totalResults"],
        json!(usize::from(wanted.is_some())),
        "{}",
        reply.text()
    );
    assert_eq!(json["Resources"][0]["id"].as_str(), wanted);
    1
}

fn page(hand: &mut Hand<'_>) -> usize {
    let total = hand.server.people.read().unwrap().len();
    let pages = total.div_ceil(PAGE);
    // Everybody walks the whole list, each beginning elsewhere.
    let index = (hand.turns + hand.place * pages / hand.clients) % pages;
    let start = index * PAGE + 1;
    let reply = hand.ask(
        "GET",
        &format!("/Users?startIndex={start}&count={PAGE}"),
        None,
        &[200],
    );
    assert_eq!(
        reply.at("/itemsPerPage"),
        json!(PAGE.min(total - index * PAGE).max(1))
    );
    let took = hand.last();
    #[expect(clippy::cast_precision_loss, reason = "a share")]
    hand.places.push((index as f64 / pages as f64, took));
    1
}

fn deactivate(hand: &mut Hand<'_>, text: bool) -> usize {
    let people = hand.server.people.read().unwrap();
    let step = hand.place + hand.clients * hand.turns;
    let id = people[step % people.len()].clone();
    let on = (step / people.len()) % 2 == 1;
    drop(people);
    let value = match (text, on) {
        (true, true) => json!("True"),
        (true, false) => json!("False"),
        (false, on) => json!(on),
    };
    let body = people::active(&value).to_string();
    let reply = hand.ask("PATCH", &format!("/Users/{id}"), Some(&body), &[200, 204]);
    if hand.server.kind == Kind::Appliance {
        assert_eq!(reply.at("/active"), json!(on));
    }
    1
}

fn membership(hand: &mut Hand<'_>, size: usize) -> usize {
    let group = hand.server.group(size).unwrap();
    // Each client has its own people, who are not members.
    let people = hand.server.people.read().unwrap();
    let spare = (people.len() - size) / hand.clients;
    let id = people[size + hand.place + hand.clients * hand.random.below(spare)].clone();
    drop(people);
    let path = format!("/Groups/{group}");
    let body = people::joined(std::slice::from_ref(&id)).to_string();
    hand.ask("PATCH", &path, Some(&body), &[200, 204]);
    hand.ask(
        "PATCH",
        &path,
        Some(&people::parted(&id).to_string()),
        &[200, 204],
    );
    2
}

fn somebody(hand: &mut Hand<'_>) -> (usize, String) {
    let people = hand.server.people.read().unwrap();
    let number = hand.random.below(people.len());
    (number, people[number].clone())
}

fn filter(attribute: &str, value: &str) -> String {
    let text = format!("{attribute} eq \"{value}\"");
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
