//! The update, step by step.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::command::UpdateArgs;
use super::offer::{Offer, PATIENCE, PRESENT};
use super::probe::{back_up, probe};
use super::release::Release;
use super::seat::Seat;
use super::stage::Stage;
use super::{keys, package};
use crate::base::{Settings, UpdateSettings};
use crate::cli::exit::Exit;
use crate::cli::options::Place;
use crate::cli::problem::Problem;
use crate::cli::{data, load, print};
use crate::http::Fetcher;

/// Runs `appliance update`. The manifest, the signature and the unpacking are those of the crate
/// `self_update`. What it fetches with, how it replaces a program, and that it would neither read the label
/// in the archive nor keep the program that was there, is not what is promised here; so that is done beside
/// it.
pub(in crate::cli) fn run(place: &Place, wanted: &UpdateArgs) -> Result<Exit, Problem> {
    let (settings, keys_from) = load::settings_with_source(place, "update.keys")?;
    let source = source(wanted, &settings.update)?;
    let authority = wanted.ca.as_ref().or(settings.update.authority.as_ref());
    let fetcher =
        Fetcher::new(authority.map(PathBuf::as_path), PATIENCE).map_err(Problem::usage)?;
    if wanted.check {
        let offer = Offer::newest(&fetcher, &source)?;
        return say_offer(offer.as_ref(), wanted.shown.json);
    }
    let program = program()?;
    package::check(&program)?;
    let keys = keys::trusted(&settings.update, keys_from.as_ref(), &program)?;
    let Some(offer) = Offer::newest(&fetcher, &source)? else {
        return say_offer(None, wanted.shown.json);
    };
    let stage = Stage::beside(&program)?;
    fs::write(stage.folder().join(&offer.name), offer.archive(&fetcher)?)
        .map_err(|error| Problem::failed(format!("{}: {error}", stage.folder().display())))?;
    let release = Release::open(&offer, stage.folder(), &keys)?;
    let seat = Seat::of(&program, &stage);
    let backup = install(place, &settings, &release, &seat, &stage)?;
    say_done(&release, &seat, backup.as_deref(), wanted.shown.json)
}

/// Probes the release, backs up the data, puts it in place, and probes it there; the backup, if there are
/// data.
fn install(
    place: &Place,
    settings: &Settings,
    release: &Release,
    seat: &Seat,
    stage: &Stage,
) -> Result<Option<String>, Problem> {
    let version = release.version.as_str();
    seat.dress(&release.program)?;
    probe(&release.program, version, &seat.program, place)?;
    let backup = if data::has_data(&settings.data_dir) {
        Some(back_up(&seat.program, place)?)
    } else {
        None
    };
    seat.take(&release.program, stage)?;
    if let Err(problem) = probe(&seat.program, version, &seat.previous, place) {
        seat.give_back()?;
        return Err(Problem::failed(problem.error)
            .hint(format!("version {PRESENT} is back in its place, as it was")));
    }
    Ok(backup)
}

/// Where the manifest is.
fn source(wanted: &UpdateArgs, settings: &UpdateSettings) -> Result<String, Problem> {
    match &wanted.source {
        Some(typed) => UpdateSettings::source(typed).ok_or_else(|| {
            Problem::usage(format!(
                "--source: expected the https:// address of a manifest, found `{typed}`"
            ))
        }),
        None => settings.source.clone().ok_or_else(|| {
            Problem::usage("there is no source of releases")
                .hint("`--source URL`, or `source` under [update] of the settings file")
        }),
    }
}

/// Where this program is; the name that it was called by does not count.
fn program() -> Result<PathBuf, Problem> {
    let program = std::env::current_exe().map_err(Problem::failed)?;
    if program.is_file() {
        return Ok(program);
    }
    Err(Problem::failed(format!(
        "{} is not there any more",
        program.display()
    )))
}

fn say_offer(offer: Option<&Offer>, as_json: bool) -> Result<Exit, Problem> {
    let newer = offer.map(|offer| offer.version.as_str());
    if as_json {
        print::json(&json!({"present": PRESENT, "newer": newer}))?;
    }
    let Some(version) = newer else {
        print::note(&format!("version {PRESENT} is the newest"));
        return Ok(Exit::Done);
    };
    if !as_json {
        print::line(version)?;
    }
    print::note(&format!(
        "version {version} is newer than this one, {PRESENT}; `appliance update` puts it in place"
    ));
    Ok(Exit::Warned)
}

fn say_done(
    release: &Release,
    seat: &Seat,
    backup: Option<&str>,
    as_json: bool,
) -> Result<Exit, Problem> {
    let version = release.version.as_str();
    let (program, previous) = (seat.program.display(), seat.previous.display());
    if as_json {
        print::json(&told(version, seat, backup))?;
    } else {
        print::line(version)?;
    }
    print::note(&format!(
        "{program} is version {version} now; version {PRESENT} is kept as {previous}."
    ));
    let restore = backup.map_or_else(String::new, |backup| {
        print::note(&format!("The data are backed up in {backup}."));
        format!(", and `appliance restore {backup}` if the new version has changed the data")
    });
    print::note(&format!(
        "To return: stop the server, `mv {previous} {program}`{restore}."
    ));
    print::note(&format!(
        "A server that runs is still version {PRESENT}: {}.",
        restart()
    ));
    Ok(Exit::Done)
}

fn told(version: &str, seat: &Seat, backup: Option<&str>) -> Value {
    json!({
        "version": version,
        "program": seat.program.display().to_string(),
        "previous": {"version": PRESENT, "program": seat.previous.display().to_string()},
        "backup": backup,
    })
}

/// How a server becomes the new version.
fn restart() -> &'static str {
    if Path::new("/run/systemd/system").exists() {
        "systemctl restart appliance"
    } else {
        "restart it"
    }
}
