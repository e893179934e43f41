//! Whether a program is fit for this installation: asked of the new one before it takes its place, and
//! after.

use std::path::Path;
use std::time::Duration;

use super::trial::Trial;
use crate::cli::options::Place;
use crate::cli::problem::Problem;

/// How long saying its version may take.
const GREETING: Duration = Duration::from_secs(20);
/// How long reading every page of the database may take.
const LOOKING: Duration = Duration::from_mins(30);
/// Exit codes of `check` of an installation that can be served.
const FIT: [i32; 2] = [0, 5];

/// Whether the program says that it is this version, and finds the installation fit to serve; or, when it
/// does not, finds no more than `present` does: an update may be what mends it.
pub(super) fn probe(
    program: &Path,
    version: &str,
    present: &Path,
    place: &Place,
) -> Result<(), Problem> {
    let greeted = Trial::run(program, &["--version"], &NOWHERE, GREETING)?;
    if greeted.code != Some(0) || greeted.stdout.trim() != format!("appliance {version}") {
        return Err(Problem::refused(format!(
            "the new program does not start as version {version}: {}",
            greeted.said()
        )));
    }
    let looked = Trial::run(program, &["check"], place, LOOKING)?;
    if looked.code.is_some_and(|code| FIT.contains(&code)) {
        return Ok(());
    }
    let before = Trial::run(present, &["check"], place, LOOKING)?;
    if looked.code.is_some() && looked.code == before.code {
        return Ok(());
    }
    Err(Problem::refused(format!(
        "version {version} does not find this installation fit to serve: {}",
        looked.said()
    ))
    .hint("`appliance check` says what the present version thinks of it"))
}

/// Has the program back up the data, and answers where.
pub(super) fn back_up(program: &Path, place: &Place) -> Result<String, Problem> {
    let order = ["backup", "new", "--reason", "update"];
    let made = Trial::run(program, &order, place, Duration::MAX)?;
    match made.code {
        Some(0) => Ok(made.stdout.trim().to_owned()),
        _ => Err(
            Problem::failed(format!("the data cannot be backed up: {}", made.said()))
                .hint("nothing was changed; `appliance backup new` must work first"),
        ),
    }
}

/// A version is the same everywhere.
const NOWHERE: Place = Place {
    data_dir: None,
    config: None,
};
