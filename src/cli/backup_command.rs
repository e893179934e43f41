//! `appliance backup …` and `appliance restore`: what can be typed.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::options::Shown;

#[derive(Debug, Subcommand)]
pub(super) enum BackupCommand {
    /// Back the database up, while the server runs
    #[command(after_help = "\
Examples:
  appliance backup new
  appliance backup new --recipient age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p
  appliance backup new --reason before-the-merger
  appliance backup new --recipient /etc/appliance/recipients.txt --output /mnt/backups

It holds everything that was acknowledged before: people, groups, connections with their settings,
schemas, the change record, the audit, and of tokens only the SHA-256. The copy is examined, and what
is on the disk is read back, before this says that it is done. A backup is personal data in the clear
unless it is encrypted: `age-keygen -o key.txt` makes a key, of which only the recipient need be here.

Each layer can be taken off without the appliance:
  age -d -i key.txt FILE | zstd -d | tar x")]
    New(BackupNew),
    /// List the backups in the usual place, the newest first
    #[command(after_help = "\
Examples:
  appliance backup list
  appliance backup list --json")]
    List {
        #[command(flatten)]
        shown: Shown,
    },
    /// Read all of a backup, restore it to one side, and compare it with what it says of itself
    #[command(after_help = "\
Examples:
  appliance backup verify backups/appliance-20261126T093000Z.tar.zst
  appliance backup verify appliance-20261126T093000Z.tar.zst.age --identity key.txt

Exit codes:
  0  it can be restored
  4  it is damaged, no backup, of a newer version, or encrypted for another key")]
    Verify {
        /// The backup
        file: PathBuf,
        #[command(flatten)]
        key: Key,
        #[command(flatten)]
        shown: Shown,
    },
    /// Remove backups from the usual place that need not be kept
    #[command(after_help = "\
Examples:
  appliance backup prune --check
  appliance backup prune --keep-daily 14 --keep-monthly 24

The newest backup of each of the last days, weeks and months that have one is kept (in UTC, weeks
from Monday). The newest of all, and the newest that was found sound, are never removed; nor is
anything under a name that the appliance did not choose. What was made for something, with --reason,
by an update or before a connection was removed, is kept for 30 days in any case.")]
    Prune(BackupPrune),
}

#[derive(Debug, Args)]
pub(super) struct BackupNew {
    /// A directory that is there; or the file, ending in `.tar.zst` or `.tar.zst.age`, in place of a
    /// backup that is there. Else `backup_dir` of the settings, else `backups` in the data directory
    #[arg(long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
    /// What it is made for, in a word that becomes the end of its name, such as `update`
    #[arg(long, value_name = "WORD", conflicts_with = "output", value_parser = word)]
    pub(super) reason: Option<String>,
    /// Encrypt it so that this recipient can open it: `age1…`, or a file with one to a line; may be
    /// given several times
    #[arg(long, value_name = "age1…|FILE")]
    pub(super) recipient: Vec<String>,
    #[command(flatten)]
    pub(super) shown: Shown,
}

fn word(text: &str) -> Result<String, &'static str> {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if !text.is_empty() && text.len() <= 32 && text.bytes().all(fits) {
        Ok(text.to_owned())
    } else {
        Err("expected 1 to 32 lower-case letters, digits and `-`")
    }
}

#[derive(Debug, Args)]
pub(super) struct BackupPrune {
    /// Days
    #[arg(long, value_name = "DAYS", default_value_t = 7)]
    pub(super) keep_daily: usize,
    /// Weeks
    #[arg(long, value_name = "WEEKS", default_value_t = 4)]
    pub(super) keep_weekly: usize,
    /// Months
    #[arg(long, value_name = "MONTHS", default_value_t = 12)]
    pub(super) keep_monthly: usize,
    /// Only say what would be removed
    #[arg(long)]
    pub(super) check: bool,
    #[command(flatten)]
    pub(super) shown: Shown,
}

/// What opens an encrypted backup.
#[derive(Debug, Args)]
pub(super) struct Key {
    /// The key file that opens an encrypted backup, as `age-keygen` writes it
    #[arg(long, value_name = "KEYFILE")]
    pub(super) identity: Option<PathBuf>,
}
