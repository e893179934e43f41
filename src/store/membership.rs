//! Tests on `members` and `groups`, whose values are rows of `member`: the element of a pair is the
//! number of the other side.

use super::error::StoreError;
use super::fragment::Fragment;
use super::numbers::kind_number;
use super::passes::{address, passes};
use super::place::Place;
use crate::scim::filter::{Operand, Operator, Test};
use crate::scim::{Folded, Kind};

/// Every pair of a group and one of its members.
pub(super) fn every_member(place: &Place<'_>) -> Fragment {
    below(place, Fragment::new("TRUE"))
}

/// Every pair of a user and a group that it is in.
pub(super) fn every_group(place: &Place<'_>) -> Fragment {
    closure(place, Fragment::new("TRUE"))
}

/// The pairs of a group and one of its members that pass a test.
pub(super) fn members(place: &Place<'_>, test: &Test) -> Result<Fragment, StoreError> {
    Ok(match part(test) {
        Part::Value(operand) => below(place, passes(&operand, "other.id")),
        Part::Reference(operand) => below(place, address(&operand, "other")),
        Part::Display(operand) => below(place, display(place, &operand, &Kind::ALL)?),
        Part::Type(operand) => {
            let kinds: Vec<i64> = Kind::ALL
                .into_iter()
                .filter(|kind| holds(&operand, &kind.name().to_ascii_lowercase()))
                .map(kind_number)
                .collect();
            below(
                place,
                Fragment::new("other.kind IN (").bind_all(&kinds).sql(")"),
            )
        }
        Part::Whole => every_member(place),
    })
}

/// The pairs of a user and a group, direct or not, that pass a test.
pub(super) fn groups(place: &Place<'_>, test: &Test) -> Result<Fragment, StoreError> {
    Ok(match part(test) {
        Part::Value(operand) => closure(place, passes(&operand, "other.id")),
        Part::Reference(operand) => closure(place, address(&operand, "other")),
        Part::Display(operand) => closure(place, display(place, &operand, &[Kind::Group])?),
        Part::Type(operand) => match (holds(&operand, "direct"), holds(&operand, "indirect")) {
            (true, true) => every_group(place),
            (true, false) => direct(place),
            (false, true) => Fragment::new("SELECT resource, element FROM (")
                .then(every_group(place))
                .sql(") EXCEPT ")
                .then(direct(place)),
            (false, false) => every_group(place).sql(" AND FALSE"),
        },
        Part::Whole => every_group(place),
    })
}

/// What a test on a membership is about.
enum Part {
    Value(Operand),
    Reference(Operand),
    Display(Operand),
    Type(Operand),
    /// Presence of the attribute itself, or of a part that every membership has.
    Whole,
}

fn part(test: &Test) -> Part {
    let operand = &test.operand;
    let Some(sub) = &test.attribute.sub else {
        return Part::Whole;
    };
    if sub.name.is("display") {
        return Part::Display(operand.clone());
    }
    if *operand == Operand::Present {
        return Part::Whole;
    }
    if sub.name.is("type") {
        Part::Type(operand.clone())
    } else if sub.name.is("$ref") {
        Part::Reference(operand.clone())
    } else {
        Part::Value(operand.clone())
    }
}

/// Whether a constant text passes a test: types of members are words that stand nowhere.
fn holds(operand: &Operand, text: &str) -> bool {
    let Operand::Compare(operator, Folded::Text(value)) = operand else {
        return *operand == Operand::Present;
    };
    match operator {
        Operator::Equal => text == value,
        Operator::Contains => text.contains(value.as_str()),
        Operator::StartsWith => text.starts_with(value.as_str()),
        Operator::EndsWith => text.ends_with(value.as_str()),
        Operator::Greater => text > value.as_str(),
        Operator::GreaterOrEqual => text >= value.as_str(),
        Operator::Less => text < value.as_str(),
        Operator::LessOrEqual => text <= value.as_str(),
    }
}

/// `other` has a `displayName` that passes, found among its searchable values.
fn display(place: &Place<'_>, operand: &Operand, kinds: &[Kind]) -> Result<Fragment, StoreError> {
    let mut paths = Vec::new();
    for kind in kinds {
        paths.extend(place.view.session().path(*kind, "displayName")?);
    }
    Ok(Fragment::new(
        "other.number IN (SELECT attribute.resource FROM attribute WHERE attribute.connection = ",
    )
    .bind(place.connection)
    .sql(" AND attribute.path IN (")
    .bind_all(&paths)
    .sql(") AND ")
    .then(passes(operand, "attribute.folded"))
    .sql(")"))
}

/// Pairs of a group and a member `other` for which `condition` holds.
fn below(place: &Place<'_>, condition: Fragment) -> Fragment {
    Fragment::new(
        "SELECT member.holder AS resource, member.member AS element \
         FROM resource AS other \
         JOIN member ON member.member = other.number \
         WHERE other.connection = ",
    )
    .bind(place.connection)
    .sql(" AND ")
    .then(condition)
}

/// Pairs of a user and a group that it is a member of itself.
fn direct(place: &Place<'_>) -> Fragment {
    Fragment::new(
        "SELECT member.member AS resource, member.holder AS element \
         FROM member \
         JOIN resource AS own ON own.number = member.member \
         WHERE own.kind = ",
    )
    .bind(kind_number(place.kind))
    .sql(" AND own.connection = ")
    .bind(place.connection)
}

/// Pairs of a user and a group `other` for which `condition` holds and which it is in, directly or
/// through others.
fn closure(place: &Place<'_>, condition: Fragment) -> Fragment {
    Fragment::new(
        "SELECT closure.member AS resource, closure.holder AS element \
         FROM (WITH RECURSIVE inside(member, holder) AS (\
         SELECT member.member, member.holder \
         FROM resource AS other \
         JOIN member ON member.holder = other.number \
         WHERE other.connection = ",
    )
    .bind(place.connection)
    .sql(" AND other.kind = ")
    .bind(kind_number(Kind::Group))
    .sql(" AND ")
    .then(condition)
    .sql(
        " UNION \
         SELECT member.member, inside.holder \
         FROM inside \
         JOIN member ON member.holder = inside.member) \
         SELECT member, holder FROM inside) AS closure \
         JOIN resource AS own ON own.number = closure.member \
         WHERE own.kind = ",
    )
    .bind(kind_number(place.kind))
}
