//! Which part of a result is asked for.

use crate::base::Limits;
use crate::scim::error::ScimError;

/// A page of a result, by position or by cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Page {
    /// By position (RFC 7644 §3.4.2.4).
    Index {
        /// The position of the first resource, from 1.
        start: u64,
        /// At most so many resources; 0 asks for the total alone.
        count: u64,
    },
    /// By cursor (RFC 9865 §2).
    Cursor {
        /// Where an earlier page ended, as its answer said; `None` for the first page.
        cursor: Option<String>,
        /// At most so many resources; 0 asks for the total alone.
        count: u64,
    },
}

impl Page {
    /// The page that these parameters ask for. A start below 1 is 1 and a negative count is 0; a
    /// count beyond the limit is lowered to it (RFC 7644 §3.4.2.4 lets the server return fewer). A
    /// cursor that is present but empty asks for the first page by cursor.
    ///
    /// A position together with a cursor is 400 `invalidValue`.
    pub fn new(
        start: Option<i64>,
        count: Option<i64>,
        cursor: Option<String>,
        limits: &Limits,
    ) -> Result<Self, ScimError> {
        let most = u64::try_from(limits.page).unwrap_or(u64::MAX);
        let count = match count {
            Some(count) => u64::try_from(count).unwrap_or(0),
            None => u64::try_from(limits.default_page).unwrap_or(u64::MAX),
        }
        .min(most);
        match (start, cursor) {
            (Some(_), Some(_)) => Err(ScimError::invalid_value(
                "startIndex and cursor exclude each other: leave one out",
            )),
            (start, None) => Ok(Self::Index {
                start: start
                    .and_then(|start| u64::try_from(start).ok())
                    .map_or(1, |start| start.max(1)),
                count,
            }),
            (None, Some(cursor)) => Ok(Self::Cursor {
                cursor: Some(cursor).filter(|cursor| !cursor.is_empty()),
                count,
            }),
        }
    }

    /// At most so many resources.
    pub const fn count(&self) -> u64 {
        match self {
            Self::Index { count, .. } | Self::Cursor { count, .. } => *count,
        }
    }
}

/// A whole number as text; beyond the range of `i64` it stays at the end of it. `None` if it is no
/// whole number.
pub(super) fn whole(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let beyond = if text.starts_with('-') {
        i64::MIN
    } else {
        i64::MAX
    };
    Some(text.parse().unwrap_or(beyond))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(start: Option<i64>, count: Option<i64>) -> (u64, u64) {
        match Page::new(start, count, None, &Limits::DEFAULT).unwrap() {
            Page::Index { start, count } => (start, count),
            Page::Cursor { .. } => panic!("no cursor was given"),
        }
    }

    #[test]
    fn positions_and_counts_are_brought_into_range() {
        assert_eq!(index(None, None), (1, 100));
        assert_eq!(index(Some(0), Some(0)), (1, 0));
        assert_eq!(index(Some(-7), Some(-1)), (1, 0));
        assert_eq!(index(Some(501), Some(1_000_000)), (501, 1_000));
        assert_eq!(index(Some(i64::MAX), Some(i64::MIN)), (i64::MAX as u64, 0));
    }

    #[test]
    fn an_empty_cursor_asks_for_the_first_page() {
        let page = |cursor: &str| Page::new(None, Some(5), Some(cursor.into()), &Limits::DEFAULT);
        assert_eq!(
            page("").unwrap(),
            Page::Cursor {
                cursor: None,
                count: 5
            }
        );
        assert_eq!(
            page("abc").unwrap(),
            Page::Cursor {
                cursor: Some("abc".into()),
                count: 5
            }
        );
        let both = Page::new(Some(1), None, Some(String::new()), &Limits::DEFAULT);
        assert_eq!(both.unwrap_err().status(), 400);
    }

    #[test]
    fn numbers_of_any_length_are_read_without_overflow() {
        assert_eq!(whole("+12"), Some(12));
        assert_eq!(whole("99999999999999999999"), Some(i64::MAX));
        assert_eq!(whole("-99999999999999999999"), Some(i64::MIN));
        for wrong in ["", "-", "1.0", "1e3", "0x1", " 1", "ten", "--1", "١"] {
            assert_eq!(whole(wrong), None, "{wrong}");
        }
    }
}
