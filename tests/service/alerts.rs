//! The alert rules name metrics that exist.

use std::collections::BTreeSet;

use serde_json::json;

use crate::house::server::House;

const RULES: &str = include_str!("../../packaging/prometheus-alerts.yml");

/// Every `appliance_…` in the expressions.
fn named() -> BTreeSet<String> {
    RULES
        .lines()
        .filter_map(|line| line.trim().strip_prefix("expr: "))
        .flat_map(|expression| {
            expression.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')
        })
        .filter(|word| word.starts_with("appliance_"))
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_metric_that_a_rule_names_is_on_the_page() {
    let house = House::with(&["--local-listen", "127.0.0.1:0"]);
    let idp = house.idp();
    idp.user_with("mira@example.net", json!({"active": "True"}));
    house.cli(&["backup", "new"]).exits(0);
    let page = house.local("/metrics").1;
    let families: BTreeSet<&str> = page
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE "))
        .filter_map(|line| line.split(' ').next())
        .collect();
    let named = named();
    assert!(named.len() >= 12, "{named:?}");
    for metric in &named {
        // The look through the database comes half a minute after the start; `integrity.rs` waits for it.
        let later = metric.starts_with("appliance_integrity_");
        let family = ["_total", "_bucket"]
            .iter()
            .find_map(|end| metric.strip_suffix(end))
            .unwrap_or(metric);
        assert!(
            later || families.contains(family),
            "{metric} is not in\n{page}"
        );
    }
}

#[test]
fn every_rule_says_what_is_the_matter() {
    let alerts = RULES.matches("- alert: Appliance").count();
    assert!(alerts >= 12);
    for part in ["expr: ", "severity: ", "summary: "] {
        assert_eq!(RULES.matches(part).count(), alerts, "{part}");
    }
}
