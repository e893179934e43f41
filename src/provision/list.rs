//! Several resources: filtered, sorted, and a page at a time (RFC 7644 §3.4.2, RFC 9865).

use aws_lc_rs::hmac;

use super::cursor::Cursor;
use crate::provision::caller::Ask;
use crate::provision::failure::Failure;
use crate::provision::shown::{Shown, shows_members};
use crate::scim::filter::{self, Condition, Operand, Operator};
use crate::scim::list::{self, ListQuery, ListResponse};
use crate::scim::project::Projection;
use crate::scim::{Kind, ScimError};
use crate::store::{Found, Page, Search, Sort, StoreError, View, finds_few, finds_one};

/// A query whose names were found in the schemas.
#[derive(Debug)]
pub struct Question {
    among: Vec<(Kind, Option<Condition>)>,
    projections: Vec<(Kind, Projection)>,
    sort: Option<Sort>,
    page: list::Page,
    /// Everything that decides what is listed and in which order: a cursor fits only this. Empty where
    /// there is none.
    seal: Vec<u8>,
}

impl Question {
    /// Reads a query among resources of these kinds. A filter may name attributes that only some of
    /// the kinds have: the others have nothing that matches (RFC 7644 §3.4.2.1).
    pub fn read(ask: &Ask, kinds: &[Kind], query: &ListQuery) -> Result<Self, ScimError> {
        let schemas = ask.schemas();
        let kinds: &[Kind] = match kinds {
            [kind] => {
                ask.check_kind(*kind)?;
                kinds
            }
            _ => ask.kinds(),
        };
        let among = match query.filter.as_deref() {
            Some(text) => {
                let parsed = filter::parse(text, &ask.limits)?;
                filter::resolve_among(&parsed, schemas, kinds)?
                    .into_iter()
                    .map(|(kind, condition)| (kind, Some(condition)))
                    .collect()
            }
            None => kinds.iter().map(|kind| (*kind, None)).collect(),
        };
        let projections = kinds
            .iter()
            .map(|kind| {
                let projection = Projection::select(
                    &query.attributes,
                    &query.excluded_attributes,
                    *kind,
                    schemas,
                    ask.shown(*kind),
                )?;
                Ok((*kind, projection))
            })
            .collect::<Result<_, ScimError>>()?;
        let sort = query.sort(schemas, kinds)?.map(|sort| Sort {
            attribute: sort.attribute,
            descending: sort.descending,
        });
        let seal = match query.page {
            list::Page::Index { .. } => String::new(),
            list::Page::Cursor { .. } => format!(
                "{}\n{kinds:?}\n{:?}\n{:?}\n{}",
                ask.connection(),
                query.filter,
                query.sort_by,
                query.descending
            ),
        };
        Ok(Self {
            among,
            projections,
            sort,
            page: query.page.clone(),
            seal: seal.into_bytes(),
        })
    }

    /// Whether the answer probably takes about as long as one look into an index, however much there is, so
    /// that [`list_at_once`] may find it. What does not may hold up others and is better answered aside.
    pub fn is_quick(&self) -> bool {
        self.sort.is_none()
            && self.page.count() <= 100
            && self
                .projections
                .iter()
                .all(|(kind, projection)| !shows_members(*kind, projection))
            && self.among.iter().all(|(kind, condition)| match condition {
                Some(condition) => is_plain(*kind, condition),
                // What is there of one kind is counted all the time.
                None => self.among.len() == 1,
            })
    }

    /// The page in the words of the store. `key` opens the cursor.
    fn page(&self, ask: &Ask, key: &hmac::Key) -> Result<Page, ScimError> {
        Ok(match &self.page {
            list::Page::Index { start, count } => Page::Index {
                start: *start,
                count: *count,
            },
            list::Page::Cursor { cursor, count } => Page::After {
                position: match cursor {
                    Some(text) => Some(position(text, ask, self, key)?),
                    None => None,
                },
                count: *count,
            },
        })
    }

    fn search(&self, ask: &Ask, page: Page) -> Search<'_> {
        Search {
            connection: ask.connection(),
            among: &self.among,
            sort: self.sort.as_ref(),
            page,
        }
    }
}

/// How many comparisons may be made with each resource that an index leads to.
const MOST: usize = 4;

/// Whether a condition is an equation that an index answers, or some of one value; or some, one of which
/// nobody else can fulfil: whoever is found by another is compared with the rest, and they may be many.
fn is_plain(kind: Kind, condition: &Condition) -> bool {
    let equates = |condition: &Condition| {
        matches!(
            condition,
            Condition::Test(test) if matches!(test.operand, Operand::Compare(Operator::Equal, _))
        )
    };
    let equate = |parts: &[Condition]| parts.len() <= MOST && parts.iter().all(equates);
    match condition {
        Condition::Test(_) => equates(condition) && finds_few(kind, condition),
        Condition::All(parts) => equate(parts) && finds_one(kind, condition),
        Condition::Element { inner, .. } => match &**inner {
            Condition::All(parts) => equate(parts) && finds_few(kind, inner),
            one => is_plain(kind, one),
        },
        Condition::Constant(found) => !found,
        Condition::Any(_) | Condition::Not(_) => false,
    }
}

