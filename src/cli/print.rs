//! The one place that speaks: answers to stdout, everything else to stderr.

use std::io::{self, BufWriter, IsTerminal, StdoutLock, Write};

use comfy_table::{Table, presets};
use serde_json::Value;

use super::problem::Problem;

/// Prints an answer as JSON, indented for people.
pub(super) fn json(answer: &Value) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{answer:#}")?;
    stdout.flush()
}

/// Prints one line of a longer answer, at once: somebody may be following.
pub(super) fn line(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{}", harmless(text))?;
    stdout.flush()
}

/// Prints a text that is complete already, whatever is in it.
pub(super) fn text(text: &[u8]) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text)?;
    stdout.flush()
}

/// Prints a table; nothing but a note on stderr when it has no rows.
pub(super) fn table(header: &[&str], rows: Vec<Vec<String>>, empty: &str) -> io::Result<()> {
    if rows.is_empty() {
        note(empty);
        return Ok(());
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(header.iter().copied());
    for row in rows {
        table.add_row(row.iter().map(|cell| harmless(cell)));
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{}", table.trim_fmt())?;
    stdout.flush()
}

/// Prints a token, and only the token. Whoever pipes it away must get it or learn that it is lost,
/// so here a closed pipe is a failure.
pub(super) fn secret(token: &str) -> Result<(), Problem> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{token}")
        .and_then(|()| stdout.flush())
        .map_err(|error| Problem::failed(format!("the token could not be written: {error}")))
}

/// Stdout for a long answer.
pub(super) fn stream() -> BufWriter<StdoutLock<'static>> {
    BufWriter::with_capacity(1 << 16, io::stdout().lock())
}

/// Says something that is not part of the answer.
pub(super) fn note(text: &str) {
    say(None, text);
}

/// Says what should be looked at.
pub(super) fn warning(text: &str) {
    say(Some(("warning", "33")), text);
}

/// Says why the command did not do what it was asked.
pub(super) fn problem(problem: &Problem) {
    if !problem.error.is_empty() {
        say(Some(("error", "31")), &problem.error);
    }
    if let Some(hint) = &problem.hint {
        say(Some(("hint", "36")), hint);
    }
}

/// Writes to stderr. When that fails, there is nobody left to tell.
fn say(label: Option<(&str, &str)>, text: &str) {
    let mut stderr = io::stderr().lock();
    let text = harmless(text);
    let _ = match label {
        Some((label, colour)) if coloured() => {
            writeln!(stderr, "\u{1b}[1;{colour}m{label}:\u{1b}[0m {text}")
        }
        Some((label, _)) => writeln!(stderr, "{label}: {text}"),
        None => writeln!(stderr, "{text}"),
    };
}

/// Colour only on a terminal that can, and only if nobody objects (`NO_COLOR`).
fn coloured() -> bool {
    io::stderr().is_terminal()
        && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
        && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// Text that cannot steer a terminal: names come from outside, and a control character in one of
/// them could hide or forge what is shown.
fn harmless(text: &str) -> String {
    text.chars()
        .map(|letter| {
            if letter.is_control() && letter != '\n' {
                '\u{fffd}'
            } else {
                letter
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_steer_the_terminal() {
        assert_eq!(
            harmless("a\u{1b}[2Jb\u{9b}c\td\ne"),
            "a\u{fffd}[2Jb\u{fffd}c\u{fffd}d\ne"
        );
    }
}
