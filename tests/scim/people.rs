//! A client with a population of its own, on a server that all tests of this suite share.

use std::ops::Deref;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use serde_json::{Value, json};

use super::house::client::{Client, merge};
use super::house::server::House;

pub(crate) const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
pub(crate) const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
pub(crate) const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// A client of an empty connection; the server lives as long as anybody uses it.
pub(crate) struct Idp {
    client: Client,
    pub(crate) house: Arc<House>,
}

impl Deref for Idp {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

/// An identity provider in a connection of its own, with the settings of a fresh installation.
#[track_caller]
pub(crate) fn idp() -> Idp {
    idp_with(&[])
}

/// The same in the strict dialect.
#[track_caller]
pub(crate) fn strict() -> Idp {
    idp_with(&["dialect=strict"])
}

#[track_caller]
pub(crate) fn idp_with(settings: &[&str]) -> Idp {
    static SHARED: Mutex<Weak<House>> = Mutex::new(Weak::new());
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let house = {
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        shared.upgrade().unwrap_or_else(|| {
            let house = Arc::new(House::open());
            *shared = Arc::downgrade(&house);
            house
        })
    };
    let name = format!("c{}", NUMBER.fetch_add(1, Ordering::Relaxed));
    let client = house.connection(&name, settings);
    Idp { client, house }
}

/// The body of a user.
pub(crate) fn user(user_name: &str, more: Value) -> Value {
    let mut body = json!({"schemas": [USER], "userName": user_name});
    merge(&mut body, more);
    body
}

/// The body of a group.
pub(crate) fn group(name: &str, members: &[&str]) -> Value {
    let members: Vec<Value> = members.iter().map(|id| json!({"value": id})).collect();
    json!({"schemas": [GROUP], "displayName": name, "members": members})
}

/// Patches a user that starts with these attributes, in either dialect, and asserts what it shows then.
#[track_caller]
#[expect(
    clippy::needless_pass_by_value,
    reason = "so that a test can write json!(…) in place"
)]
pub(crate) fn after(start: Value, operations: Value, expected: Value) {
    for idp in [idp(), strict()] {
        let mut body = user("ada@example.net", start.clone());
        body["schemas"] = json!([USER, ENTERPRISE]);
        let path = format!("/Users/{}", idp.post("/Users", &body).is(201).id());
        let reply = idp.patch(&path, operations.clone()).is(200);
        reply.shows(expected.clone());
        idp.get(&path).is(200).shows(expected.clone());
    }
}
