//! The order of a list by an attribute, as SQL.

use super::error::StoreError;
use super::fragment::Fragment;
use super::leaves::{Home, home};
use super::numbers::{kind_number, sql_value};
use super::page::{Position, Sort};
use super::place::Place;

/// A `SELECT` of `(resource, value)`: the value by which each resource of a place is sorted. Who has
/// none is not in it.
pub(super) fn values(place: &Place<'_>, sort: &Sort) -> Result<Fragment, StoreError> {
    let column = match home(place.kind, &sort.attribute) {
        Home::Rows => return rows(place, sort),
        Home::Id | Home::Location => "resource.id",
        Home::Version => "resource.version",
        // A group is not sorted by one of its members, nor a user by one of its groups.
        Home::Members | Home::Groups => "NULL",
    };
    Ok(Fragment::new(&format!(
        "SELECT number AS resource, {column} AS value FROM resource WHERE connection = "
    ))
    .bind(place.connection)
    .sql(" AND kind = ")
    .bind(kind_number(place.kind)))
}

fn rows(place: &Place<'_>, sort: &Sort) -> Result<Fragment, StoreError> {
    let attribute = &sort.attribute;
    let path = |key: &str| place.view.session().path(place.kind, key);
    let own = path(&attribute.key())?.unwrap_or(0);
    if !attribute.attribute.multi_valued && !attribute.leaf().multi_valued {
        return Ok(Fragment::new(
            "SELECT resource, folded AS value FROM attribute WHERE connection = ",
        )
        .bind(place.connection)
        .sql(" AND path = ")
        .bind(own));
    }
    // The primary value, or else the first: `min` takes the row where the number is the least.
    let primary = path(&format!("{}.primary", attribute.attribute_key()))?.unwrap_or(0);
    Ok(Fragment::new(
        "SELECT resource, folded AS value, \
         min(CASE WHEN (resource, element) IN (\
         SELECT resource, element FROM attribute WHERE connection = ",
    )
    .bind(place.connection)
    .sql(" AND path = ")
    .bind(primary)
    .sql(" AND folded = 1) THEN -1 ELSE element END) FROM attribute WHERE connection = ")
    .bind(place.connection)
    .sql(" AND path = ")
    .bind(own)
    .sql(" GROUP BY resource"))
}

/// The order of rows with columns `value` and `number`.
pub(super) const fn order(sort: Option<&Sort>) -> &'static str {
    match sort {
        None => "number",
        Some(Sort {
            descending: false, ..
        }) => "value IS NULL, value, number",
        Some(Sort {
            descending: true, ..
        }) => "value IS NOT NULL, value DESC, number",
    }
}

/// Whether a row with columns `value` and `number` comes behind a position, as a Boolean expression.
pub(super) fn behind(position: &Position, sort: Option<&Sort>) -> Fragment {
    let (value, number) = match position {
        Position::Arrival(number) => (None, *number),
        Position::Sorted { value, number } => (value.as_ref(), *number),
    };
    let Some(sort) = sort else {
        return Fragment::new("number > ").bind(number);
    };
    let Some(value) = value else {
        let missing = Fragment::new("(value IS NULL AND number > ")
            .bind(number)
            .sql(")");
        return if sort.descending {
            Fragment::new("(value IS NOT NULL OR ")
                .then(missing)
                .sql(")")
        } else {
            missing
        };
    };
    let behind = Fragment::new("(value ")
        .sql(if sort.descending { "< " } else { "> " })
        .bind(sql_value(value))
        .sql(" OR (value = ")
        .bind(sql_value(value))
        .sql(" AND number > ")
        .bind(number)
        .sql(")");
    if sort.descending {
        behind.sql(")")
    } else {
        behind.sql(" OR value IS NULL)")
    }
}
