//! `appliance restore FILE`

use std::path::PathBuf;

use clap::Args;

use super::backup::identities;
use super::backup_command::Key;
use super::exit::Exit;
use super::options::Place;
use super::problem::Problem;
use super::stages::Stages;
use super::{consent, data, load, owner, print};
use crate::base::Clock;
use crate::operate::Operator;
use crate::operate::backups::{Candidate, Source};
use crate::store::Aside;

/// Put a backup in the place of the data that are there; the server must not run
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  systemctl stop appliance
  appliance restore backups/appliance-20261126T093000Z.tar.zst
  appliance restore appliance-20261126T093000Z.tar.zst.age --identity key.txt --yes
  systemctl start appliance

All of the backup is read and examined first. Then it takes the place of the data in one step; what
was there is kept beside it as appliance.sqlite.before-restore-TIME, and can be restored the same way;
if it is damaged beyond use, it is kept as it was, with its log.
A backup of an older format is brought to the present one. What was done since the backup is not in it:
tokens made since are not known, and those revoked since are good again.

Exit codes:
  0  restored
  4  a server or a command is at work on the data, or the backup is damaged, no backup, or newer;
     nothing was changed")]
pub(super) struct RestoreArgs {
    /// The backup, or a database that was kept aside
    file: PathBuf,
    #[command(flatten)]
    key: Key,
    /// Do not ask
    #[arg(long)]
    yes: bool,
}

pub(super) fn run(place: &Place, wanted: &RestoreArgs) -> Result<Exit, Problem> {
    // Before the command becomes the owner of the data, who may not read them.
    let source = Source::open(&wanted.file)?;
    let identities = identities(&wanted.key)?;
    let operator = Operator {
        actor: owner::actor(),
        now: Clock::system().now(),
    };
    let directory = load::settings(place)?.data_dir;
    owner::become_owner(&directory)?;
    let replaces = data::has_data(&directory);
    let candidate = Stages::of(|watch| Candidate::unpack(source, &identities, &directory, watch))?;
    print::note(&summary(&candidate));
    if replaces && !wanted.yes {
        let question = format!(
            "It takes the place of the data in {}, which are kept beside it.",
            directory.display()
        );
        consent::ask(
            &question,
            "yes",
            "`--yes` replaces the data that are there without asking",
        )?;
    }
    let kept = candidate.restore(&operator)?;
    print::note(&format!("Restored into {}.", directory.display()));
    match kept {
        Aside::Nothing => {}
        Aside::Database(file) => print::note(&format!(
            "What was there is kept; to return: appliance restore {}",
            file.display()
        )),
        Aside::Remains(files) => {
            let files: Vec<_> = files
                .iter()
                .map(|file| file.display().to_string())
                .collect();
            print::note(&format!(
                "What was there cannot be used, and is kept as it was: {}",
                files.join(", ")
            ));
        }
    }
    Ok(Exit::Done)
}

fn summary(candidate: &Candidate) -> String {
    let contents = &candidate.contents;
    let made = candidate
        .made()
        .map_or_else(String::new, |made| format!("made {made}: "));
    format!(
        "The backup is sound; {made}connections {}, users {}, groups {}, memberships {}, last change {}.",
        contents.connections,
        contents.users,
        contents.groups,
        contents.memberships,
        contents.last_change
    )
}
