//! A group of jobs: one transaction, in which a job that fails harms none of its neighbours.

use super::error::StoreError;
use super::load::Gauges;
use super::session::{Session, Way};
use super::view::Tx;
use super::work::Work;

/// Carries out a group and tells everybody in it.
pub(super) fn settle(session: &Session, mut group: Vec<Box<dyn Work>>, gauges: &Gauges) {
    let size = group.len();
    let before = session.sql().total_changes();
    let outcome = commit(session, &mut group);
    match &outcome {
        Ok(()) => {
            session.committed();
            gauges.committed(size);
            if session.sql().total_changes() != before {
                gauges.works();
            }
        }
        Err(fault) => {
            tracing::error!(error = %fault.error, size, "a group of writes was not kept");
            session.roll_back();
            gauges.failed();
        }
    }
    for (index, work) in group.into_iter().enumerate() {
        work.answer(match &outcome {
            // Its own error says more than that of the group it brought down.
            Err(fault) if fault.culprit != Some(index) => Err(fault.error.clone()),
            _ => Ok(()),
        });
    }
}

/// Why a group was not committed.
struct Fault {
    error: StoreError,
    /// The job in which SQLite ended the transaction.
    culprit: Option<usize>,
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self {
            error,
            culprit: None,
        }
    }
}

fn commit(session: &Session, group: &mut [Box<dyn Work>]) -> Result<(), Fault> {
    session.run("BEGIN IMMEDIATE")?;
    let lone = group.len() == 1;
    let repeat = group.iter().all(|work| work.repeats());
    if lone || repeat {
        if repeat {
            session.set_way(Way::Together);
        }
        let ended = together(session, group);
        session.set_way(Way::Apart);
        match ended? {
            Ended::Well => {}
            Ended::Refused if lone => {
                // Alone, the transaction is savepoint enough.
                session.roll_back();
                return Ok(());
            }
            Ended::Refused | Ended::Spoilt => {
                session.roll_back();
                session.run("BEGIN IMMEDIATE")?;
                apart(session, group)?;
            }
        }
    } else {
        apart(session, group)?;
    }
    session.run("COMMIT")?;
    Ok(())
}

/// How it went without savepoints.
enum Ended {
    /// Nothing is in the transaction that must not stay.
    Well,
    /// A job was refused after it had written something.
    Refused,
    /// A part of a job was.
    Spoilt,
}

/// Carries out jobs without savepoints, as far as it goes: SQLite copies what a savepoint may have to undo,
/// page by page, which was a tenth of the writer's time with a group of creates, and hardly any job writes
/// something before it is refused.
fn together(session: &Session, group: &mut [Box<dyn Work>]) -> Result<Ended, Fault> {
    for (index, work) in group.iter_mut().enumerate() {
        let before = session.sql().total_changes();
        let keep = run(session, index, work.as_mut())?;
        if session.way() == Way::Spoilt {
            return Ok(Ended::Spoilt);
        }
        if !keep && session.sql().total_changes() != before {
            return Ok(Ended::Refused);
        }
    }
    Ok(Ended::Well)
}

/// Carries out jobs, each in a savepoint of its own.
fn apart(session: &Session, group: &mut [Box<dyn Work>]) -> Result<(), Fault> {
    for (index, work) in group.iter_mut().enumerate() {
        session.run("SAVEPOINT job")?;
        if !run(session, index, work.as_mut())? {
            session.run("ROLLBACK TO job")?;
            session.forget();
        }
        session.run("RELEASE job")?;
    }
    Ok(())
}

/// Runs one job; answers whether what it wrote is to be kept.
fn run(session: &Session, index: usize, work: &mut dyn Work) -> Result<bool, Fault> {
    let keep = work.run(&Tx::new(session));
    if session.sql().is_autocommit() {
        // A full disk, a read error: SQLite itself has undone everything.
        return Err(Fault {
            error: StoreError::Undone,
            culprit: Some(index),
        });
    }
    Ok(keep)
}
