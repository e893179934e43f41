//! Whether the operator wants what cannot be taken back.

use std::io::{self, BufRead, IsTerminal};

use super::print;
use super::problem::Problem;

const NOTHING: &str = "nothing was changed";

/// Goes on only if somebody types `word` after the question. Where nobody can be asked, `--yes` is
/// what the hint speaks of.
pub(super) fn ask(question: &str, word: &str, hint: &str) -> Result<(), Problem> {
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return Err(Problem::refused(NOTHING).hint(hint));
    }
    print::note(&format!("{question} Type {word} to go on:"));
    let mut answer = String::new();
    let read = io::stdin().lock().read_line(&mut answer);
    read.map_err(|error| Problem::failed(format!("the answer could not be read: {error}")))?;
    judge(answer.trim(), word)
}

/// Whether that is a yes. Who types less than the word may have meant it, and learns what was missing.
fn judge(answer: &str, word: &str) -> Result<(), Problem> {
    if answer.eq_ignore_ascii_case(word) {
        return Ok(());
    }
    let problem = Problem::refused(NOTHING);
    Err(if answer.is_empty() {
        problem
    } else {
        problem.hint(format!(
            "`{answer}` is not `{word}`, which must be typed in full to go on"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_word_is_a_yes_and_less_is_met_with_it() {
        assert!(judge("Yes", "yes").is_ok());
        assert_eq!(judge("", "yes").unwrap_err().hint, None);
        let hint = judge("y", "yes").unwrap_err().hint.unwrap();
        assert!(hint.starts_with("`y` is not `yes`"), "{hint}");
    }
}
