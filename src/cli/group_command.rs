//! What can be typed behind `appliance group`.

use clap::{Args, Subcommand};

use super::options::{AnyConnection, Shown};

#[derive(Debug, Subcommand)]
pub(super) enum GroupCommand {
    /// Bring back a group that the identity provider deleted: same id, attributes and members
    #[command(after_help = "\
Examples:
  appliance group restore Auditors
  appliance group restore 019abc00-0000-7000-8000-000000000002 --json

Those of its members who are there are in it again; those who are gone too come back into it with
`appliance user restore`. Exit code 4 when unique_group_names=on and the name is taken by now.")]
    Restore(OneGroup),
}

/// One group.
#[derive(Debug, Args)]
pub(super) struct OneGroup {
    /// An id, a name or an externalId
    #[arg(value_name = "WHICH")]
    pub(super) name: String,
    #[command(flatten)]
    pub(super) which: AnyConnection,
    #[command(flatten)]
    pub(super) shown: Shown,
}
