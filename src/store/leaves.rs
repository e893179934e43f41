//! One test of a filter as SQL: the set of `(resource, element)` that pass it.

use super::error::StoreError;
use super::fragment::Fragment;
use super::membership;
use super::numbers::kind_number;
use super::passes::{address, passes};
use super::place::Place;
use crate::scim::Kind;
use crate::scim::filter::{Operand, Test};
use crate::scim::schema::{Holder, Resolved};

/// What an attribute is kept in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Home {
    /// Rows of `attribute`.
    Rows,
    /// `resource.id`.
    Id,
    /// `resource.version`.
    Version,
    /// Nowhere: it follows from the address and the id.
    Location,
    /// Rows of `member` below a group.
    Members,
    /// Rows of `member` above a user.
    Groups,
}

/// Where the values of an attribute are.
pub(super) fn home(kind: Kind, attribute: &Resolved) -> Home {
    if attribute.holder != Holder::Core {
        return Home::Rows;
    }
    let name = &attribute.attribute.name;
    let sub = |wanted: &str| {
        attribute
            .sub
            .as_ref()
            .is_some_and(|sub| sub.name.is(wanted))
    };
    if name.is("id") {
        Home::Id
    } else if name.is("meta") && sub("version") {
        Home::Version
    } else if name.is("meta") && sub("location") {
        Home::Location
    } else if name.is("members") && kind == Kind::Group {
        Home::Members
    } else if name.is("groups") && kind == Kind::User {
        Home::Groups
    } else {
        Home::Rows
    }
}

impl Place<'_> {
    /// The `(resource, element)` that pass a test, as a `SELECT`.
    pub(super) fn pairs(&self, test: &Test) -> Result<Fragment, StoreError> {
        match home(self.kind, &test.attribute) {
            Home::Rows => self.rows(test),
            Home::Id => Ok(self.resources(&test.operand, "resource.id")),
            Home::Version => {
                Ok(self.resources(&test.operand, "'W/\"' || resource.version || '\"'"))
            }
            Home::Location => Ok(self
                .everybody()
                .sql(" AND ")
                .then(address(&test.operand, "resource"))),
            Home::Members => membership::members(self, test),
            Home::Groups => membership::groups(self, test),
        }
    }

    /// Every resource of the place, as a `SELECT` of `(resource, element)`.
    pub(super) fn everybody(&self) -> Fragment {
        Fragment::new(
            "SELECT resource.number AS resource, 0 AS element \
             FROM resource \
             WHERE resource.connection = ",
        )
        .bind(self.connection)
        .sql(" AND resource.kind = ")
        .bind(kind_number(self.kind))
    }

    /// A test on an expression over the columns of `resource`.
    fn resources(&self, operand: &Operand, expression: &str) -> Fragment {
        self.everybody()
            .sql(" AND ")
            .then(passes(operand, expression))
    }

    /// A test on the rows of `attribute`.
    fn rows(&self, test: &Test) -> Result<Fragment, StoreError> {
        let paths = self.paths(&test.attribute)?;
        Ok(self
            .slice(&paths)
            .sql(" AND ")
            .then(passes(&test.operand, "attribute.folded")))
    }

    /// The rows of `attribute` at these paths.
    fn slice(&self, paths: &[i64]) -> Fragment {
        let slice = Fragment::new(
            "SELECT attribute.resource AS resource, attribute.element AS element \
             FROM attribute \
             WHERE attribute.connection = ",
        )
        .bind(self.connection);
        match paths {
            [path] => slice.sql(" AND attribute.path = ").bind(*path),
            paths => slice
                .sql(" AND attribute.path IN (")
                .bind_all(paths)
                .sql(")"),
        }
    }

    /// The elements of a complex attribute, as a `SELECT` of `(resource, element)`.
    pub(super) fn elements(&self, attribute: &Resolved) -> Result<Fragment, StoreError> {
        match home(self.kind, attribute) {
            Home::Members => Ok(membership::every_member(self)),
            Home::Groups => Ok(membership::every_group(self)),
            _ => Ok(self.slice(&self.paths(attribute)?)),
        }
    }

    /// The numbers of the paths under which the values of an attribute are filed: its own, or those
    /// of all its parts.
    pub(super) fn paths(&self, attribute: &Resolved) -> Result<Vec<i64>, StoreError> {
        let leaf = attribute.leaf();
        let keys = if leaf.is_complex() {
            leaf.sub_attributes
                .iter()
                .map(|sub| attribute.with_sub(sub.clone()).key())
                .collect()
        } else {
            vec![attribute.key()]
        };
        let mut paths = Vec::with_capacity(keys.len());
        for key in keys {
            // A path that nobody has yet has no number; nothing is found under 0.
            paths.push(self.view.session().path(self.kind, &key)?.unwrap_or(0));
        }
        Ok(paths)
    }
}
