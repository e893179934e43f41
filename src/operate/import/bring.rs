//! The verb: some rows, in one transaction.

use std::sync::Arc;

use super::header::Header;
use super::outcome::{Fate, Outcome};
use super::row::Row;
use super::seen::Seen;
use crate::base::{Dialect, Limits, Policy, random};
use crate::operate::connections;
use crate::operate::failure::Failure;
use crate::operate::hand::Hand;
use crate::operate::operator::Operator;
use crate::scim::schema::Schemas;
use crate::scim::{Attributes, Kind, Reading, ResourceId, Spot};
use crate::store::{StoreError, Stored, Tx, unique_places};

/// How a file is to be brought in.
#[derive(Debug, Clone)]
pub struct Order {
    /// The connection whose people they become.
    pub connection: String,
    /// What the file is called, for the audit.
    pub file: String,
    /// Whether people who are here already become what the file says.
    pub update: bool,
    /// Whether it is only to be said what would come of it.
    pub check: bool,
    /// The columns, of a sheet.
    pub header: Option<Header>,
    /// Bounds on what a row may say.
    pub limits: Limits,
}

/// Brings in the people whom these rows describe, each or not at all, and tells what became of each
/// row. A check does the same and undoes it, so that it finds what the import would find.
pub fn bring(
    tx: &Tx<'_>,
    order: &Order,
    rows: Vec<Row>,
    mut seen: Seen,
    operator: &Operator,
) -> Result<(Vec<Outcome>, Seen), Failure> {
    if !order.check {
        let outcomes = all(tx, order, rows, &mut seen, operator)?;
        return Ok((outcomes, seen));
    }
    let ended = tx.attempt(|tx| {
        let outcomes = all(tx, order, rows, &mut seen, operator)?;
        Err::<(), _>(Ended::Undone(outcomes))
    });
    match ended {
        Ok(()) => Ok((Vec::new(), seen)),
        Err(Ended::Undone(outcomes)) => Ok((outcomes, seen)),
        Err(Ended::Failed(failure)) => Err(failure),
    }
}

/// Why a check leaves no trace.
enum Ended {
    Undone(Vec<Outcome>),
    Failed(Failure),
}

impl From<Failure> for Ended {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<StoreError> for Ended {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

fn all(
    tx: &Tx<'_>,
    order: &Order,
    rows: Vec<Row>,
    seen: &mut Seen,
    operator: &Operator,
) -> Result<Vec<Outcome>, Failure> {
    let connection = connections::named(tx, &order.connection)?;
    let lines = rows.first().zip(rows.last());
    let lines = lines.map_or((0, 0), |(first, last)| (first.line, last.line));
    let subject = format!(
        "{}: {}, lines {} to {}",
        connection.name, order.file, lines.0, lines.1
    );
    let errand = operator.set_out(tx, "import users", &subject, "import")?;
    let hand = Hand::new(tx, &connection, &errand)?;
    let (policy, _) = tx.policy(&connection)?;
    let schemas = connection.schemas(&mut tx.library()?)?;
    let mut desk = Desk {
        rules: Rules::new(&policy, &schemas),
        dialect: policy.dialect,
        reading: Reading::new(&policy, &order.limits),
        connection: connection.number,
        tx,
        order,
        hand,
        schemas,
        seen,
        operator,
    };
    rows.into_iter().map(|row| desk.row(row)).collect()
}

/// Places that the settings of the connection speak of.
struct Rules {
    user_name: Option<Spot>,
    unique: Vec<Spot>,
    required: Vec<Spot>,
}

impl Rules {
    fn new(policy: &Policy, schemas: &Schemas) -> Self {
        let spot = |place: &str| Spot::parse(place, Kind::User, schemas);
        let by_settings = unique_places(&policy.rules, schemas).into_iter();
        let by_settings = by_settings.filter(|(kind, _)| *kind == Kind::User);
        let required = policy.rules.required.iter();
        Self {
            user_name: spot("userName"),
            unique: spot("userName")
                .into_iter()
                .chain(by_settings.map(|(_, spot)| spot))
                .collect(),
            required: required.filter_map(|place| spot(place)).collect(),
        }
    }
}

/// Where the rows are looked at, one after the other.
struct Desk<'a> {
    tx: &'a Tx<'a>,
    order: &'a Order,
    connection: i64,
    hand: Hand<'a>,
    schemas: Arc<Schemas>,
    rules: Rules,
    dialect: Dialect,
    reading: Reading,
    seen: &'a mut Seen,
    operator: &'a Operator,
}

impl Desk<'_> {
    fn row(&mut self, row: Row) -> Result<Outcome, Failure> {
        let line = row.line;
        let mut dropped = Vec::new();
        let fate = match self.fate(row, &mut dropped) {
            Ok(fate) => fate,
            Err(Failure::Refused(refusal)) => Fate::Conflict(refusal.to_string()),
            Err(broken) => return Err(broken),
        };
        Ok(Outcome {
            line,
            fate,
            dropped,
        })
    }

