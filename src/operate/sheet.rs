//! What a cell of a sheet is, for those who write one and for those who read it back.

use std::borrow::Cow;

/// Between several values in one cell.
pub(super) const BETWEEN: &str = "; ";
/// What a spreadsheet may take for the start of a formula, or skip to find one.
const STARTS_A_FORMULA: [char; 8] = ['=', '+', '-', '@', '\t', '\r', '\n', '\0'];

/// The text with a leading apostrophe where a spreadsheet would take it for a formula: values come
/// from outside, and `=HYPERLINK(…)` in a name must stay a name (reliability R37).
pub(super) fn guarded(text: &str) -> Cow<'_, str> {
    if text.starts_with(STARTS_A_FORMULA) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// The text without that apostrophe.
pub(super) fn unguarded(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if rest.starts_with(STARTS_A_FORMULA) => rest,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_looks_like_a_formula() {
        for text in [
            "=1+1", "+49 30 1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\0=1",
        ] {
            assert_eq!(guarded(text), format!("'{text}"));
            assert_eq!(unguarded(&guarded(text)), text);
        }
        for text in ["", "Anna", "1+1", "'=1", " =1", "a@example.net"] {
            assert_eq!(guarded(text), text);
        }
        for text in ["", "Anna", "'Anna", "'"] {
            assert_eq!(unguarded(text), text);
        }
    }
}
