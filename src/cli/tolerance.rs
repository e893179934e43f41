//! The report of what an identity provider sends that is not quite SCIM: what it means, and what to
//! change there.

use std::io;

use serde_json::{Value, json};

use super::print;
use crate::operate::advice;
use crate::store::Tolerated;

/// Subjects that one piece of advice names.
const MOST: usize = 8;

/// Prints the advice on all that was tolerated: once for each kind of deviation, with those whom it met.
pub(super) fn print(tolerated: &[Tolerated]) -> io::Result<()> {
    let mut told: Vec<&str> = Vec::new();
    for first in tolerated {
        let Some(advice) = advice::on(&first.what) else {
            continue;
        };
        if told.contains(&advice.what) {
            continue;
        }
        if told.is_empty() {
            print::line("")?;
            print::line(
                "tolerated, because the dialect is tolerant; each can be ended at the identity provider:",
            )?;
        }
        told.push(advice.what);
        let same: Vec<&Tolerated> = tolerated
            .iter()
            .filter(|one| one.what == first.what)
            .collect();
        let times: u64 = same.iter().map(|one| one.times).sum();
        let seen = same.iter().map(|one| one.first_seen).min();
        let last = same.iter().map(|one| one.last_seen).max();
        let [seen, last] = [seen, last].map(|at| at.map_or_else(String::new, |at| at.to_string()));
        let mut subjects: Vec<&str> = same.iter().map(|one| one.subject.as_str()).collect();
        let more = subjects.len().saturating_sub(MOST);
        subjects.truncate(MOST);
        let more = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        print::line(&format!("  {}: {}", advice.what, advice.means))?;
        print::line(&format!(
            "    met {times} times, first {seen}, last {last}: {}{more}",
            subjects.join(", ")
        ))?;
        if let Some(example) = same
            .iter()
            .map(|one| &one.example)
            .find(|text| !text.is_empty())
        {
            print::line(&format!("    for example {example}"))?;
        }
        print::line(&format!("    what to change: {}", advice.remedy))?;
    }
    Ok(())
}

/// The same as JSON, each deviation with the attribute that it met.
pub(super) fn in_json(tolerated: &[Tolerated]) -> Value {
    let listed = tolerated.iter().filter_map(|one| {
        let advice = advice::on(&one.what)?;
        Some(json!({
            "what": one.what,
            "attribute": one.subject,
            "times": one.times,
            "firstSeen": one.first_seen.to_string(),
            "lastSeen": one.last_seen.to_string(),
            "example": one.example,
            "means": advice.means,
            "remedy": advice.remedy,
        }))
    });
    listed.collect()
}
