//! `scim2 test`: scim2-cli with the checks of scim2-tester.

use serde_json::json;

use crate::program::{DIALECTS, Host, told};

#[test]
fn scim2_tester_finds_nothing() {
    for dialect in DIALECTS {
        check(&Host::open(dialect), 130);
    }
}

/// What an operator declares is an equal citizen. The kinds of attributes that are left out here are
/// those of which the tester itself draws unfit values, or expects back another than it gave: decimal,
/// dateTime, binary, several values, immutable, and what is returned on request only.
#[test]
fn scim2_tester_finds_nothing_in_a_declared_schema() {
    let host = Host::open("strict");
    let plain = |name: &str, kind: &str| json!({"name": name, "type": kind, "description": name});
    let mut code = plain("code", "string");
    code["uniqueness"] = json!("server");
    code["caseExact"] = json!(true);
    let mut page = plain("page", "reference");
    page["referenceTypes"] = json!(["external"]);
    let mut link = plain("$ref", "reference");
    link["referenceTypes"] = json!(["User"]);
    let mut sponsor = plain("sponsor", "complex");
    sponsor["subAttributes"] = json!([plain("value", "string"), link]);
    let schema = json!({
        "id": "urn:example:scim:schemas:extension:badge:2.0:User",
        "name": "Badge",
        "description": "What is printed on a badge",
        "attributes": [plain("serial", "integer"), plain("valid", "boolean"), code, page, sponsor]
    });
    let file = host.house.data().join("badge.json");
    std::fs::write(&file, schema.to_string()).unwrap();
    host.house
        .cli(&["schema", "add", &file.to_string_lossy()])
        .exits(0);
    check(&host, 150);
}

#[track_caller]
fn check(host: &Host, least: usize) {
    let authorization = format!("Authorization: Bearer {}", host.token);
    let output = host.run(
        "scim2",
        &["--url", &host.url(), "test"],
        &[("SCIM_CLI_HEADERS", &authorization)],
    );
    let told = told(&output);
    // A check is one line with its verdict in front; what it says of it is indented.
    let verdicts: Vec<&str> = told
        .lines()
        .filter(|line| line.split(' ').next().is_some_and(is_verdict))
        .collect();
    let passed = verdicts.iter().filter(|line| line.starts_with("SUCCESS"));
    assert!(output.status.success(), "{told}");
    assert_eq!(passed.count(), verdicts.len(), "{told}");
    assert!(verdicts.len() >= least, "only {} checks", verdicts.len());
}

fn is_verdict(word: &str) -> bool {
    word.len() > 3 && word.bytes().all(|byte| byte.is_ascii_uppercase())
}
