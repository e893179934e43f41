//! What can be typed behind `appliance group`.

use clap::{Args, Subcommand};

use super::options::{AnyConnection, Shown};

#[derive(Debug, Subcommand)]
pub(super) enum GroupCommand {
    /// List groups: those of the identity providers, and those that follow from an attribute of people
    #[command(after_help = "\
Examples:
  appliance group list
  appliance group list --connection awareness --json
  appliance group list --deleted

A group with a folder is a derived one: `connection set NAME derive=department,division` makes a group
of every department and division, and keeps them.")]
    List {
        /// Those that were deleted and can be brought back
        #[arg(long)]
        deleted: bool,
        #[command(flatten)]
        which: AnyConnection,
        #[command(flatten)]
        shown: Shown,
    },
    /// Show one group and who is in it
    #[command(after_help = "\
Examples:
  appliance group show Staff
  appliance group show Department/Audit --limit 1000
  appliance group show 019abc00-0000-7000-8000-000000000001 --json

Members are those in the group itself, in the order in which they arrived. Exit code 3 when no group
has this name, and 4 when several have.")]
    Show(GroupShow),
    /// Bring back a group that the identity provider deleted: same id, attributes and members
    #[command(after_help = "\
Examples:
  appliance group restore Auditors
  appliance group restore 019abc00-0000-7000-8000-000000000002 --json

Those of its members who are there are in it again; those who are gone too come back into it with
`appliance user restore`. Exit code 4 when unique_group_names=on and the name is taken by now.")]
    Restore(OneGroup),
}

#[derive(Debug, Args)]
pub(super) struct GroupShow {
    /// An id, displayName or externalId; of a derived group also FOLDER/NAME
    #[arg(value_name = "WHICH")]
    pub(super) which: String,
    /// How many members are shown at most
    #[arg(long, value_name = "NUMBER", default_value_t = 100)]
    pub(super) limit: u64,
    #[command(flatten)]
    pub(super) among: AnyConnection,
    #[command(flatten)]
    pub(super) shown: Shown,
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