/// The page of resources that answers `question`, as JSON. `key` seals the cursor of the next page.
pub fn list(
    view: &View<'_>,
    ask: &Ask,
    question: &Question,
    key: &hmac::Key,
) -> Result<String, Failure> {
    let page = question.page(ask, key)?;
    let found = possible(view.search(&question.search(ask, page)))?;
    response(view, ask, question, key, found)
}

/// The same for a question that is quick; `None` when more was found than anybody should wait for.
pub fn list_at_once(
    view: &View<'_>,
    ask: &Ask,
    question: &Question,
    key: &hmac::Key,
) -> Result<Option<String>, Failure> {
    let page = question.page(ask, key)?;
    let found = possible(view.search_at_once(&question.search(ask, page)))?;
    found
        .map(|found| response(view, ask, question, key, found))
        .transpose()
}

/// What was found; a question that is too complex is the fault of who asks.
fn possible<T>(found: Result<T, StoreError>) -> Result<T, Failure> {
    found.map_err(|error| match error {
        StoreError::TooComplex { what } => {
            tracing::debug!(what, "a filter is too complex");
            ScimError::invalid_filter(
                "so many comparisons of this kind are too many for one filter; those of groups and members, \
                 and negations, weigh most: ask for some of them at a time",
            )
            .into()
        }
        error => error.into(),
    })
}

fn response(
    view: &View<'_>,
    ask: &Ask,
    question: &Question,
    key: &hmac::Key,
    found: Found,
) -> Result<String, Failure> {
    let position = match &question.page {
        list::Page::Index { start, .. } => list::Position::Index(*start),
        list::Page::Cursor { .. } => list::Position::Cursor {
            next: found.next.map(|position| {
                let cursor = Cursor {
                    position: position.to_string().into_bytes(),
                    issued: ask.now,
                };
                cursor.seal(key, &question.seal)
            }),
            previous: None,
        },
    };
    Ok(ListResponse {
        total: found.total,
        position,
        resources: texts(view, ask, question, found.resources)?,
    }
    .to_json())
}

/// The place that a cursor stands for.
fn position(
    text: &str,
    ask: &Ask,
    question: &Question,
    key: &hmac::Key,
) -> Result<crate::store::Position, ScimError> {
    let cursor = Cursor::open(text, key, &question.seal, ask.now)?;
    String::from_utf8(cursor.position)
        .ok()
        .and_then(|position| position.parse().ok())
        .ok_or_else(|| {
            ScimError::invalid_cursor("cursor: it is of an earlier version; begin again")
        })
}

/// The resources of a page as JSON, in their order, with the memberships that are shown.
fn texts(
    view: &View<'_>,
    ask: &Ask,
    question: &Question,
    resources: Vec<crate::store::Stored>,
) -> Result<Vec<String>, Failure> {
    let projection = |kind: Kind| {
        question
            .projections
            .iter()
            .find_map(|(of, projection)| (*of == kind).then_some(projection))
    };
    let shown = Shown::read_all(view, resources, &projection)?;
    shown
        .iter()
        .filter_map(|shown| {
            let projection = projection(shown.stored().kind)?;
            Some(shown.text(&ask.base, projection))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Limits;
    use crate::scim::schema::Schemas;

    fn question(kinds: &[Kind], text: Option<&str>) -> Question {
        let parsed = text.map(|text| filter::parse(text, &Limits::default()).unwrap());
        let among = match parsed {
            Some(parsed) => filter::resolve_among(&parsed, &Schemas::builtin().unwrap(), kinds)
                .unwrap()
                .into_iter()
                .map(|(kind, condition)| (kind, Some(condition)))
                .collect(),
            None => kinds.iter().map(|kind| (*kind, None)).collect(),
        };
        Question {
            among,
            projections: Vec::new(),
            sort: None,
            page: list::Page::Index {
                start: 1,
                count: 100,
            },
            seal: Vec::new(),
        }
    }

    #[test]
    fn what_a_look_into_an_index_finds_is_answered_at_once() {
        for filter in [
            "userName eq \"mira\"",
            "userName eq \"mira\" and active eq true",
            "externalId eq \"4711\"",
            "emails[type eq \"work\" and value eq \"mira@example.net\"]",
            "id eq \"4711\"",
        ] {
            assert!(question(&[Kind::User], Some(filter)).is_quick(), "{filter}");
        }
        for filter in [
            "active eq true",
            "userType eq \"a\" and title eq \"b\"",
            "id eq \"1\" and title eq \"a\" and title eq \"b\" and title eq \"c\" and title eq \"d\"",
            "emails.type eq \"work\"",
            "groups.value eq \"4711\"",
            "userName sw \"m\"",
            "not (userName eq \"mira\")",
            "userName eq \"mira\" or userName eq \"ada\"",
        ] {
            assert!(
                !question(&[Kind::User], Some(filter)).is_quick(),
                "{filter}"
            );
        }
        assert!(question(&[Kind::User], None).is_quick());
        assert!(!question(&Kind::ALL, None).is_quick());
    }
}
