//! Putting somebody into a group costs the same in a small group and in a large one.

use serde_json::json;

use super::house::client::Client;
use super::house::server::House;

const LARGE: usize = 5_000;

/// How many bytes a change of one membership writes to the log of the database, and how many it answers
/// with: the least of several tries, since what the server writes down now and then may fall into one.
fn cost(house: &House, idp: &Client, group: &str, person: &str) -> (u64, usize) {
    let sql = rusqlite::Connection::open(house.data().join("appliance.sqlite")).unwrap();
    let log = house.data().join("appliance.sqlite-wal");
    let path = format!("/Groups/{group}");
    let add = json!([{"op": "Add", "path": "members", "value": [{"value": person}]}]);
    let remove = json!([{"op": "Remove", "path": "members", "value": [{"value": person}]}]);
    let mut least = (u64::MAX, usize::MAX);
    for _ in 0..5 {
        for operations in [&add, &remove] {
            let busy: i64 = sql
                .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))
                .unwrap();
            if busy != 0 {
                continue;
            }
            let reply = idp.patch(&path, operations.clone()).is(204);
            let written = std::fs::metadata(&log).unwrap().len();
            least = (least.0.min(written), least.1.min(reply.body.len()));
        }
    }
    least
}

/// Creates the people with these numbers in one request; their ids.
fn create(idp: &Client, numbers: &[usize]) -> Vec<String> {
    let operation = |number: &usize| {
        json!({
            "method": "POST", "path": "/Users", "bulkId": format!("b{number}"),
            "data": {"userName": format!("u{number}@example.net")},
        })
    };
    let operations: Vec<_> = numbers.iter().map(operation).collect();
    idp.bulk(&operations).is(200).bulk_ids()
}

/// The promise that cost does not grow with the group (R28): neither the log nor the answer does.
#[test]
fn a_membership_costs_the_same_in_a_group_of_ten_and_of_thousands() {
    let house = House::open();
    let idp = house.idp();
    let numbers: Vec<usize> = (0..=LARGE).collect();
    let people: Vec<String> = numbers
        .chunks(1_000)
        .flat_map(|chunk| create(&idp, chunk))
        .collect();
    let (outsider, members) = people.split_last().unwrap();
    let group = |name: &str, members: &[String]| {
        let members: Vec<_> = members.iter().map(|id| json!({"value": id})).collect();
        let body = json!({"displayName": name, "members": members});
        idp.post("/Groups", &body).is(201).id()
    };
    let small = group("small", &members[..10]);
    let large = group("large", members);
    let (few, short) = cost(&house, &idp, &small, outsider);
    let (many, long) = cost(&house, &idp, &large, outsider);
    assert!(few > 0);
    assert_eq!(short, long, "bytes of the answer");
    // A page of the larger tree more may be touched: 4 KiB each, and 24 bytes of its frame.
    assert!(
        many <= few + 2 * 4_120,
        "{many} bytes of log in the large group, {few} in the small"
    );
}

/// What Entra ID sends to take one person out of a group must take out nobody else: `Remove` with the
/// value and no filter. See tests/idp/sequences/entra for its form.
#[test]
fn a_remove_with_a_value_leaves_everybody_else_in_a_large_group() {
    let house = House::open();
    let idp = house.idp();
    let numbers: Vec<usize> = (0..LARGE).collect();
    let people: Vec<String> = numbers
        .chunks(1_000)
        .flat_map(|chunk| create(&idp, chunk))
        .collect();
    let members: Vec<_> = people.iter().map(|id| json!({"value": id})).collect();
    let body = json!({"displayName": "everybody", "members": members});
    let group = idp.post("/Groups", &body).is(201).id();
    let path = format!("/Groups/{group}");
    let one = json!([{"$ref": null, "value": people[17]}]);
    idp.patch(
        &path,
        json!([{"op": "Remove", "path": "members", "value": one}]),
    )
    .is(204);
    let left = idp.get(&path).is(200).json();
    let left: Vec<&str> = left["members"]
        .as_array()
        .unwrap()
        .iter()
        .map(|member| member["value"].as_str().unwrap())
        .collect();
    assert_eq!(left.len(), LARGE - 1);
    assert!(!left.contains(&people[17].as_str()));
    idp.patch(
        &path,
        json!([{"op": "Remove", "path": "members", "value": []}]),
    );
    let after = idp.get(&path).is(200).json();
    assert_eq!(after["members"].as_array().unwrap().len(), LARGE - 1);
}
