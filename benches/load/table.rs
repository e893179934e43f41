//! What is printed: a line as soon as it is known, with its target.

use super::crowd::{Measured, share};

/// The middle of several values.
pub(crate) fn middle(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_unstable_by(f64::total_cmp);
    share(&values, 50)
}

/// What a row has to reach.
pub(crate) struct Target {
    /// The least share of the floor's rate.
    pub(crate) rate: f64,
    /// The most microseconds of processor.
    pub(crate) processor: Option<f64>,
    /// How many times the floor's the slowest hundredth may take.
    pub(crate) tail: Option<f64>,
}

pub(crate) fn head(users: usize) {
    println!("\n### {users} users\n");
    println!(
        "| work | clients | ours /s | floor /s | ratio | target | our µs CPU | target | p50 µs | floor's | p99 µs | over floor's | target |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|---|---|");
}

/// One kind of work, measured in rounds of the floor and ours.
pub(crate) fn row(name: &str, clients: usize, target: &Target, rounds: &[(Measured, Measured)]) {
    let of = |pick: &dyn Fn(&(Measured, Measured)) -> f64| middle(rounds.iter().map(pick));
    let (ratio, processor, tail) = (
        of(&|(floor, ours)| ours.rate / floor.rate),
        of(&|(_, ours)| ours.processor),
        of(&|(floor, ours)| ours.tail / floor.tail),
    );
    println!(
        "| {name} | {clients} | {:.0} | {:.0} | {ratio:.2}{} | ≥ {:.2} | {processor:.0}{} | {} | {:.0} | {:.0} | {:.0} | {tail:.1}{} | {} |",
        of(&|(_, ours)| ours.rate),
        of(&|(floor, _)| floor.rate),
        mark(ratio >= target.rate),
        target.rate,
        mark(target.processor.is_none_or(|most| processor <= most)),
        most(target.processor),
        of(&|(_, ours)| ours.middle),
        of(&|(floor, _)| floor.middle),
        of(&|(_, ours)| ours.tail),
        mark(target.tail.is_none_or(|most| tail <= most)),
        most(target.tail),
    );
}

/// A target that is not to be exceeded, if there is one.
fn most(target: Option<f64>) -> String {
    target.map(|most| format!("≤ {most}")).unwrap_or_default()
}

/// A single figure with its target in words.
pub(crate) fn fact(name: &str, value: &str, target: &str) {
    println!("- {name}: **{value}** (target {target})");
}

const fn mark(holds: bool) -> &'static str {
    if holds { "" } else { " ✗" }
}
