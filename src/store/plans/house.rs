//! A database with people in it, and a meter on its statements.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use rusqlite::StatementStatus;
use rusqlite::trace::{TraceEvent, TraceEventCodes};
use serde_json::json;

use crate::base::{Limits, ManagerKey, TieRules, Timestamp};
use crate::scim::filter::{parse, resolve};
use crate::scim::schema::Schemas;
use crate::scim::{Attributes, Kind, Meta, Resource, ResourceId, Urn};
use crate::store::anchors::Anchors;
use crate::store::connect::{file_of, open, prepare};
use crate::store::error::StoreError;
use crate::store::migrate::{Before, migrate};
use crate::store::page::{Page, Search};
use crate::store::pragmas::Purpose;
use crate::store::record::Deed;
use crate::store::resources::Stored;
use crate::store::session::{Role, Session};
use crate::store::ties::Ties;
use crate::store::view::{Tx, View};

/// How many people a small house has.
pub(super) const FEW: u64 = 400;

#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Cost {
    steps: i32,
    scans: i32,
    sorts: i32,
}

/// A database with so many users, half of them in one group, and a meter on its statements.
pub(super) struct House {
    pub(super) session: Session,
    pub(super) schemas: Schemas,
    pub(super) people: Vec<Stored>,
    pub(super) group: Stored,
    /// By statement: what its counters showed last.
    pub(super) seen: Arc<Mutex<HashMap<String, Cost>>>,
    /// What was spent since the meter was last read.
    spent: Arc<Mutex<Cost>>,
    /// Statements that scanned or sorted.
    pub(super) bad: Arc<Mutex<Vec<String>>>,
    _dir: tempfile::TempDir,
}

pub(super) fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

pub(super) fn id(number: u64) -> ResourceId {
    let mut random = [0; 10];
    random[2..].copy_from_slice(&number.to_be_bytes());
    ResourceId::new(at(0), random)
}

pub(super) fn person(number: u64) -> Resource {
    // Two people have the same manager, however many there are.
    let manager = if number < FEW {
        200 + number / 2
    } else {
        u64::MAX
    };
    let attributes = json!({
        "userName": format!("u{number:06}@example.net"),
        "externalId": format!("E{number}"),
        "displayName": format!("Person {number}"),
        "active": number.is_multiple_of(2),
        "emails": [
            {"value": format!("u{number}@example.net"), "type": "work", "primary": true},
            {"value": format!("u{number}@example.org"), "type": "home"}
        ],
        Urn::ENTERPRISE: {
            "department": format!("D{}", number % 20),
            "manager": {"value": format!("E{}", manager)}
        }
    });
    resource(Kind::User, number, &attributes)
}

fn resource(kind: Kind, number: u64, attributes: &serde_json::Value) -> Resource {
    Resource {
        id: id(number),
        kind,
        attributes: Attributes::from_canonical(attributes.as_object().unwrap().clone()),
        meta: Meta {
            created: at(i64::try_from(number).unwrap()),
            modified: at(i64::try_from(number).unwrap()),
            version: 1,
        },
    }
}

/// Departments become groups.
pub(super) fn ties(schemas: &Schemas) -> Ties {
    let rules = TieRules {
        derive: vec!["department".to_owned()],
        manager_by: vec![ManagerKey::Id, ManagerKey::ExternalId],
        ..TieRules::default()
    };
    Ties::new(&rules, schemas)
}

pub(super) const fn deed(ties: &Ties) -> Deed<'_> {
    Deed {
        cause: "test",
        at: Timestamp::from_millis(7),
        token: None,
        request: "",
        ties,
    }
}

impl House {
    pub(super) fn of(people: u64) -> Self {
        let dir = tempfile::tempdir().unwrap();
        prepare(dir.path()).unwrap();
        let mut sql = open(&file_of(dir.path()), Purpose::Write).unwrap();
        sql.pragma_update(None, "synchronous", 0).unwrap();
        migrate(&mut sql, Role::Server, Before::Nothing, at(0)).unwrap();
        let mut session = Session::new(sql, Some(Arc::new(Anchors::default())));
        let schemas = Schemas::builtin().unwrap();
        session.run("BEGIN IMMEDIATE").unwrap();
        let tx = Tx::new(&session);
        let people: Vec<Stored> = (0..people)
            .map(|number| tx.insert_resource(1, &person(number), &schemas).unwrap())
            .collect();
        let analysts = resource(Kind::Group, 1_000_000, &json!({"displayName": "Analysts"}));
        let group = tx.insert_resource(1, &analysts, &schemas).unwrap();
        let members: Vec<i64> = people.iter().step_by(2).map(|one| one.number).collect();
        tx.add_members(group.number, &members).unwrap();
        let ties = ties(&schemas);
        tx.rederive(&deed(&ties), 1, &Ties::default(), &schemas)
            .unwrap();
        session.run("COMMIT").unwrap();

        let seen = Arc::new(Mutex::new(HashMap::<String, Cost>::new()));
        let spent = Arc::new(Mutex::new(Cost::default()));
        let bad = Arc::new(Mutex::new(Vec::new()));
        let meter = (Arc::clone(&seen), Arc::clone(&spent), Arc::clone(&bad));
        session
            .sql_mut()
            .trace_v2(
                TraceEventCodes::SQLITE_TRACE_PROFILE,
                Some(move |event: TraceEvent<'_>| {
                    let TraceEvent::Profile(statement, _) = event else {
                        return;
                    };
                    let now = Cost {
                        steps: statement.get_status(StatementStatus::VmStep),
                        scans: statement.get_status(StatementStatus::FullscanStep),
                        sorts: statement.get_status(StatementStatus::Sort),
                    };
                    let text = statement.sql().into_owned();
                    let before = meter.0.lock().unwrap().insert(text.clone(), now);
                    let before = before.unwrap_or_default();
                    let mut spent = meter.1.lock().unwrap();
                    spent.steps += now.steps - before.steps;
                    if now.scans > before.scans || now.sorts > before.sorts {
                        meter.2.lock().unwrap().push(text);
                    }
                }),
            )
            .unwrap();
        Self {
            session,
            schemas,
            people,
            group,
            seen,
            spent,
            bad,
            _dir: dir,
        }
    }

    /// Steps of everything that `work` does.
    pub(super) fn steps(&self, work: impl FnOnce(&Tx<'_>) -> Result<(), StoreError>) -> i32 {
        self.session.run("BEGIN IMMEDIATE").unwrap();
        *self.spent.lock().unwrap() = Cost::default();
        work(&Tx::new(&self.session)).unwrap();
        let spent = self.spent.lock().unwrap().steps;
        self.session.run("ROLLBACK").unwrap();
        spent
    }

    pub(super) fn search(
        &self,
        view: &View<'_>,
        kind: Kind,
        filter: &str,
        page: Page,
    ) -> Result<(), StoreError> {
        let condition = (!filter.is_empty()).then(|| {
            let filter = parse(filter, &Limits::DEFAULT).unwrap();
            resolve(&filter, &self.schemas, kind).unwrap()
        });
        let found = view.search(&Search {
            connection: 1,
            among: &[(kind, condition)],
            sort: None,
            page,
        })?;
        assert!(found.total > 0 || filter.contains("nobody"), "{filter}");
        Ok(())
    }
}
