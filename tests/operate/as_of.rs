//! What was exported at an instant is what `--as-of` that instant says later, whatever came between.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::house::client::Client;
use crate::house::server::House;

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        // Xorshift (Marsaglia 2003).
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides as u64).unwrap()
    }

    fn one_of<'a>(&mut self, list: &'a [String]) -> Option<&'a String> {
        match list.len() {
            0 => None,
            length => list.get(self.roll(length)),
        }
    }
}

/// An identity provider that does as the dice fall.
struct Player {
    idp: Client,
    dice: Dice,
    users: Vec<String>,
    groups: Vec<String>,
}

impl Player {
    fn new(idp: Client, seed: u64) -> Self {
        Self {
            idp,
            dice: Dice(seed),
            users: Vec::new(),
            groups: Vec::new(),
        }
    }

    /// Sends something; it may be refused, and then leaves no trace.
    fn send(&self, method: &str, path: &str, body: &Value) -> u16 {
        let request = self.idp.request(method, path);
        let reply = match body {
            Value::Null => request.send(),
            body => request.json(body).send(),
        };
        assert!(reply.status < 500, "{}", reply.told());
        reply.status
    }

    fn patch(&self, path: &str, operations: &Value) {
        let body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": operations
        });
        self.send("PATCH", path, &body);
    }

    fn user(&mut self) {
        let number = self.dice.roll(40);
        let title = self.dice.roll(3);
        let mut body = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE],
            "userName": format!("user{number}@example.net"),
            "active": self.dice.roll(2) == 0,
            "emails": [{"type": "work", "value": format!("u{number}@example.net")}]
        });
        if title > 0 {
            body["title"] = json!(format!("Title {title}"));
            body[ENTERPRISE] = json!({"department": format!("D{title}")});
        }
        let reply = self.idp.post("/Users", &body);
        if reply.status == 201 {
            self.users.push(reply.id());
        }
    }

    fn group(&mut self) {
        let members: BTreeSet<String> = (0..self.dice.roll(4))
            .filter_map(|_| self.dice.one_of(&self.users).cloned())
            .collect();
        let members: Vec<Value> = members.iter().map(|id| json!({"value": id})).collect();
        let body = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
            "displayName": format!("Group {}", self.dice.roll(9)),
            "externalId": format!("g-{}", self.dice.roll(99)),
            "members": members
        });
        let reply = self.idp.post("/Groups", &body);
        if reply.status == 201 {
            self.groups.push(reply.id());
        }
    }

    /// One operation.
    fn act(&mut self) {
        let deed = self.dice.roll(18);
        let user = self.dice.one_of(&self.users).cloned().unwrap_or_default();
        let group = self.dice.one_of(&self.groups).cloned().unwrap_or_default();
        let (users, groups) = (format!("/Users/{user}"), format!("/Groups/{group}"));
        let number = self.dice.roll(40);
        match deed {
            0..=2 => self.user(),
            3 | 14 | 15 => self.group(),
            4 => self.patch(
                &users,
                &json!([
                    {"op": "replace", "path": "title", "value": format!("Title {number}")},
                    {"op": "add", "path": "emails[type eq \"home\"].value", "value": "h@example.org"},
                    {"op": "replace", "path": format!("{ENTERPRISE}:department"), "value": "Audit"}
                ]),
            ),
            5 => self.patch(
                &users,
                &json!([{"op": "remove", "path": "title"}, {"op": "remove", "path": ENTERPRISE}]),
            ),
            6 => {
                let boss = self.dice.one_of(&self.users).cloned().unwrap_or_default();
                self.patch(
                    &users,
                    &json!([
                        {"op": "replace", "path": "active", "value": number.is_multiple_of(2)},
                        {"op": "add", "path": format!("{ENTERPRISE}:manager"), "value": boss}
                    ]),
                );
            }
            7 => {
                let body = json!({
                    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
                    "userName": format!("user{number}@example.net"), "nickName": "Put"
                });
                self.send("PUT", &users, &body);
            }
            8 => {
                if self.send("DELETE", &users, &Value::Null) == 204 {
                    self.users.retain(|id| *id != user);
                }
            }
            9 => self.patch(
                &groups,
                &json!([{"op": "replace", "path": "displayName", "value": format!("Group {number}")}]),
            ),
            10 | 16 | 17 => self.patch(
                &groups,
                &json!([{"op": "add", "path": "members", "value": [{"value": user}]}]),
            ),
            11 => self.patch(
                &groups,
                &json!([{"op": "remove", "path": format!("members[value eq \"{user}\"]")}]),
            ),
            12 => {
                let inner = self.dice.one_of(&self.groups).cloned().unwrap_or_default();
                self.patch(
                    &groups,
                    &json!([{"op": "add", "path": "members", "value": [{"value": inner}]}]),
                );
            }
            13 => {
                if self.send("DELETE", &groups, &Value::Null) == 204 {
                    self.groups.retain(|id| *id != group);
                }
            }
            _ => unreachable!("the dice have no such side"),
        }
    }
}

