//! Whether the operator wants what cannot be taken back.

use std::io::{self, BufRead, IsTerminal};

use super::print;
use super::problem::Problem;

/// Goes on only if somebody types `word` after the question. Where nobody can be asked, `--yes` is
/// what the hint speaks of.
pub(super) fn ask(question: &str, word: &str, hint: &str) -> Result<(), Problem> {
    let declined = || Problem::refused("nothing was changed");
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return Err(declined().hint(hint));
    }
    print::note(&format!("{question} Type {word} to go on:"));
    let mut answer = String::new();
    let read = io::stdin().lock().read_line(&mut answer);
    read.map_err(|error| Problem::failed(format!("the answer could not be read: {error}")))?;
    if answer.trim().eq_ignore_ascii_case(word) {
        Ok(())
    } else {
        Err(declined())
    }
}
