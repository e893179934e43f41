//! What is searched for, and what is found.

use std::fmt;
use std::str::FromStr;

use super::resources::Stored;
use crate::scim::filter::Condition;
use crate::scim::schema::Resolved;
use crate::scim::{Folded, Kind};

/// A question to [`super::View::search`].
#[derive(Debug, Clone)]
pub struct Search<'a> {
    /// Where to search.
    pub connection: i64,
    /// The kinds to search among, each with its own condition: `None` means all of that kind.
    pub among: &'a [(Kind, Option<Condition>)],
    /// The order; `None` is that of arrival.
    pub sort: Option<&'a Sort>,
    /// Which part of what is found to return.
    pub page: Page,
}

/// An order of resources by one attribute. Resources without a value come last, in descending order
/// first (RFC 7644 §3.4.2.3); equal ones stay in the order of arrival.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sort {
    /// The attribute, with its sub-attribute where it is complex; of several values that of the
    /// primary one counts, or else the first.
    pub attribute: Resolved,
    /// From the greatest to the least.
    pub descending: bool,
}

/// Which part of what is found to return.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Page {
    /// By index, RFC 7644 §3.4.2.4.
    Index {
        /// The first to return, from 1.
        start: u64,
        /// How many at most; 0 asks for the total alone.
        count: u64,
    },
    /// By cursor, RFC 9865: the walk sees everybody exactly once who is there all the time.
    After {
        /// Behind whom to go on; `None` begins.
        position: Option<Position>,
        /// How many at most.
        count: u64,
    },
}

impl Page {
    /// How many to return where it is the first page, and not the total alone.
    pub(super) const fn first(&self) -> Option<u64> {
        match self {
            Self::Index {
                start: 0 | 1,
                count,
            }
            | Self::After {
                position: None,
                count,
            } if *count > 0 => Some(*count),
            Self::Index { .. } | Self::After { .. } => None,
        }
    }
}

/// A place in a list, to go on behind it. Prints as text for a cursor, and is read from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Position {
    /// Behind the resource with this number, in the order of arrival.
    Arrival(i64),
    /// Behind this resource in a sorted list.
    Sorted {
        /// Its value, if it has one.
        value: Option<Folded>,
        /// Its number.
        number: i64,
    },
}

/// The text is no position that we printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAPosition;

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Arrival(number) => write!(f, "{number}"),
            Self::Sorted { value, number } => match value {
                None => write!(f, "{number}:-"),
                Some(Folded::Integer(whole)) => write!(f, "{number}:i{whole}"),
                // The bits, so that it is the same number again.
                Some(Folded::Real(real)) => write!(f, "{number}:r{}", real.to_bits()),
                Some(Folded::Text(text)) => write!(f, "{number}:t{text}"),
            },
        }
    }
}

impl FromStr for Position {
    type Err = NotAPosition;

    fn from_str(text: &str) -> Result<Self, NotAPosition> {
        let (number, value) = match text.split_once(':') {
            Some((number, value)) => (number, Some(value)),
            None => (text, None),
        };
        let number = number.parse().map_err(|_| NotAPosition)?;
        let Some(value) = value else {
            return Ok(Self::Arrival(number));
        };
        let value = match value.split_at_checked(1).ok_or(NotAPosition)? {
            ("-", "") => None,
            ("i", whole) => Some(Folded::Integer(whole.parse().map_err(|_| NotAPosition)?)),
            ("r", bits) => Some(Folded::Real(f64::from_bits(
                bits.parse().map_err(|_| NotAPosition)?,
            ))),
            ("t", text) => Some(Folded::Text(text.to_owned())),
            _ => return Err(NotAPosition),
        };
        Ok(Self::Sorted { value, number })
    }
}

/// The answer to a [`Search`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// How many there are on all pages.
    pub total: u64,
    /// Those on this page.
    pub resources: Vec<Stored>,
    /// Behind whom the next page begins; `None` when this one was the last.
    pub next: Option<Position>,
}

impl Found {
    /// A page of `count` at most, cut from `resources`, of which there is one more if a page follows;
    /// `position` is that of the last one on the page.
    pub(super) fn cut(
        total: u64,
        mut resources: Vec<Stored>,
        count: u64,
        position: impl FnOnce(&Stored) -> Position,
    ) -> Self {
        let most = usize::try_from(count).unwrap_or(usize::MAX);
        let more = resources.len() > most;
        resources.truncate(most);
        Self {
            total,
            next: resources.last().filter(|_| more).map(position),
            resources,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_prints_what_it_reads() {
        for position in [
            Position::Arrival(17),
            Position::Sorted {
                value: None,
                number: 3,
            },
            Position::Sorted {
                value: Some(Folded::Integer(-4)),
                number: 3,
            },
            Position::Sorted {
                value: Some(Folded::Real(0.1)),
                number: 3,
            },
            Position::Sorted {
                value: Some(Folded::Text("a:b é".into())),
                number: 3,
            },
        ] {
            assert_eq!(position.to_string().parse(), Ok(position));
        }
        for wrong in ["", "x", "1:", "1:q", "1:-x", "1:ix"] {
            assert_eq!(wrong.parse::<Position>(), Err(NotAPosition), "{wrong}");
        }
    }
}
