//! What is printed: a line as soon as it is known, with its target.

use super::crowd::{Measured, share};

/// The middle of several values.
pub(crate) fn middle(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_unstable_by(f64::total_cmp);
    share(&values, 50)
}

pub(crate) fn head(users: usize) {
    println!("\n### {users} users\n");
    println!(
        "| work | clients | ours /s | floor /s | ratio | target | our µs CPU | target | ours p50 µs | ours p99 µs | floor p50 µs |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|");
}

/// One kind of work, measured in rounds of the floor and ours.
pub(crate) fn row(name: &str, clients: usize, target: (f64, f64), rounds: &[(Measured, Measured)]) {
    let of = |pick: &dyn Fn(&(Measured, Measured)) -> f64| middle(rounds.iter().map(pick));
    let (ratio, processor) = (
        of(&|(floor, ours)| ours.rate / floor.rate),
        of(&|(_, ours)| ours.processor),
    );
    println!(
        "| {name} | {clients} | {:.0} | {:.0} | {ratio:.2}{} | ≥ {:.2} | {processor:.0}{} | ≤ {:.0} | {:.0} | {:.0} | {:.0} |",
        of(&|(_, ours)| ours.rate),
        of(&|(floor, _)| floor.rate),
        mark(ratio >= target.0),
        target.0,
        mark(processor <= target.1),
        target.1,
        of(&|(_, ours)| ours.middle),
        of(&|(_, ours)| ours.tail),
        of(&|(floor, _)| floor.middle),
    );
}

/// A single figure with its target in words.
pub(crate) fn fact(name: &str, value: &str, target: &str) {
    println!("- {name}: **{value}** (target {target})");
}

const fn mark(holds: bool) -> &'static str {
    if holds { "" } else { " ✗" }
}
