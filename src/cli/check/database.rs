//! The database: format, every page, every kind of connection; and what `status` warns of.

use std::sync::Arc;

use uuid::Uuid;

use super::finding::Finding;
use crate::base::{Settings, Timestamp};
use crate::cli::problem::Problem;
use crate::operate::Failure;
use crate::operate::status::{self, Concern};
use crate::store::{Pragmas, Role, Store, StoreError, every_pragma, examine, sqlite_version};

const TOPIC: &str = "database";
/// What was found of the database.
#[derive(Default)]
pub(super) struct Database {
    pub(super) findings: Vec<Finding>,
    pub(super) pragmas: Vec<Pragmas>,
    /// Whose signed tokens open a connection.
    pub(super) tenants: Vec<Uuid>,
    /// When something was last changed.
    pub(super) last: Option<Timestamp>,
}

/// Looks at everything; nothing is changed, and a file of another format is left as it is.
pub(super) fn look(settings: &Settings, now: Timestamp) -> Database {
    let mut found = Database::default();
    if let Err(error) = fill(&mut found, settings, now) {
        found.findings.push(broken(error));
    }
    found
}

fn fill(found: &mut Database, settings: &Settings, now: Timestamp) -> Result<(), Failure> {
    let dir = &settings.data_dir;
    let store = Store::open(dir, Role::Guest)?;
    found.pragmas = every_pragma(dir)?;
    let examined = examine(dir, now, &Arc::default())?;
    let complaints = examined.map(|examined| examined.complaints);
    match complaints {
        Some(complaints) if !complaints.is_empty() => {
            let some: Vec<_> = complaints.iter().take(3).map(String::as_str).collect();
            let what = some.join("; ");
            found
                .findings
                .push(broken(StoreError::Corrupt { what }.into()));
        }
        _ => found.findings.push(Finding::good(
            TOPIC,
            format!("every page is sound; SQLite {}", sqlite_version()),
        )),
    }
    let report = store.read(|view| status::report(view, now))?;
    let changes = report.connections.iter().filter_map(|one| one.last_change);
    found.last = changes.max();
    let tenants = report.connections.iter();
    found.tenants = tenants
        .filter_map(|one| one.policy.tenant.signed_for())
        .collect();
    found.findings.extend(report.warnings.iter().map(|warning| {
        let topic = match warning.concern {
            Concern::TokenExpires { .. } | Concern::NoToken => "tokens",
            _ => "status",
        };
        Finding::warning(topic, warning.to_string())
    }));
    Ok(())
}

fn broken(error: Failure) -> Finding {
    let older = matches!(error, Failure::Broken(StoreError::Older { .. }));
    let problem = Problem::from(error);
    // That is how an installation is between an update of the program and its next start.
    let finding = if older {
        Finding::warning(TOPIC, problem.error)
    } else {
        Finding::broken(TOPIC, problem.error)
    };
    match problem.hint {
        Some(hint) => finding.remedy(hint),
        None => finding,
    }
}
