//! What is to be exported, as it was ordered.

use super::flaw::ExportFlaw;
use super::form::{Form, Plain};
use crate::base::{Limits, Timestamp};
use crate::operate::refusal::Refusal;
use crate::scim::Kind;
use crate::scim::filter::{self, Condition};
use crate::scim::schema::Schemas;

/// Which people, groups or members, of when, and in what form.
#[derive(Debug)]
pub struct Order<'a> {
    /// The connection; `None` is all of them.
    pub connection: Option<&'a str>,
    /// A SCIM filter; `None` is everybody.
    pub filter: Option<&'a str>,
    /// The form.
    pub form: Form,
    /// The columns of a table, in this order; `None` is all of them.
    pub columns: Option<&'a [String]>,
    /// As it was at this instant; `None` is now.
    pub as_of: Option<Timestamp>,
    /// The instant of the order.
    pub now: Timestamp,
    /// Where references point to, e.g. `https://scim.example.org/scim/v2`, if that is known.
    pub base: Option<&'a str>,
    /// Bounds on the filter.
    pub limits: &'a Limits,
}

impl Order<'_> {
    /// Refuses what can be refused without looking at the data.
    pub(super) fn check(&self) -> Result<(), ExportFlaw> {
        check_columns(self.form, self.columns)?;
        match self.as_of {
            Some(at) if at > self.now => Err(ExportFlaw::StillToCome { at }),
            _ => Ok(()),
        }
    }

    /// The filter by the schemas of a connection.
    pub(super) fn condition(
        &self,
        schemas: &Schemas,
        kind: Kind,
    ) -> Result<Option<Condition>, Refusal> {
        let Some(text) = self.filter else {
            return Ok(None);
        };
        filter::parse(text, self.limits)
            .and_then(|filter| filter::resolve(&filter, schemas, kind))
            .map(Some)
            .map_err(Refusal::BadFilter)
    }
}

/// Only a table has columns.
pub(super) fn check_columns(form: Form, columns: Option<&[String]>) -> Result<(), ExportFlaw> {
    if columns.is_some() && form != Form::Plain(Plain::Csv) {
        return Err(ExportFlaw::NoTable);
    }
    Ok(())
}
