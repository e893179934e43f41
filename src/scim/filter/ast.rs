//! A filter as it was written: its names are only names, its values have no type yet.

use std::fmt;

use serde_json::Value;

use super::condition::Operator;
use crate::scim::name::AttrName;
use crate::scim::path::AttrPath;

/// A filter (RFC 7644 figure 1). Prints as a filter that parses to itself.
///
/// It nests no deeper than the limit that it was parsed with, so walking or dropping it is safe.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    /// `… and …`; at least two.
    And(Vec<Self>),
    /// `… or …`; at least two.
    Or(Vec<Self>),
    /// `not (…)`
    Not(Box<Self>),
    /// `title pr`, `title eq "x"`
    Test(Box<Test>),
    /// `emails[type eq "work"]`
    Element(Box<Element>),
}

/// A test of one element of an attribute.
#[derive(Debug, Clone, PartialEq)]
pub struct Element {
    /// The attribute in front of the brackets.
    pub path: AttrPath,
    /// Where it stands.
    pub column: Column,
    /// What is in the brackets.
    pub inner: Filter,
    /// A test behind the brackets, on a sub-attribute of the same element, as in
    /// `emails[type eq "work"].value eq "x"`. It is not in the grammar of RFC 7644, but it is how
    /// Entra ID looks for a person by e-mail address.
    pub then: Option<Test>,
}

/// One comparison.
#[derive(Debug, Clone, PartialEq)]
pub struct Test {
    /// The name on the left.
    pub path: AttrPath,
    /// Where it stands.
    pub column: Column,
    /// What is asked of it.
    pub check: Check,
}

/// What a comparison asks.
#[derive(Debug, Clone, PartialEq)]
pub enum Check {
    /// `pr`
    Present,
    /// `ne`
    Differs(Literal),
    /// Every other operator.
    Compare(Operator, Literal),
}

/// A value: `null`, `true`, `false`, a number or a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Literal {
    value: Value,
    column: Column,
}

/// Where something stands in the text: its first character, counted from 1. It is no part of what a
/// filter says, so all columns are equal.
#[derive(Debug, Clone, Copy)]
pub struct Column(pub usize);

impl PartialEq for Column {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Literal {
    /// A value that is neither a list nor an object.
    pub(super) const fn new(value: Value, column: usize) -> Self {
        Self {
            value,
            column: Column(column),
        }
    }

    /// The value; never a list or an object.
    pub const fn value(&self) -> &Value {
        &self.value
    }

    /// Where it stands.
    pub const fn column(&self) -> Column {
        self.column
    }
}

/// The words of all operators that take a value, except `ne`.
pub(super) const OPERATORS: [(&str, Operator); 8] = [
    ("eq", Operator::Equal),
    ("co", Operator::Contains),
    ("sw", Operator::StartsWith),
    ("ew", Operator::EndsWith),
    ("gt", Operator::Greater),
    ("ge", Operator::GreaterOrEqual),
    ("lt", Operator::Less),
    ("le", Operator::LessOrEqual),
];

/// The word for `operator`.
pub(super) fn word(operator: Operator) -> &'static str {
    OPERATORS
        .iter()
        .find(|(_, known)| *known == operator)
        .map_or("", |(word, _)| word)
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::And(parts) => join(f, parts, " and ", |part| {
                matches!(part, Self::And(_) | Self::Or(_))
            }),
            Self::Or(parts) => join(f, parts, " or ", |part| matches!(part, Self::Or(_))),
            Self::Not(inner) => write!(f, "not ({inner})"),
            Self::Test(test) => test.fmt(f),
            Self::Element(element) => {
                write!(f, "{}[{}]", element.path, element.inner)?;
                match &element.then {
                    Some(test) => write!(f, ".{test}"),
                    None => Ok(()),
                }
            }
        }
    }
}

/// The parts with `word` between them, those in parentheses that would otherwise be read differently.
fn join(
    f: &mut fmt::Formatter<'_>,
    parts: &[Filter],
    word: &str,
    grouped: fn(&Filter) -> bool,
) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            f.write_str(word)?;
        }
        if grouped(part) {
            write!(f, "({part})")?;
        } else {
            write!(f, "{part}")?;
        }
    }
    Ok(())
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.check {
            Check::Present => write!(f, "{} pr", self.path),
            Check::Differs(literal) => write!(f, "{} ne {}", self.path, literal.value),
            Check::Compare(operator, literal) => {
                write!(f, "{} {} {}", self.path, word(*operator), literal.value)
            }
        }
    }
}

impl Test {
    /// A test on a sub-attribute that is named alone.
    pub(super) const fn of_part(name: AttrName, column: usize, check: Check) -> Self {
        Self {
            path: AttrPath {
                urn: None,
                name,
                sub: None,
            },
            column: Column(column),
            check,
        }
    }
}
