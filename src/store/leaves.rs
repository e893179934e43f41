//! One test of a filter as SQL: the set of `(resource, element)` that pass it.

use super::error::StoreError;
use super::fragment::Fragment;
use super::membership;
use super::numbers::kind_number;
use super::passes::{address, passes};
use super::place::Place;
use super::shapes::is_trait;
use crate::scim::Kind;
use crate::scim::filter::{Operand, Test};
use crate::scim::schema::{Holder, Resolved};

/// What an attribute is kept in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Home {
    /// Rows of `attribute`.
    Rows,
    /// Rows of `trait`.
    Traits,
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

impl Home {
    /// The table of values that are rows.
    pub(super) const fn table(self) -> &'static str {
        match self {
            Self::Traits => "trait",
            _ => "attribute",
        }
    }
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
        filed(&attribute.key())
    }
}

/// In which rows the values of a path are, as `Resolved::key` spells it.
pub(super) fn filed(key: &str) -> Home {
    if is_trait(key) {
        Home::Traits
    } else {
        Home::Rows
    }
}

impl Place<'_> {
    /// The `(resource, element)` that pass a test, as a `SELECT`.
    pub(super) fn pairs(&self, test: &Test) -> Result<Fragment, StoreError> {
        match home(self.kind, &test.attribute) {
            Home::Rows | Home::Traits => self.slices(&test.attribute, Some(&test.operand)),
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

    /// The rows of an attribute, or of all its parts, as a `SELECT` of `(resource, element)` that ends in its
    /// conditions; `operand` is what a value must pass.
    fn slices(
        &self,
        attribute: &Resolved,
        operand: Option<&Operand>,
    ) -> Result<Fragment, StoreError> {
        let mut own = Vec::new();
        let mut traits = Vec::new();
        for (home, path) in self.paths(attribute)? {
            match home {
                Home::Traits => traits.push(path),
                _ => own.push(path),
            }
        }
        let slice = |home, paths: &[i64]| {
            let slice = self.values(home, paths);
            match operand {
                Some(operand) => slice
                    .sql(" AND ")
                    .then(passes(operand, &format!("{}.folded", home.table()))),
                None => slice,
            }
        };
        let own = (!own.is_empty()).then(|| slice(Home::Rows, &own));
        let traits = (!traits.is_empty()).then(|| slice(Home::Traits, &traits));
        Ok(match (own, traits) {
            (Some(own), Some(traits)) => Fragment::new("SELECT resource, element FROM (")
                .then(own)
                .sql(" UNION ALL ")
                .then(traits)
                .sql(") WHERE TRUE"),
            (Some(one), None) | (None, Some(one)) => one,
            // A complex attribute without parts: nobody has it.
            (None, None) => self.everybody().sql(" AND FALSE"),
        })
    }

    /// The values at some paths that are filed alike, as a `SELECT` of `(resource, element, folded)` that
    /// ends in its conditions.
    pub(super) fn values(&self, home: Home, paths: &[i64]) -> Fragment {
        let table = home.table();
        let rows = match home {
            // Once for each who has them.
            Home::Traits => {
                "SELECT resource.number AS resource, trait.element AS element, trait.folded AS folded \
                 FROM trait \
                 CROSS JOIN resource ON resource.shape = trait.shape"
            }
            _ => "SELECT resource, element, folded FROM attribute",
        };
        Fragment::new(&format!("{rows} WHERE {table}.connection = "))
            .bind(self.connection)
            .sql(&format!(" AND {table}.path IN ("))
            .bind_all(paths)
            .sql(")")
    }

    /// The elements of a complex attribute, as a `SELECT` of `(resource, element)`.
    pub(super) fn elements(&self, attribute: &Resolved) -> Result<Fragment, StoreError> {
        match home(self.kind, attribute) {
            Home::Members => Ok(membership::every_member(self)),
            Home::Groups => Ok(membership::every_group(self)),
            _ => self.slices(attribute, None),
        }
    }

    /// The numbers of the paths under which the values of an attribute are filed, and in which rows: its
    /// own, or those of all its parts.
    pub(super) fn paths(&self, attribute: &Resolved) -> Result<Vec<(Home, i64)>, StoreError> {
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
            let path = self.view.session().path(self.kind, &key)?.unwrap_or(0);
            paths.push((filed(&key), path));
        }
        Ok(paths)
    }
}
