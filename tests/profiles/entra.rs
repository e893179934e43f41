//! A product's own mapping, played row by row as Entra ID plays it (Microsoft Learn, "Tutorial: Develop and
//! plan provisioning for a SCIM endpoint in Microsoft Entra ID", and "Known issues … SCIM 2.0 protocol
//! compliance of the Microsoft Entra provisioning service" for the two forms of PATCH).

use serde_json::{Map, Value, json};

use super::entrance::{ENTERPRISE, GROUP, USER, connection_test};
use super::house::client::{Client, encoded};

/// Rows of a mapping: the path of the target and a value for somebody.
pub(crate) type Rows<'a> = &'a [(&'a str, &'a str)];

/// How Entra ID writes a PATCH.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flag {
    /// One operation for each attribute, `"False"` for false.
    Off,
    /// Everything that can be in one operation without a path, its members named by paths.
    On,
}

/// Entra ID with a mapping: what it does to one person, from the connection test to the deletion.
pub(crate) struct Entra<'a> {
    pub(crate) idp: &'a Client,
    pub(crate) rows: Rows<'a>,
    /// The path of the matching attribute, one of the rows.
    pub(crate) matching: &'a str,
}

impl Entra<'_> {
    /// The connection test, then an initial cycle for one person, updates of every row in both forms,
    /// and a restart. Answers the person's id.
    #[track_caller]
    pub(crate) fn provisions(&self) -> String {
        connection_test(self.idp, self.matching);
        self.matches(0, 0);
        let created = self.idp.post("/Users", &self.body()).is(201);
        let id = created.id();
        self.shows(&id, 0);
        for (times, flag) in [(1, Flag::Off), (2, Flag::On)] {
            self.matches(times - 1, 1);
            self.updates(&id, times, flag);
            self.shows(&id, times);
            self.is_found_by_every_row(times);
            let version = self.user(&id)["meta"]["version"].clone();
            // What a GET shows is what was sent, so nothing is sent twice; if it is, nothing moves.
            self.updates(&id, times, flag);
            assert_eq!(self.user(&id)["meta"]["version"], version);
        }
        self.idp
            .post("/Users", &self.body_of(2))
            .refused(409, "uniqueness");
        assert_eq!(
            self.matches(2, 1),
            [id.as_str()],
            "a restart finds somebody else"
        );
        id
    }

    /// Disables and enables somebody in both forms, each time without touching anything else.
    #[track_caller]
    pub(crate) fn disables_and_enables(&self, id: &str) {
        let before = self.user(id);
        for flag in [Flag::Off, Flag::On] {
            for active in [false, true] {
                let operations = match flag {
                    Flag::Off => {
                        let text = if active { "True" } else { "False" };
                        json!([{"op": "Replace", "path": "active", "value": text}])
                    }
                    Flag::On => json!([{"op": "replace", "value": {"active": active}}]),
                };
                self.idp.patch(&format!("/Users/{id}"), operations).is(200);
                let mut now = self.user(id);
                assert_eq!(now["active"], active);
                assert_eq!(self.matches(2, 1), [id], "who is inactive is still found");
                now["active"] = json!(true);
                now["meta"] = before["meta"].clone();
                assert_eq!(now, before);
            }
        }
    }

    /// The second pass: a manager by id as a plain text, another, and none.
    #[track_caller]
    pub(crate) fn sets_the_manager(&self, id: &str, bosses: [&str; 2]) {
        let path = format!("/Users/{id}");
        let manager = format!("{ENTERPRISE}:manager");
        let [first, second] = bosses;
        let add = json!([{"op": "Add", "path": manager, "value": first}]);
        self.idp.patch(&path, add).is(200);
        assert_eq!(self.user(id)[ENTERPRISE]["manager"]["value"], first);
        let question = format!("id eq \"{id}\" and manager eq \"{first}\"");
        let asked = format!("/Users?filter={}&attributes=id", encoded(&question));
        self.idp.get(&asked).is(200).counts(1);
        let replace = json!([{"op": "replace", "value": {&manager: second}}]);
        self.idp.patch(&path, replace).is(200);
        assert_eq!(self.user(id)[ENTERPRISE]["manager"]["value"], second);
        let remove = json!([{"op": "Remove", "path": manager}]);
        self.idp.patch(&path, remove).is(200);
        assert!(self.user(id)[ENTERPRISE].get("manager").is_none());
    }

    /// The hard deletion, 30 days later.
    #[track_caller]
    pub(crate) fn deletes(&self, id: &str) {
        let path = format!("/Users/{id}");
        self.idp.delete(&path).is(204);
        self.idp.get(&path).is(404);
        self.matches(2, 0);
    }

    /// What GET shows.
    #[track_caller]
    pub(crate) fn user(&self, id: &str) -> Value {
        self.idp.get(&format!("/Users/{id}")).is(200).json()
    }

    /// The body of a POST in Entra ID's shape: with `meta` and empty `roles`.
    pub(crate) fn body(&self) -> Value {
        self.body_of(0)
    }

    fn body_of(&self, times: usize) -> Value {
        let mut body = json!({
            "schemas": [USER, ENTERPRISE],
            "active": true,
            "meta": {"resourceType": "User"},
            "roles": []
        });
        for (path, value) in self.rows {
            put(&mut body, path, &changed(path, value, times));
        }
        body
    }

    #[track_caller]
    fn shows(&self, id: &str, times: usize) {
        let user = self.user(id);
        for (path, value) in self.rows {
            assert_eq!(
                at(&user, path),
                changed(path, value, times).as_str(),
                "{path} after {times} updates: {user:#}"
            );
        }
    }

    /// Every attribute can be the matching one, if an administrator decides so.
    #[track_caller]
    fn is_found_by_every_row(&self, times: usize) {
        for (path, value) in self.rows {
            let filter = format!("{path} eq \"{}\"", changed(path, value, times));
            self.idp.find("/Users", &filter).is(200).counts(1);
        }
    }

    /// The match query; answers who was found.
    #[track_caller]
    fn matches(&self, times: usize, expected: u64) -> Vec<String> {
        let row = self.rows.iter().find(|(path, _)| *path == self.matching);
        let (path, value) = row.expect("the matching attribute is mapped");
        let filter = format!("{path} eq \"{}\"", changed(path, value, times));
        let found = self.idp.find("/Users", &filter).is(200).counts(expected);
        found.column("id")
    }

    #[track_caller]
    fn updates(&self, id: &str, times: usize, flag: Flag) {
        let path = format!("/Users/{id}");
        let values = self
            .rows
            .iter()
            .map(|(path, value)| (*path, changed(path, value, times)));
        match flag {
            Flag::Off => {
                for (target, value) in values {
                    let operations = json!([{"op": "Replace", "path": target, "value": value}]);
                    self.idp.patch(&path, operations).is(200);
                }
            }
            Flag::On => {
                let (several, single): (Vec<_>, Vec<_>) =
                    values.partition(|(target, _)| target.contains('['));
                let operations = several.into_iter().map(
                    |(target, value)| json!({"op": "replace", "path": target, "value": value}),
                );
                let folded: Map<String, Value> = single
                    .into_iter()
                    .map(|(target, value)| (target.to_owned(), value.into()))
                    .collect();
                let folded = json!({"op": "replace", "value": folded});
                let operations = operations.chain([folded]).collect();
                self.idp.patch(&path, operations).is(200);
            }
        }
    }
}

