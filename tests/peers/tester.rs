//! `scim2 test`: scim2-cli with the checks of scim2-tester.

use crate::program::{DIALECTS, Host, told};

#[test]
fn scim2_tester_finds_nothing() {
    for dialect in DIALECTS {
        let host = Host::open(dialect);
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
        assert!(output.status.success(), "{dialect}\n{told}");
        assert_eq!(passed.count(), verdicts.len(), "{dialect}\n{told}");
        assert!(verdicts.len() >= 130, "{dialect}: only {}", verdicts.len());
    }
}

fn is_verdict(word: &str) -> bool {
    word.len() > 3 && word.bytes().all(|byte| byte.is_ascii_uppercase())
}
