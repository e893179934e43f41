//! R21: only the server's own id finds a resource, and nobody is adopted because a value is the same.

use serde_json::json;

use super::catalogue::{Catalogue, unless};
use super::house::server::House;

#[test]
fn nothing_but_the_id_finds_a_resource() {
    let house = House::open();
    let idp = house.idp();
    let victim = idp.user_with(
        "victim@example.net",
        json!({
            "externalId": "42",
            "displayName": "Victim",
            "emails": [{"value": "victim@example.net", "type": "work", "primary": true}]
        }),
    );
    let group = idp
        .post(
            "/Groups",
            &json!({"displayName": "Crew", "externalId": "43"}),
        )
        .is(201)
        .id();
    let path = format!("/Users/{victim}");
    let before = idp.get(&path).text();
    let names = [
        "42",
        "victim@example.net",
        "Victim",
        "1",
        "01",
        "-1",
        "43",
        "null",
        "*",
        "%25",
    ];
    let mut catalogue = Catalogue::of("names in place of an id");
    let user = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "eve@example.net"});
    let disable = json!([{"op": "replace", "path": "active", "value": false}]);
    for name in names {
        for endpoint in ["/Users", "/Groups"] {
            let target = format!("{endpoint}/{name}");
            for (method, reply) in [
                ("GET", idp.get(&target)),
                ("PUT", idp.put(&target, &user)),
                ("PATCH", idp.patch(&target, disable.clone())),
                ("DELETE", idp.delete(&target)),
            ] {
                let gone = matches!(reply.status, 404 | 400);
                catalogue.case(&format!("{method} {target}"), unless(gone, || reply.told()));
            }
        }
        let found = idp.find("/Users", &format!("id eq \"{name}\""));
        let none = found.at("/totalResults") == 0;
        catalogue.case(&format!("id eq {name}"), unless(none, || found.told()));
        let member = json!([{"op": "add", "path": "members", "value": [{"value": name}]}]);
        let reply = idp.patch(&format!("/Groups/{group}"), member);
        catalogue.case(
            &format!("member {name}"),
            unless(reply.status == 400, || reply.told()),
        );
    }
    catalogue.holds(36);
    assert_eq!(idp.get(&path).text(), before, "the victim changed");
    let group = idp.get(&format!("/Groups/{group}")).json();
    assert!(group.get("members").is_none(), "{group}");
}

#[test]
fn nobody_is_adopted_because_an_address_or_an_external_id_is_the_same() {
    let house = House::open();
    let idp = house.idp();
    let emails = json!([{"value": "victim@example.net", "type": "work", "primary": true}]);
    let more = json!({"externalId": "42", "emails": emails, "displayName": "Victim"});
    let victim = idp.user_with("victim@example.net", more.clone());
    let before = idp.get(&format!("/Users/{victim}")).text();
    for (number, further) in [
        more,
        json!({"externalId": "42"}),
        json!({"emails": [{"value": "VICTIM@example.net"}]}),
        json!({"displayName": "Victim", "nickName": "victim@example.net"}),
    ]
    .into_iter()
    .enumerate()
    {
        let id = idp.user_with(&format!("eve{number}@example.net"), further);
        assert_ne!(id, victim);
        assert_eq!(idp.get(&format!("/Users/{victim}")).text(), before);
    }
    for name in [
        "victim@example.net",
        "VICTIM@EXAMPLE.NET",
        "Victim@example.net",
    ] {
        let body = json!({"userName": name, "active": false, "displayName": "Eve"});
        idp.post("/Users", &body).refused(409, "uniqueness");
        assert_eq!(idp.get(&format!("/Users/{victim}")).text(), before);
    }
}

#[test]
fn a_deleted_id_never_comes_back() {
    let house = House::open();
    let idp = house.idp();
    let first = idp.user("ada@example.net");
    idp.delete(&format!("/Users/{first}")).is(204);
    let second = idp.user("ada@example.net");
    assert_ne!(first, second);
    idp.get(&format!("/Users/{first}")).refused(404, "");
    idp.put(&format!("/Users/{first}"), &json!({"userName": "eve"}))
        .refused(404, "");
}
