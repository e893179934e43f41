//! R10: who comes first gets the name, the others get 409; nobody gets 5xx.

use std::collections::BTreeMap;
use std::sync::Barrier;

use serde_json::{Value, json};

use super::house::client::Client;
use super::house::server::House;

const RACERS: usize = 16;

/// Sends all bodies at the same moment and counts the answers by status.
fn race(idp: &Client, method: &str, requests: &[(String, Value)]) -> BTreeMap<u16, usize> {
    let barrier = Barrier::new(requests.len());
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let racers: Vec<_> = requests
            .iter()
            .map(|(path, body)| {
                let (client, barrier) = (idp.again(), &barrier);
                scope.spawn(move || {
                    client.get("/ServiceProviderConfig").is(200);
                    barrier.wait();
                    client.request(method, path).json(body).send().status
                })
            })
            .collect();
        racers
            .into_iter()
            .map(|racer| racer.join().unwrap())
            .collect()
    });
    let mut counted = BTreeMap::new();
    for status in statuses {
        *counted.entry(status).or_default() += 1;
    }
    counted
}

#[test]
fn of_sixteen_parallel_creates_one_wins() {
    let house = House::open();
    let idp = house.idp();
    for round in 0..5 {
        let requests: Vec<(String, Value)> = (0..RACERS)
            .map(|number| {
                let name = format!("Runner{round}@example.net");
                let name = if number % 2 == 0 {
                    name
                } else {
                    name.to_uppercase()
                };
                (
                    "/Users".to_owned(),
                    json!({"userName": name, "externalId": number.to_string()}),
                )
            })
            .collect();
        let counted = race(&idp, "POST", &requests);
        assert_eq!(
            counted,
            BTreeMap::from([(201, 1), (409, RACERS - 1)]),
            "round {round}"
        );
    }
    idp.get("/Users").counts(5);
}

#[test]
fn of_sixteen_parallel_renames_to_one_name_one_wins() {
    let house = House::open();
    let idp = house.idp();
    let operations = json!([{"op": "replace", "path": "userName", "value": "prize@example.net"}]);
    let body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": operations
    });
    let requests: Vec<(String, Value)> = (0..RACERS)
        .map(|number| {
            let id = idp.user(&format!("runner{number}@example.net"));
            (format!("/Users/{id}"), body.clone())
        })
        .collect();
    let counted = race(&idp, "PATCH", &requests);
    assert_eq!(counted, BTreeMap::from([(200, 1), (409, RACERS - 1)]));
    idp.find("/Users", "userName eq \"prize@example.net\"")
        .counts(1);
}

#[test]
fn parallel_members_of_one_group_are_all_there() {
    const MEMBERS: usize = 200;
    let house = House::open();
    let idp = house.idp();
    let group = idp.group("Crew", &[]);
    let requests: Vec<(String, Value)> = (0..MEMBERS)
        .map(|number| {
            let id = idp.user(&format!("member{number}@example.net"));
            let operation = json!({"op": "add", "path": "members", "value": [{"value": id}]});
            let body = json!({
                "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                "Operations": [operation]
            });
            (format!("/Groups/{group}"), body)
        })
        .collect();
    let counted = race(&idp, "PATCH", &requests);
    assert_eq!(counted, BTreeMap::from([(204, MEMBERS)]));
    let members = idp.get(&format!("/Groups/{group}")).at("/members");
    assert_eq!(members.as_array().map(Vec::len), Some(MEMBERS));
}

#[test]
fn one_version_is_changed_by_one_of_many() {
    let house = House::open();
    let idp = house.idp();
    let id = idp.user("shared@example.net");
    let tag = idp
        .get(&format!("/Users/{id}"))
        .header("etag")
        .unwrap()
        .to_owned();
    let barrier = Barrier::new(RACERS);
    let won: usize = std::thread::scope(|scope| {
        let racers: Vec<_> = (0..RACERS)
            .map(|number| {
                let (client, barrier, id, tag) = (idp.again(), &barrier, &id, &tag);
                scope.spawn(move || {
                    let body =
                        json!({"userName": "shared@example.net", "title": number.to_string()});
                    barrier.wait();
                    let request = client.request("PUT", &format!("/Users/{id}"));
                    let reply = request.header("If-Match", tag).json(&body).send();
                    assert!(matches!(reply.status, 200 | 412), "{}", reply.told());
                    usize::from(reply.status == 200)
                })
            })
            .collect();
        racers.into_iter().map(|racer| racer.join().unwrap()).sum()
    });
    assert_eq!(won, 1);
}
