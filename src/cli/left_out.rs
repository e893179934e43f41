//! The report of attributes that an identity provider sends and no schema knows.

use std::io;

use serde_json::{Value, json};

use super::print;
use crate::operate::Undeclared;

/// Rows that a person will read.
const MOST: usize = 50;

/// Prints the report; nothing when there is nothing to report.
pub(super) fn print(left_out: &[Undeclared]) -> io::Result<()> {
    if left_out.is_empty() {
        return Ok(());
    }
    let rows = left_out.iter().take(MOST).map(|one| {
        let command = one.command.as_deref();
        vec![
            one.name.clone(),
            one.times.to_string(),
            one.last_seen.to_string(),
            command.unwrap_or("-").to_owned(),
        ]
    });
    print::table(
        &["LEFT OUT", "TIMES", "LAST SENT", "WHAT WOULD DECLARE IT"],
        rows.collect(),
        "",
    )?;
    if let Some(more) = left_out.len().checked_sub(MOST).filter(|more| *more > 0) {
        print::note(&format!("and {more} more, which `--json` lists"));
    }
    if left_out.iter().any(|one| one.command.is_none()) {
        print::note(
            "What has no command is no attribute of an extension: have it sent as one, for example as \
             urn:example:2.0:User:NAME, or declare it with a document.",
        );
    }
    Ok(())
}

/// The report as JSON.
pub(super) fn in_json(left_out: &[Undeclared]) -> Value {
    let listed = left_out.iter().map(|one| {
        json!({
            "attribute": one.name,
            "times": one.times,
            "lastSent": one.last_seen.to_string(),
            "declareWith": one.command,
        })
    });
    listed.collect()
}