/// Groups in Entra ID's order: match, create without members, add, ask, remove, rename, delete.
#[track_caller]
pub(crate) fn provisions_groups(idp: &Client, people: [&str; 3]) {
    let find = |name: &str| {
        let filter = encoded(&format!("displayName eq \"{name}\""));
        idp.get(&format!(
            "/Groups?excludedAttributes=members&filter={filter}"
        ))
        .is(200)
    };
    find("Audit & Risk").counts(0);
    let body = json!({
        "schemas": [GROUP, "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],
        "externalId": "0f3c2a1e-8f7d-4b8e-9a57-2f4a8f0f8f22",
        "displayName": "Audit & Risk",
        "meta": {"resourceType": "Group"}
    });
    let created = idp.post("/Groups", &body).is(201);
    assert_eq!(created.at("/externalId"), body["externalId"]);
    let id = created.id();
    let path = format!("/Groups/{id}");
    idp.post("/Groups", &body).refused(409, "uniqueness");

    let members: Vec<Value> = people
        .iter()
        .map(|person| json!({"$ref": null, "value": person}))
        .collect();
    let add = json!([{"op": "Add", "path": "members", "value": members}]);
    idp.patch(&path, add.clone()).is(204);
    idp.patch(&path, add).is(204);
    let shown = || -> Vec<String> {
        let group = idp.get(&path).is(200).json();
        let members = group["members"].as_array().into_iter().flatten();
        members
            .map(|member| member["value"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(shown(), people);
    let is_member = |person: &str| {
        let filter = encoded(&format!("id eq \"{id}\" and members eq \"{person}\""));
        let asked = format!("/Groups?excludedAttributes=members&filter={filter}");
        let answer = idp.get(&asked).is(200);
        assert!(!answer.text().contains("\"members\""));
        answer.at("/totalResults") == 1
    };
    assert!(people.into_iter().all(is_member));
    let remove =
        json!([{"op": "Remove", "path": "members", "value": [{"$ref": null, "value": people[0]}]}]);
    idp.patch(&path, remove).is(204);
    assert_eq!(shown(), people[1..]);
    let remove = json!([{"op": "remove", "path": format!("members[value eq \"{}\"]", people[1])}]);
    idp.patch(&path, remove).is(204);
    assert_eq!(shown(), people[2..]);
    assert!(!is_member(people[0]));

    // Somebody who is disabled keeps the memberships, because they are not sent again.
    let person = format!("/Users/{}", people[2]);
    for text in ["False", "True"] {
        let operations = json!([{"op": "Replace", "path": "active", "value": text}]);
        idp.patch(&person, operations).is(200);
        assert_eq!(shown(), people[2..]);
        assert_eq!(idp.get(&person).at("/groups/0/value"), id.as_str());
    }

    for name in ["Audit", "Risk"] {
        let rename = match name {
            "Audit" => json!([{"op": "Replace", "path": "displayName", "value": name}]),
            _ => json!([{"op": "replace", "value": {"displayName": name, "externalId": "g-2"}}]),
        };
        idp.patch(&path, rename).is(204);
        assert_eq!(find(name).counts(1).column("id"), [id.as_str()]);
    }
    idp.find("/Groups", "externalId eq \"g-2\"").counts(1);
    idp.get(&format!("{path}?excludedAttributes=members"))
        .is(200)
        .shows(json!({"displayName": "Risk"}));
    idp.delete(&path).is(204);
    idp.get(&path).is(404);
    assert!(idp.get(&person).json().get("groups").is_none());
}

/// A value after so many updates.
fn changed(path: &str, value: &str, times: usize) -> String {
    let other = |values: [&str; 2]| match times {
        0 => value.to_owned(),
        times => values[times - 1].to_owned(),
    };
    let name = path.rsplit([':', '.']).next().unwrap_or(path);
    match name {
        "preferredLanguage" | "locale" => other(["de-DE", "fr-FR"]),
        "timezone" => other(["Europe/Berlin", "Europe/Paris"]),
        "country" => other(["DE", "FR"]),
        "hireDate" => other(["1834-06-05", "1835-06-05"]),
        _ => format!("{}{value}", "x".repeat(times)),
    }
}

/// The steps to a value: members of objects, and the type of an element.
fn steps(path: &str) -> Vec<(&str, Option<&str>)> {
    let (urn, rest) = match path.rsplit_once(':') {
        Some((urn, rest)) => (Some(urn), rest),
        None => (None, path),
    };
    let urn = urn.into_iter().map(|urn| (urn, None));
    // No type has a dot.
    let names = rest
        .split('.')
        .map(|name| match name.split_once("[type eq \"") {
            Some((name, kind)) => (name, kind.strip_suffix("\"]")),
            None => (name, None),
        });
    urn.chain(names).collect()
}

/// The text at a path.
fn at(user: &Value, path: &str) -> Value {
    let mut value = user;
    for (name, kind) in steps(path) {
        value = &value[name];
        if let Some(kind) = kind {
            let mut elements = value.as_array().into_iter().flatten();
            let Some(element) = elements.find(|element| element["type"] == kind) else {
                return Value::Null;
            };
            value = element;
        }
    }
    value.clone()
}

/// Puts a text at a path.
fn put(body: &mut Value, path: &str, text: &str) {
    let mut value = body;
    for (name, kind) in steps(path) {
        value = &mut value[name];
        if let Some(kind) = kind {
            if value.is_null() {
                *value = json!([]);
            }
            let elements = value.as_array_mut().unwrap();
            let known = elements.iter().position(|element| element["type"] == kind);
            let index = known.unwrap_or_else(|| {
                elements.push(json!({"type": kind, "primary": kind == "work"}));
                elements.len() - 1
            });
            value = &mut elements[index];
        }
    }
    *value = text.into();
}
