//! The settings, each with where it came from, and everything that is wrong with them at once.

use super::finding::Finding;
use crate::base::Settings;
use crate::cli::example;
use crate::cli::load::{self, Gathered};
use crate::cli::options::Place;
use crate::cli::problem::Problem;

const TOPIC: &str = "settings";

/// A setting as it is in force.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) name: String,
    /// `None`: unset.
    pub(super) value: Option<String>,
    pub(super) from: String,
}

/// What was found of the configuration.
pub(super) struct Configuration {
    /// `None`: they are wrong.
    pub(super) settings: Option<Settings>,
    pub(super) rows: Vec<Row>,
    pub(super) findings: Vec<Finding>,
}

/// Reads all sources; a flaw in one does not hide the next.
pub(super) fn look(place: &Place) -> Configuration {
    let gathered = match load::gather(place, Vec::new()) {
        Ok(gathered) => gathered,
        Err(problem) => {
            return Configuration {
                settings: None,
                rows: Vec::new(),
                findings: vec![flaw(problem)],
            };
        }
    };
    let rows = rows(&gathered);
    let given = gathered.given.len();
    let (settings, problems) = gathered.settle();
    let findings = if problems.is_empty() {
        vec![Finding::good(
            TOPIC,
            format!("{given} given, all others at their defaults"),
        )]
    } else {
        problems.into_iter().map(flaw).collect()
    };
    Configuration {
        settings,
        rows,
        findings,
    }
}

fn flaw(problem: Problem) -> Finding {
    let finding = Finding::wrong(TOPIC, problem.error);
    match problem.hint {
        Some(hint) => finding.remedy(hint),
        None => finding,
    }
}

/// Every setting: what the strongest source said, else the default.
fn rows(gathered: &Gathered) -> Vec<Row> {
    let mut rows = vec![Row {
        name: "data_dir".to_owned(),
        value: Some(gathered.data_dir.display().to_string()),
        from: gathered.data_dir_from.to_string(),
    }];
    for documented in example::documented() {
        if documented.name == "data_dir" {
            continue;
        }
        let given = gathered
            .given
            .iter()
            .rev()
            .find(|given| given.name() == documented.name);
        rows.push(match given {
            Some(given) => Row {
                name: documented.name,
                value: Some(given.value.clone()),
                from: given.from.to_string(),
            },
            None => Row {
                name: documented.name,
                value: documented.default,
                from: "default".to_owned(),
            },
        });
    }
    rows
}
