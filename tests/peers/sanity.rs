//! `scim-sanity probe`, in its strict mode.

use serde_json::Value;

use crate::program::{DIALECTS, Host, told};

/// Where it wants something else than we promise, and why we keep to our promise.
const DISAGREEMENTS: [(&str, &str); 3] = [
    // RFC 7644 §3.5.2 allows 204, Entra ID prefers it for groups, and a member list may be very long;
    // who asks for `attributes` gets 200.
    ("PATCH /Groups/{id}", "Expected HTTP 200, got 204"),
    ("PATCH /Groups/{id} remove members", "Expected 200, got 204"),
    // It adds somebody who does not exist. A group never refers to nobody.
    ("PATCH /Groups/{id} add member", "Expected 200, got 400"),
];

#[test]
fn scim_sanity_finds_nothing_but_what_we_mean() {
    for dialect in DIALECTS {
        let host = Host::open(dialect);
        let certificate = host.certificate();
        let output = host.run(
            "scim-sanity",
            &[
                "probe",
                &host.url(),
                "--token",
                &host.token,
                "--ca-bundle",
                &certificate.to_string_lossy(),
                "--strict",
                "--json-output",
                "--i-accept-side-effects",
            ],
            &[],
        );
        let report: Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}", told(&output)));
        let results = report["results"].as_array().unwrap();
        let text =
            |result: &Value, name: &str| result[name].as_str().unwrap_or_default().to_owned();
        let complaints: Vec<&Value> = results
            .iter()
            .filter(|result| !matches!(text(result, "status").as_str(), "pass" | "skip"))
            .filter(|result| {
                let (name, message) = (text(result, "name"), text(result, "message"));
                !DISAGREEMENTS
                    .iter()
                    .any(|(known, why)| *known == name && message.contains(why))
            })
            .collect();
        assert!(complaints.is_empty(), "{dialect}: {complaints:#?}");
        let passed = results
            .iter()
            .filter(|result| text(result, "status") == "pass");
        assert!(passed.count() >= 25, "{dialect}: {}", told(&output));
    }
}