/// Everything that an export says, without the order of what has none.
#[derive(Debug, PartialEq)]
struct Picture {
    users: BTreeSet<String>,
    groups: BTreeSet<String>,
    members: BTreeSet<String>,
    table: BTreeSet<String>,
    audit: BTreeSet<String>,
}

fn picture(house: &House, as_of: &[&str]) -> Picture {
    let export = |words: &[&str]| {
        let lines = house.cli(&[&["export"], words, as_of].concat()).exits(0);
        lines.stdout
    };
    let objects = |words: &[&str]| -> BTreeSet<String> {
        let text = export(words);
        let lines = text.lines().map(|line| {
            let mut object: Value = serde_json::from_str(line).unwrap();
            unordered(&mut object);
            object.to_string()
        });
        lines.collect()
    };
    let rows = |words: &[&str]| -> BTreeSet<String> {
        let text = export(words);
        let mut rows = csv::Reader::from_reader(text.as_bytes());
        rows.records()
            .map(|row| {
                let cells = row.unwrap();
                let cells = cells.iter().map(|cell| {
                    let mut parts: Vec<&str> = cell.split("; ").collect();
                    parts.sort_unstable();
                    parts.join("; ")
                });
                cells.collect::<Vec<_>>().join("|")
            })
            .collect()
    };
    let filter = r#"title pr and not (groups.display co "1")"#;
    Picture {
        users: objects(&["users", "--format", "ndjson"]),
        groups: objects(&["groups", "--format", "ndjson"]),
        members: objects(&["members", "--format", "ndjson"]),
        table: rows(&["users"])
            .into_iter()
            .chain(rows(&["groups"]))
            .collect(),
        audit: objects(&["users", "--format", "ndjson", "--filter", filter]),
    }
}

/// Members of objects and elements of lists in one order.
fn unordered(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (_, member) in members.iter_mut() {
                unordered(member);
            }
            members.sort_keys();
        }
        Value::Array(list) => {
            list.iter_mut().for_each(unordered);
            list.sort_by_key(ToString::to_string);
        }
        _ => {}
    }
}

/// The present instant, once it is over: what comes next is later.
fn instant() -> String {
    let now = Timestamp::now();
    while Timestamp::now().as_millisecond() <= now.as_millisecond() {
        std::hint::spin_loop();
    }
    format!("{now:.3}")
}

#[test]
fn every_instant_can_be_had_again() {
    for seed in [7, 4_711] {
        let house = House::open();
        let mut first = Player::new(house.idp(), seed);
        let other = house.connection("other", &["derive=department", "derived_in_scim=on"]);
        let mut second = Player::new(other, seed * 3);
        house
            .cli(&["connection", "set", "default", "derive=department,title"])
            .exits(0);
        let mut pictures = vec![(instant(), picture(&house, &[]))];
        for _ in 0..5 {
            for _ in 0..30 {
                first.act();
                second.act();
            }
            let at = instant();
            pictures.push((at, picture(&house, &[])));
        }
        let memberships = pictures.iter().map(|(_, then)| then.members.len());
        assert!(memberships.sum::<usize>() > 20, "little happened");
        for (at, then) in &pictures {
            assert_eq!(
                &picture(&house, &["--as-of", at]),
                then,
                "{seed} as of {at}"
            );
        }
        // Only one connection is another order of the same picture.
        let (at, then) = &pictures[3];
        let only = house.cli(&["export", "users", "--connection", "other", "--as-of", at]);
        let expected = then.table.iter().filter(|row| row.starts_with("other|"));
        let groups = house.cli(&["export", "groups", "--connection", "other", "--as-of", at]);
        let found = only.exits(0).stdout.lines().count() + groups.exits(0).stdout.lines().count();
        assert_eq!(found - 2, expected.count());
    }
}

