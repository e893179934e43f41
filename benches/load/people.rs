//! What is sent: Entra ID's default attributes, and its PATCH requests in the form without the flag.

use serde_json::{Value, json};

const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
const BULK: &str = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";

pub(crate) fn user_name(number: usize) -> String {
    format!("u{number:07}@example.net")
}

pub(crate) fn external_id(number: usize) -> String {
    // Spread over the key space, as object ids are.
    let spread = (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    format!("{spread:016x}-{number:07}")
}

pub(crate) fn email(number: usize) -> String {
    format!("first{number}.last{number}@mail.example.net")
}

/// A person as Entra ID creates one: some 1.2 kB.
pub(crate) fn person(number: usize) -> Value {
    json!({
        "schemas": [USER, ENTERPRISE],
        "externalId": external_id(number),
        "userName": user_name(number),
        "active": true,
        "displayName": format!("First{number} Last{number}"),
        "title": format!("Engineer {}", number % 17),
        "preferredLanguage": "en-US",
        "name": {
            "formatted": format!("First{number} Last{number}"),
            "familyName": format!("Last{number}"),
            "givenName": format!("First{number}"),
        },
        "emails": [{"primary": true, "type": "work", "value": email(number)}],
        "addresses": [{
            "primary": false,
            "type": "work",
            "formatted": format!("Room {}", number % 900),
            "streetAddress": format!("{} Main Street", number % 999),
            "locality": "Springfield",
            "region": "WA",
            "postalCode": format!("{:05}", 10_000 + number % 80_000),
            "country": "US",
        }],
        "phoneNumbers": [
            {"primary": false, "type": "work", "value": format!("+1 425 555 {:04}", number % 10_000)},
            {"primary": false, "type": "mobile", "value": format!("+1 206 555 {:04}", number % 10_000)},
            {"primary": false, "type": "fax", "value": format!("+1 425 556 {:04}", number % 10_000)},
        ],
        ENTERPRISE: {
            "employeeNumber": format!("E{number:07}"),
            "department": format!("Department {}", number % 40),
        },
        "meta": {"resourceType": "User"},
    })
}

/// One of the six kinds of PATCH that an incremental cycle sends about a person.
pub(crate) fn delta(kind: usize, number: usize, random: u64) -> Value {
    let n = random % 100_000;
    let replace =
        |path: &str, value: String| json!({"op": "Replace", "path": path, "value": value});
    let add = |path: &str, value: String| json!({"op": "Add", "path": path, "value": value});
    let department = format!("{ENTERPRISE}:department");
    patch(&match kind {
        0 => json!([replace("displayName", format!("Display {n}"))]),
        1 => json!([replace("emails[type eq \"work\"].value", email(number))]),
        2 => json!([
            replace("name.familyName", format!("Last{n}")),
            replace("name.formatted", format!("First{number} Last{n}")),
        ]),
        3 => json!([replace(&department, format!("Department {}", n % 40))]),
        4 => json!([replace(
            "addresses[type eq \"work\"].locality",
            format!("City {n}")
        )]),
        _ => json!([
            replace("displayName", format!("Display {n}")),
            add("title", format!("Title {n}")),
            replace(
                "phoneNumbers[type eq \"mobile\"].value",
                format!("+1 206 556 {:04}", n % 10_000)
            ),
            add(&department, format!("Department {}", n % 40)),
        ]),
    })
}

pub(crate) fn active(value: &Value) -> Value {
    patch(&json!([{"op": "Replace", "path": "active", "value": value}]))
}

pub(crate) fn group(name: &str, members: &[String]) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
        "externalId": format!("g-{name}"),
        "displayName": name,
        "members": values(members),
    })
}

pub(crate) fn joined(members: &[String]) -> Value {
    patch(&json!([{"op": "Add", "path": "members", "value": values(members)}]))
}

pub(crate) fn parted(member: &str) -> Value {
    patch(&json!([{"op": "Remove", "path": format!("members[value eq \"{member}\"]")}]))
}

/// Many people in one request.
pub(crate) fn bulk(first: usize, count: usize) -> Value {
    let operations: Vec<Value> = (first..first + count)
        .map(|number| {
            json!({
                "method": "POST",
                "path": "/Users",
                "bulkId": format!("b{number}"),
                "data": person(number),
            })
        })
        .collect();
    json!({"schemas": [BULK], "Operations": operations})
}

fn patch(operations: &Value) -> Value {
    json!({"schemas": [PATCH], "Operations": operations})
}

fn values(members: &[String]) -> Value {
    members.iter().map(|id| json!({"value": id})).collect()
}
