//! `appliance connection remove`

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::consent;
use super::data::Data;
use super::exit::Exit;
use super::options::{Place, Shown};
use super::print;
use super::problem::Problem;
use super::stages::Stages;
use crate::operate::backups::{self, Order, Target};
use crate::operate::removal::{self, Doomed};
use crate::store::{Lock, StoreError, compact};

/// Remove a connection with its people, groups and tokens, after a backup
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  appliance connection remove okta
  appliance connection remove okta --yes --json

It says what will go, asks, and takes a backup, with which `appliance restore` brings everything
back. Then the tokens of the connection stop at the next request, no command finds it any more, and
what it holds goes in small transactions, beside a running server too. The change record says of
each of its people and groups that they are gone, and nothing else about them. When it is
interrupted, the same command finishes it; until then the name is not free. What is removed is
overwritten in the file, which is then written anew so that no trace is left: now if no server runs,
else at the server's next start. Backups keep what is in them.

Exit codes:
  0  removed
  3  no such connection
  4  the last connection, or nobody confirmed it; nothing was changed
  5  removed, but the file could not be written anew")]
pub(super) struct RemovalArgs {
    /// The name of the connection
    name: String,
    /// Do not ask
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    shown: Shown,
}

pub(super) fn run(place: &Place, wanted: &RemovalArgs) -> Result<Exit, Problem> {
    let data = Data::present(place)?;
    let doomed = data.store.read(|view| removal::look(view, &wanted.name))?;
    print::note(&summary(&doomed));
    if !wanted.yes {
        consent::ask(
            "All of that goes, after a backup.",
            &doomed.name,
            "`--yes` removes it without asking",
        )?;
    }
    // What was interrupted has its backup from before.
    let backup = if doomed.has_begun {
        None
    } else {
        Some(back_up(&data)?)
    };
    let (removed, operator) = (doomed.clone(), data.operator.clone());
    let errand = data
        .store
        .write(move |tx| removal::retire(tx, &removed, &operator))
        .wait()?;
    print::note("Its tokens open nothing any more; what it holds goes now.");
    removal::empty(&data.store, &doomed, &errand)?;
    let rewriting = write_anew(&data);
    if wanted.shown.json {
        print::json(&json!({
            "connection": doomed.name,
            "users": doomed.users,
            "groups": doomed.groups,
            "tombstones": doomed.tombstones,
            "tokens": doomed.tokens,
            "backup": backup.as_ref().map(|file| file.display().to_string()),
            "fileWrittenAnew": rewriting == Rewriting::Done,
        }))?;
    } else {
        print::note(&format!("Connection `{}` is removed.", doomed.name));
    }
    Ok(if rewriting == Rewriting::Failed {
        Exit::Warned
    } else {
        Exit::Done
    })
}

fn summary(doomed: &Doomed) -> String {
    let Doomed {
        name,
        users,
        groups,
        tombstones,
        tokens,
        has_begun,
        ..
    } = doomed;
    let begun = if *has_begun {
        "Its removal was interrupted. What is left of connection"
    } else {
        "Connection"
    };
    format!(
        "{begun} `{name}`: users {users}, groups {groups}, deleted and restorable {tombstones}, tokens \
         {tokens}."
    )
}

/// Takes the backup; where it is.
fn back_up(data: &Data) -> Result<PathBuf, Problem> {
    let order = Order {
        data_dir: &data.settings.data_dir,
        target: Target::Into(&data.settings.backup_dir(), "remove"),
        recipients: &[],
    };
    let taken = Stages::of(|watch| backups::take(&data.store, &order, &data.operator, watch))?;
    let file = taken.file;
    print::note(&format!(
        "To return to what is there now, stop the server: appliance restore {}",
        file.display()
    ));
    Ok(file)
}

/// What became of the file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rewriting {
    Done,
    /// Somebody else needs it: a server, or another command.
    Later,
    Failed,
}

/// Writes the file anew if nobody else needs it. What was removed is overwritten in any case.
fn write_anew(data: &Data) -> Rewriting {
    let directory = &data.settings.data_dir;
    let written = match Lock::take(directory) {
        Ok(_lock) => compact(directory),
        Err(error) => Err(error),
    };
    match written {
        Ok(()) => Rewriting::Done,
        Err(StoreError::InUse | StoreError::Locked) => Rewriting::Later,
        Err(error) => {
            print::warning(&format!(
                "the file could not be written anew, so unused parts of it may show what was removed; \
                 the server's next start tries again: {error}"
            ));
            Rewriting::Failed
        }
    }
}
