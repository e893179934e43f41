//! A history explains each kind of failure well enough to repair it, without the server's log.

use serde_json::{Value, json};

use crate::house::client::Client;
use crate::house::run::Run;
use crate::house::server::House;

/// A server with somebody in the connection `okta`, and how their history reads after the server was told
/// to end, which is when everything is written down.
struct Scene {
    house: House,
    idp: Client,
    path: String,
}

impl Scene {
    fn new(settings: &[&str]) -> Self {
        let house = House::open();
        let idp = house.connection("okta", settings);
        let work = json!({"emails": [{"type": "work", "value": "mira@example.net"}]});
        let id = idp.user_with("mira@example.net", work);
        let path = format!("/Users/{id}");
        Self { house, idp, path }
    }

    fn operator(&self, args: &[&str]) -> Run {
        self.house.cli(args)
    }

    /// Asks for a change of Mira; whatever comes of it is for the history to say.
    fn patch(&self, operation: &Value) {
        let body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [operation],
        });
        let request = self.idp.request("PATCH", &self.path).json(&body);
        request.try_send().unwrap();
    }

    /// The history of Mira says all of this.
    #[track_caller]
    fn tells(self, parts: &[&str]) {
        self.tells_of("mira@example.net", parts);
    }

    #[track_caller]
    fn tells_of(mut self, who: &str, parts: &[&str]) {
        self.house.stop();
        let history = self.house.cli(&["user", "history", who]).prints();
        for part in parts {
            assert!(history.contains(part), "no `{part}` in: {history}");
        }
    }
}

fn title() -> Value {
    json!({"op": "replace", "path": "title", "value": "Auditor"})
}

fn leave() -> Value {
    json!({"op": "replace", "path": "active", "value": false})
}

#[test]
fn a_second_of_the_same_name() {
    let scene = Scene::new(&[]);
    let body = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": "MIRA@example.net",
    });
    scene.idp.post("/Users", &body).is(409);
    scene.tells(&[
        "asked to create a user",
        "refused (409): uniqueness: userName: another User of this connection has this value; search for \
         it with a filter and update it instead",
    ]);
}

#[test]
fn a_value_of_the_wrong_type() {
    let scene = Scene::new(&[]);
    scene.patch(&json!({"op": "replace", "path": "active", "value": "perhaps"}));
    scene.tells(&[
        "refused (400): invalidValue: Operations[0]: active: expected true or false",
        "sent: {\"schemas\":",
        "\"path\":\"active\"",
    ]);
}

#[test]
fn somebody_who_was_deleted() {
    let scene = Scene::new(&[]);
    scene.idp.delete(&scene.path).is(204);
    scene.patch(&title());
    scene.tells(&[
        "is gone, and had:",
        "asked to change user",
        "(404): no User has this id in this connection; search for it by its attributes",
    ]);
}

#[test]
fn an_address_that_is_missing() {
    let scene = Scene::new(&["required=emails.work"]);
    let body = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": "noah@example.net",
    });
    scene.idp.post("/Users", &body).is(422);
    scene.tells_of(
        "noah@example.net",
        &[
            "Nobody has this name now",
            "refused (422): invalidValue: emails.work: this connection requires a value; fill it in the \
             directory and check that the mapping of your identity provider sends it",
        ],
    );
}

#[test]
fn more_than_the_rate_lets_in() {
    let scene = Scene::new(&[]);
    let limit = [
        "connection",
        "set",
        "okta",
        "rate_limit=1/s",
        "rate_burst=1",
    ];
    scene.operator(&limit).exits(0);
    let mut statuses = (0..50).map(|_| scene.idp.get(&scene.path).status);
    assert!(statuses.any(|status| status == 429));
    scene.tells(&[
        "put off (429): this connection sends more than its rate_limit=1/s lets in; nothing was \
                   changed, try again later",
    ]);
}

#[test]
fn a_token_that_was_taken_back() {
    let scene = Scene::new(&[]);
    scene.operator(&["token", "revoke", "1"]).exits(0);
    scene.patch(&title());
    scene.tells(&[
        "okta  token (token 1) asked to change user",
        "refused (401): the credential was refused: revoked token 1; `appliance token new` makes another \
         to paste",
    ]);
}

#[test]
fn a_token_that_was_cut_off() {
    let scene = Scene::new(&[]);
    let half = &scene.idp.token()[..20];
    scene.house.client(half).get(&scene.path).is(401);
    scene.tells(&[
        "refused (401): the credential was refused: a damaged token",
        "paste it anew, all of it and nothing around it",
    ]);
}

#[test]
fn more_than_the_guard_lets_pass() {
    let scene = Scene::new(&["guard=1%/1h", "guard_least=1"]);
    let noah = format!("/Users/{}", scene.idp.user("noah@example.net"));
    scene.idp.patch(&noah, json!([leave()])).is(200);
    scene.patch(&leave());
    scene.tells(&[
        "put off (429): the guard of this connection (1%/1h) holds this back, and nothing was changed",
        "the operator lets it pass with `appliance connection release okta`",
    ]);
}

#[test]
fn a_connection_that_is_paused() {
    let scene = Scene::new(&[]);
    scene.operator(&["connection", "pause", "okta"]).exits(0);
    scene.patch(&title());
    scene.tells(&[
        "put off (503): the operator has paused this connection; nothing is lost, try again later",
    ]);
}

#[test]
fn somebody_under_protection() {
    let scene = Scene::new(&["protect=mira@example.net"]);
    scene.patch(&leave());
    scene.tells(&[
        "refused (409): the operator of this server protects this user",
        "protect=",
    ]);
}
