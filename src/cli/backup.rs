//! `appliance backup …`

use std::path::Path;

use serde_json::{Value, json};

use super::backup_command::{BackupCommand, BackupNew, BackupPrune, Key};
use super::data::Data;
use super::exit::Exit;
use super::options::Place;
use super::print;
use super::problem::Problem;
use super::stages::Stages;
use super::token_list::minute;
use crate::operate::backups::{
    self, Identities, Keep, Manifest, Order, Recipient, Shelved, Source, Target,
};

pub(super) fn run(place: &Place, command: BackupCommand) -> Result<Exit, Problem> {
    match command {
        BackupCommand::New(wanted) => new(place, &wanted),
        BackupCommand::List { shown } => list(place, shown.json),
        BackupCommand::Verify { file, key, shown } => verify(place, &file, &key, shown.json),
        BackupCommand::Prune(wanted) => prune(place, &wanted),
    }
}

fn new(place: &Place, wanted: &BackupNew) -> Result<Exit, Problem> {
    // Before the command becomes the owner of the data, who may not read them.
    let mut recipients = Vec::new();
    for text in &wanted.recipient {
        recipients.extend(Recipient::read(text)?);
    }
    let data = Data::present(place)?;
    let usual = data.settings.backup_dir();
    let order = Order {
        data_dir: &data.settings.data_dir,
        target: match &wanted.output {
            Some(output) => Target::To(output),
            None => Target::Into(&usual, wanted.reason.as_deref().unwrap_or_default()),
        },
        recipients: &recipients,
    };
    let taken = Stages::of(|watch| backups::take(&data.store, &order, &data.operator, watch))?;
    if wanted.shown.json {
        print::json(&json!({
            "file": taken.file.display().to_string(),
            "bytes": taken.bytes,
            "encrypted": !recipients.is_empty(),
            "manifest": manifest(&taken.manifest),
        }))?;
    } else {
        print::line(&taken.file.display().to_string())?;
        print::note(&in_it(&taken.manifest));
    }
    Ok(Exit::Done)
}

fn list(place: &Place, as_json: bool) -> Result<Exit, Problem> {
    let data = Data::present(place)?;
    let shelf = shelf(&data)?;
    if as_json {
        print::json(&shelf.iter().map(shelved).collect())?;
        return Ok(Exit::Done);
    }
    let rows = shelf.iter().map(row).collect();
    print::table(
        &["MADE", "FILE", "BYTES", "USERS", "GROUPS", "VERIFIED"],
        rows,
        "no backups; `appliance backup new` makes one",
    )?;
    Ok(Exit::Done)
}

fn verify(place: &Place, file: &Path, key: &Key, as_json: bool) -> Result<Exit, Problem> {
    // Before the command becomes the owner of the data, who may not read them.
    let source = Source::open(file)?;
    let identities = identities(key)?;
    let data = Data::present(place)?;
    let directory = &data.settings.data_dir;
    let verified = Stages::of(|watch| {
        backups::verify(
            &data.store,
            source,
            &identities,
            directory,
            &data.operator,
            watch,
        )
    })?;
    if as_json {
        print::json(&manifest(&verified))?;
    } else {
        print::note(&format!("{} can be restored.", file.display()));
        print::note(&in_it(&verified));
    }
    Ok(Exit::Done)
}

fn prune(place: &Place, wanted: &BackupPrune) -> Result<Exit, Problem> {
    let data = Data::present(place)?;
    let shelf = shelf(&data)?;
    let keep = Keep {
        daily: wanted.keep_daily,
        weekly: wanted.keep_weekly,
        monthly: wanted.keep_monthly,
    };
    let gone = backups::superfluous(&shelf, &keep, data.operator.now);
    if !wanted.check {
        backups::prune(
            &data.store,
            &data.settings.backup_dir(),
            &gone,
            &data.operator,
        )?;
    }
    if wanted.shown.json {
        print::json(&gone.iter().map(|backup| shelved(backup)).collect())?;
    } else {
        for backup in &gone {
            print::line(&backup.file.display().to_string())?;
        }
        let verb = if wanted.check { "would go" } else { "removed" };
        let left = shelf.len() - gone.len();
        print::note(&format!("{} {verb}, {left} stay", gone.len()));
    }
    Ok(Exit::Done)
}

fn shelf(data: &Data) -> Result<Vec<Shelved>, Problem> {
    let known = data.store.read(|view| view.backups())?;
    Ok(backups::shelf(&data.settings.backup_dir(), &known)?)
}

/// The keys that were named, if any were.
pub(super) fn identities(key: &Key) -> Result<Identities, Problem> {
    match &key.identity {
        Some(file) => Ok(Identities::read(file)?),
        None => Ok(Identities::default()),
    }
}

/// What is in a backup, in a sentence.
pub(super) fn in_it(manifest: &Manifest) -> String {
    let Manifest {
        made,
        connections,
        users,
        groups,
        memberships,
        last_change,
        ..
    } = manifest;
    format!(
        "made {made}: connections {connections}, users {users}, groups {groups}, memberships \
         {memberships}, last change {last_change}"
    )
}

fn manifest(manifest: &Manifest) -> Value {
    serde_json::to_value(manifest).unwrap_or_default()
}

fn shelved(backup: &Shelved) -> Value {
    json!({
        "file": backup.file.display().to_string(),
        "made": backup.name.made.to_string(),
        "reason": backup.name.reason,
        "encrypted": backup.name.encrypted,
        "bytes": backup.bytes,
        "verified": backup.verified.map(|at| at.to_string()),
        "manifest": backup.manifest().as_ref().map(manifest),
    })
}

fn row(backup: &Shelved) -> Vec<String> {
    let said = backup.manifest();
    let count = |of: fn(&Manifest) -> u64| {
        said.as_ref()
            .map_or_else(|| "-".to_owned(), |manifest| of(manifest).to_string())
    };
    vec![
        minute(backup.name.made),
        backup.file.display().to_string(),
        backup.bytes.to_string(),
        count(|manifest| manifest.users),
        count(|manifest| manifest.groups),
        backup.verified.map_or_else(|| "-".to_owned(), minute),
    ]
}
