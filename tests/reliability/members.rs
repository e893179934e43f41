//! R25: members are resources of this connection, and a group gives nobody any right here.

use serde_json::{Value, json};

use super::catalogue::{Catalogue, unless};
use super::house::server::House;

#[test]
fn no_member_comes_from_elsewhere() {
    let house = House::open();
    let idp = house.idp();
    let other = house.connection("other", &[]);
    let own = idp.user("own@example.net");
    let foreign = other.user("foreign@example.net");
    let foreign_group = other.group("Foreign", &[&foreign]);
    let gone = idp.user("gone@example.net");
    idp.delete(&format!("/Users/{gone}")).is(204);
    let group = idp.group("Crew", &[&own]);
    let path = format!("/Groups/{group}");
    let before = idp.get(&path).text();
    let mut catalogue = Catalogue::of("members from elsewhere");
    for stranger in [
        foreign.as_str(),
        &foreign_group,
        &gone,
        "0189c3f2-0000-7000-8000-000000000000",
        "nobody",
        "",
        "bulkId:1",
        &format!("{own} "),
        &format!("../Users/{own}"),
        &house.url(),
    ] {
        let member = json!([{"value": stranger}]);
        let link = json!([{"value": stranger, "$ref": format!("{}/Users/{own}", house.url()), "type": "User"}]);
        for value in [member, link] {
            let put = json!({"displayName": "Crew", "members": value});
            for (name, reply) in [
                (
                    "add",
                    idp.patch(
                        &path,
                        json!([{"op": "add", "path": "members", "value": value}]),
                    ),
                ),
                (
                    "replace",
                    idp.patch(
                        &path,
                        json!([{"op": "replace", "path": "members", "value": value}]),
                    ),
                ),
                (
                    "no path",
                    idp.patch(&path, json!([{"op": "add", "value": {"members": value}}])),
                ),
                ("PUT", idp.put(&path, &put)),
                ("POST", idp.post("/Groups", &put)),
            ] {
                let flaw = unless(reply.status == 400, || reply.told());
                catalogue.case(&format!("{name} {value}"), flaw);
            }
        }
    }
    catalogue.holds(50);
    assert_eq!(idp.get(&path).text(), before);
    idp.get("/Groups").counts(1);
    let foreign = other.get(&format!("/Users/{foreign}")).json();
    assert_eq!(
        foreign["groups"].as_array().map(Vec::len),
        Some(1),
        "{foreign}"
    );
}

#[test]
fn a_group_by_the_name_of_power_gives_none() {
    let house = House::open();
    let idp = house.idp();
    let user = idp.user("eve@example.net");
    for name in ["admin", "Administrators", "root", "operator", "system", "*"] {
        idp.group(name, &[&user]);
    }
    idp.patch(
        &format!("/Users/{user}"),
        json!([{"op": "add", "path": "roles", "value": [{"value": "admin", "primary": true}]}]),
    )
    .is(200);
    // Nothing that the operator controls has moved.
    let list = house.cli(&["token", "list", "--json"]).prints();
    let list: Vec<Value> = serde_json::from_str(&list).unwrap();
    assert_eq!(list.len(), 1);
    let connections = house.cli(&["connection", "list", "--json"]).prints();
    let connections: Vec<Value> = serde_json::from_str(&connections).unwrap();
    assert_eq!(connections.len(), 1);
    idp.get("/Me").refused(501, "");
}

#[test]
fn two_connections_never_see_each_other() {
    let house = House::open();
    let idp = house.idp();
    let other = house.connection("other", &[]);
    let here = idp.user_with("ada@example.net", json!({"externalId": "7"}));
    let there = other.user_with("ada@example.net", json!({"externalId": "7"}));
    assert_ne!(here, there);
    for (client, own, foreign) in [(&idp, &here, &there), (&other, &there, &here)] {
        client.get("/Users").counts(1);
        client.get("/").counts(1);
        client
            .find("/Users", "userName eq \"ada@example.net\"")
            .counts(1);
        client
            .find("/Users", &format!("id eq \"{foreign}\""))
            .counts(0);
        client.get(&format!("/Users/{own}")).is(200);
        client.get(&format!("/Users/{foreign}")).refused(404, "");
        client.delete(&format!("/Users/{foreign}")).refused(404, "");
        let manager = json!([{"op": "add", "path":
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager", "value": {"value": foreign}}]);
        let reply = client.patch(&format!("/Users/{own}"), manager);
        assert!(
            !reply.text().contains("displayName"),
            "a foreign name: {}",
            reply.told()
        );
    }
    other.delete(&format!("/Users/{there}")).is(204);
    idp.get(&format!("/Users/{here}")).is(200);
}
