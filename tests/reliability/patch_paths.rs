//! R23 and the second half of R26: a path names an attribute of a schema, or nothing happens.

use serde_json::json;

use super::catalogue::{Catalogue, unless};
use super::filters::refused_in_a_moment;
use super::house::server::House;

/// Paths that name no attribute of a user.
const STRANGE: [&str; 44] = [
    "",
    " ",
    ".",
    "..",
    "/",
    "$",
    "*",
    "[]",
    "[0]",
    "emails[0]",
    "emails[0].value",
    "emails[",
    "emails]",
    "emails[]",
    "emails[].value",
    "emails[type]",
    "emails[type eq]",
    "emails[type eq work]",
    "emails[type eq \"work\"",
    "emails[type eq \"work\"]]",
    "emails[type eq \"work\"].",
    "emails[type eq \"work\"].a.b",
    "emails[type eq \"work\"]value",
    "name..givenName",
    "name.givenName.x",
    "name.",
    ".name",
    "userName.x",
    "unknownThing",
    "unknownThing.sub",
    "unknownThing[a eq \"b\"]",
    "__proto__",
    "__proto__.polluted",
    "constructor.prototype",
    "name.__proto__",
    "emails.__proto__.x",
    "urn:",
    "urn:x:y",
    "urn:ietf:params:scim:schemas:core:2.0:Group:displayName",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:unknownThing",
    "../userName",
    "userName\u{0}",
    "use\u{301}rName",
    "displayName or userName",
];

fn nothing_strange_is_stored(dialect: &str) {
    let house = House::open();
    let idp = house.connection("patched", &[&format!("dialect={dialect}")]);
    let core = "urn:ietf:params:scim:schemas:core:2.0:User";
    let body = json!({
        "schemas": [core], "userName": "ada@example.net", "title": "T", "name": {"givenName": "Ada"},
        "emails": [{"type": "work", "value": "ada@example.net"}]
    });
    let id = idp.post("/Users", &body).is(201).id();
    let path = format!("/Users/{id}");
    let before = idp.get(&path).text();
    let mut catalogue = Catalogue::of("strange paths");
    for strange in STRANGE {
        for (op, value) in [
            ("add", json!("polluted")),
            ("replace", json!({"polluted": "polluted"})),
        ] {
            let mut operations = json!([{"op": op, "path": strange, "value": value}]);
            let by_path = idp.patch(&path, operations.clone());
            operations = json!([{"op": op, "value": {(strange): value}}]);
            let by_name = idp.patch(&path, operations);
            for reply in [by_path, by_name] {
                let flaw = match reply.status {
                    200 => unless(!reply.text().contains("polluted"), || reply.told()),
                    400 => {
                        let kind = reply.at("/scimType");
                        let fits = [
                            "invalidPath",
                            "invalidFilter",
                            "invalidValue",
                            "invalidSyntax",
                            "noTarget",
                            "mutability",
                        ];
                        unless(fits.iter().any(|fit| kind == *fit), || reply.told())
                    }
                    _ => Some(reply.told()),
                };
                let now = idp.get(&path).text();
                catalogue.case(
                    &format!("{op} {strange:?}"),
                    flaw.or_else(|| unless(now == before, || format!("changed to {now}"))),
                );
            }
        }
    }
    catalogue.holds(38);
}

#[test]
fn in_the_tolerant_dialect_nothing_is_stored_under_a_strange_name() {
    nothing_strange_is_stored("tolerant");
}

#[test]
fn in_the_strict_dialect_nothing_is_stored_under_a_strange_name() {
    nothing_strange_is_stored("strict");
}

#[test]
fn strange_names_in_a_body_are_dropped_or_refused_and_never_stored() {
    let house = House::open();
    let tolerant = house.idp();
    let refusing = house.connection("refusing", &["unknown=refuse"]);
    for (number, strange) in STRANGE
        .into_iter()
        .filter(|name| !name.contains("Group:displayName"))
        .enumerate()
    {
        let body = json!({"userName": format!("u{number}"), (strange): "polluted"});
        let kept = tolerant.post("/Users", &body);
        assert!(matches!(kept.status, 201 | 400), "{}", kept.told());
        assert!(
            kept.status == 400 || !kept.text().contains("polluted"),
            "{}",
            kept.told()
        );
        refusing.post("/Users", &body).is(400);
    }
    assert!(
        !tolerant
            .get("/Users?count=1000")
            .text()
            .contains("polluted")
    );
    refusing.get("/Users").counts(0);
}

#[test]
fn hostile_patch_paths_are_refused_in_a_moment() {
    let house = House::open();
    let idp = house.connection("strict", &["dialect=strict", "unknown=refuse"]);
    let core = "urn:ietf:params:scim:schemas:core:2.0:User";
    let id = idp
        .post("/Users", &json!({"schemas": [core], "userName": "ada"}))
        .is(201)
        .id();
    let mut paths = Vec::new();
    for size in [65, 500, 5_000, 50_000] {
        let open = |text: &str| text.repeat(size);
        paths.push((
            "brackets",
            size,
            format!("emails[{}value pr{}]", open("("), open(")")),
        ));
        paths.push(("open brackets", size, format!("emails[{}", open("("))));
        paths.push((
            "negations",
            size,
            format!("emails[{}value pr{}]", open("not ("), open(")")),
        ));
        paths.push(("open negations", size, format!("emails[{}", open("not ("))));
        paths.push(("value paths", size, open("emails[")));
        paths.push((
            "nested value paths",
            size,
            format!("{}value pr{}", open("emails["), open("]")),
        ));
        paths.push(("dots", size, format!("a{}", open(".a"))));
        paths.push(("colons", size, format!("urn{}", open(":a"))));
        paths.push(("a long name", size, open("x")));
        paths.push((
            "a long value",
            size,
            format!("emails[value eq \"{}", open("x")),
        ));
    }
    for size in [501, 5_000] {
        paths.push((
            "clauses",
            size,
            format!("emails[{}]", vec!["value pr"; size].join(" or ")),
        ));
    }
    let mut catalogue = Catalogue::of("hostile patch paths");
    for (name, size, path) in paths {
        let body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{"op": "replace", "path": path, "value": "x"}]
        });
        let flaw = refused_in_a_moment(|| {
            let request = idp.request("PATCH", &format!("/Users/{id}"));
            request
                .json(&body)
                .try_send()
                .map_err(|(_, error)| error.to_string())
        });
        catalogue.case(&format!("{name} {size}"), flaw);
    }
    catalogue.holds(38);
    idp.get(&format!("/Users/{id}")).is(200);
}