#[test]
fn a_time_that_cannot_be_rebuilt_is_refused() {
    let house = House::open();
    let idp = house.idp();
    idp.user("ada@example.net");
    let past = house
        .cli(&["export", "users", "--as-of", "2001-01-01T00:00:00Z"])
        .exits(4);
    assert!(past.stdout.is_empty());
    assert!(
        past.stderr.contains("does not reach back to 2001"),
        "{}",
        past.stderr
    );
    assert!(
        past.stderr.contains("hint: it reaches back to 20"),
        "{}",
        past.stderr
    );
    for (time, complaint) in [
        ("2999-01-01T00:00:00Z", "is still to come"),
        (
            "last week",
            "expected a length of time, a date, or an instant",
        ),
    ] {
        let refused = house.cli(&["export", "groups", "--as-of", time]).exits(2);
        assert!(refused.stderr.contains(complaint), "{}", refused.stderr);
    }
}

#[test]
fn those_who_follow_miss_nothing_and_learn_when_they_would() {
    let house = House::open();
    let mut player = Player::new(house.idp(), 99);
    let changes = |since: u64| -> Vec<Value> {
        let since = since.to_string();
        let text = house
            .cli(&["export", "changes", "--since", &since])
            .exits(0)
            .stdout;
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    };
    let mut seen = 0;
    let mut users = BTreeSet::new();
    for _ in 0..4 {
        for _ in 0..15 {
            player.act();
        }
        for change in changes(seen) {
            // Without gaps, in order, and enough to know who is there.
            seen += 1;
            assert_eq!(change["sequence"], seen);
            let id = change["id"].as_str().unwrap().to_owned();
            match (&change["resourceType"], &change["before"], &change["after"]) {
                (kind, Value::Null, Value::Object(_)) if kind == "User" => {
                    assert!(users.insert(id));
                }
                (kind, Value::Object(_), Value::Null) if kind == "User" => {
                    assert!(users.remove(&id));
                }
                _ => {}
            }
        }
        let there = player
            .idp
            .get("/Users?attributes=id&count=1000")
            .column("id");
        assert_eq!(users, there.into_iter().collect());
    }
    assert!(seen > 10);
    assert_eq!(changes(seen), Vec::<Value>::new());
    let ahead = (seen + 1).to_string();
    let refused = house
        .cli(&["export", "changes", "--since", &ahead])
        .exits(4);
    assert!(
        refused.stderr.contains("there is no change"),
        "{}",
        refused.stderr
    );
}

#[test]
fn a_date_is_its_start_in_utc() {
    let house = House::open();
    house.idp().user("ada");
    let today = Timestamp::now().to_string();
    let (today, _) = today.split_once('T').unwrap();
    // Nothing was there before this house was.
    for args in [
        ["export", "users", "--as-of", today],
        ["export", "users", "--as-of", "2026-01-01"],
    ] {
        let refused = house.cli(&args).exits(4).stderr;
        let said = format!("does not reach back to {}T00:00:00.000Z", args[3]);
        assert!(refused.contains(&said), "{refused}");
    }
    for wrong in ["2026-02-30", "2026-11-20T09:30", "2026-1-1", "20261120"] {
        let refused = house.cli(&["export", "users", "--as-of", wrong]).exits(2);
        assert!(
            refused.stderr.contains("its start in UTC"),
            "{}",
            refused.stderr
        );
    }
    house
        .cli(&["export", "users", "--as-of", "2999-01-01"])
        .exits(2);
    let args = ["connection", "undo", "default", "--since", today];
    house.cli(&args).exits(0);
}
