//! What can be typed behind `appliance user`.

use clap::{Args, Subcommand};

use super::options::{AnyConnection, Shown};

#[derive(Debug, Subcommand)]
pub(super) enum UserCommand {
    /// One person's whole timeline: what was asked, by whom, what was answered and why, and what changed
    #[command(after_help = "\
Examples:
  appliance user history mira.holt@example.net
  appliance user history 019abc00-0000-7000-8000-000000000001 --json

Also finds somebody who is gone, or who was asked about and never created. Values are those of the
change record, in the clear; what was sent in a request that failed is masked. Exit code 3 when nothing
is known of anybody with this name.")]
    History(UserHistory),
}

#[derive(Debug, Args)]
pub(super) struct UserHistory {
    /// An id, userName, externalId or e-mail address
    #[arg(value_name = "WHO")]
    pub(super) who: String,
    #[command(flatten)]
    pub(super) which: AnyConnection,
    #[command(flatten)]
    pub(super) shown: Shown,
}