    fn fate(&mut self, row: Row, dropped: &mut Vec<String>) -> Result<Fate, Failure> {
        let content = match row.content {
            Ok(content) => content,
            Err(why) => return Ok(Fate::Conflict(why)),
        };
        let header = self.order.header.as_ref();
        let stored = match content.user_name(header) {
            Some(name) => self.known(&name)?,
            None => None,
        };
        let before = stored.as_ref().map(Stored::attributes).transpose()?;
        let described = content.describe(
            header,
            before.as_ref(),
            &self.schemas,
            self.dialect,
            &self.reading,
        );
        let after = match described {
            Ok(described) => {
                *dropped = described.dropped;
                described.attributes
            }
            Err(why) => return Ok(Fate::Conflict(why)),
        };
        if let Some(why) = self.against(row.line, before.as_ref(), &after) {
            return Ok(Fate::Conflict(why));
        }
        match (stored, before) {
            (Some(stored), Some(before)) => self.known_already(&stored, &before, after),
            _ => self.create(after),
        }
    }

    /// Who has this userName.
    fn known(&self, name: &str) -> Result<Option<Stored>, StoreError> {
        let Some(spot) = &self.rules.user_name else {
            return Ok(None);
        };
        let named = Attributes::from_canonical(
            std::iter::once(("userName".to_owned(), name.into())).collect(),
        );
        for value in spot.folded(&named) {
            let key = spot.resolved().key();
            let found = self
                .tx
                .taken(self.connection, Kind::User, &key, &value, None)?;
            if let Some(id) = found {
                return self.tx.resource(self.connection, Kind::User, &id);
            }
        }
        Ok(None)
    }

    /// What the file itself and the settings of the connection have against a row.
    fn against(
        &mut self,
        line: u64,
        before: Option<&Attributes>,
        after: &Attributes,
    ) -> Option<String> {
        for spot in &self.rules.unique {
            for value in spot.folded(after) {
                let earlier = self.seen.earlier(spot.as_str(), &value, line);
                if let Some(earlier) = earlier {
                    return Some(format!(
                        "{}: line {earlier} has the same value, and it can be there once only",
                        spot.as_str()
                    ));
                }
            }
        }
        let missing = self.rules.required.iter().find(|spot| {
            let had = before.is_none_or(|before| spot.is_filled(before));
            had && !spot.is_filled(after)
        })?;
        Some(format!(
            "{}: the connection requires a value",
            missing.as_str()
        ))
    }

    fn known_already(
        &self,
        stored: &Stored,
        before: &Attributes,
        after: Attributes,
    ) -> Result<Fate, Failure> {
        if *before == after {
            return Ok(Fate::Unchanged);
        }
        if !self.order.update {
            let (was, is) = before.difference(&after);
            let mut names: Vec<&String> = was.keys().chain(is.keys()).collect();
            names.sort_unstable();
            names.dedup();
            let names: Vec<&str> = names.into_iter().map(String::as_str).collect();
            return Ok(Fate::Conflict(format!(
                "{} is here already, with another {}; `--update` makes them what the file says",
                before.text("userName").unwrap_or_default(),
                names.join(", ")
            )));
        }
        let changed: Result<_, Failure> = self.tx.attempt(|_| self.hand.change(stored, after));
        Ok(match changed? {
            Some(_) => Fate::Updated,
            None => Fate::Unchanged,
        })
    }

    fn create(&self, attributes: Attributes) -> Result<Fate, Failure> {
        let id = self.fresh_id()?;
        let created: Result<_, Failure> = self.tx.attempt(|tx| {
            let stored = self.hand.create(Kind::User, id, attributes)?;
            Ok(tx.set_imported(stored, true)?)
        });
        created.map(|_| Fate::Created)
    }

    fn fresh_id(&self) -> Result<ResourceId, StoreError> {
        Ok(ResourceId::new(self.operator.now, random()?))
    }
}
