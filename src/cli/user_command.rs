//! What can be typed behind `appliance user`.

use clap::{Args, Subcommand};

use super::options::{AnyConnection, Shown};

#[derive(Debug, Subcommand)]
pub(super) enum UserCommand {
    /// List people: everybody, or those whom a filter finds
    #[command(after_help = "\
Examples:
  appliance user list --inactive
  appliance user list --filter 'emails.value ew \"@example.net\"' --json
  appliance user list --deleted                who can be brought back
  appliance user list --duplicates             who shares an address or an externalId with others
  appliance user list --unbound-managers       whose manager is not there

The address of duplicates is the work e-mail, or the userName on a connection with address=userName.
The first 1000 are shown unless `--limit` says otherwise; `appliance export users` takes all out.")]
    List(UserList),
    /// Show one person: values, groups, state, and the last changes
    #[command(after_help = "\
Examples:
  appliance user show mira.holt@example.net
  appliance user show mira.holt@example.net --connection okta --json

Also shows somebody who was deleted and can be brought back. Exit code 3 when nobody has this name, and
4 when several have.")]
    Show(Somebody),
    /// One person's whole timeline: what was asked, by whom, what was answered and why, and what changed
    #[command(after_help = "\
Examples:
  appliance user history mira.holt@example.net
  appliance user history 019abc00-0000-7000-8000-000000000001 --json

Also finds somebody who is gone, or who was asked about and never created. Values are those of the
change record, in the clear; what was sent in a request that failed is masked. Exit code 3 when nothing
is known of anybody with this name.")]
    History(Somebody),
    /// Make somebody active who is not
    #[command(after_help = "\
Examples:
  appliance user activate mira.holt@example.net
  appliance user activate --waiting                  as many as there are seats for
  appliance user activate --waiting --connection awareness

Memberships and attributes are as they were. The change is recorded like one of the identity provider,
and the identity provider may take it back with its next change. On a connection with `seats=N` there
must be a seat; those who wait for one get it in the order in which they came. Exit code 5 when some
wait still.")]
    Activate(Activation),
    /// Make somebody inactive, and keep them with all they have
    #[command(after_help = "\
Example:
  appliance user deactivate mira.holt@example.net --connection okta")]
    Deactivate(Somebody),
    /// Bring back somebody whom the identity provider deleted: same id, attributes and memberships
    #[command(after_help = "\
Examples:
  appliance user restore mira.holt@example.net
  appliance user restore 019abc00-0000-7000-8000-000000000001 --json

Possible until the retention of the connection ends (retention=30d). They are in the groups again that
they were in and that are still there. Refused with exit code 4 when the userName, or another value
that only one may have, belongs to somebody else by now; exit code 3 when nobody of this name is
gone.")]
    Restore(Somebody),
}

/// Several people.
#[derive(Debug, Args)]
pub(super) struct UserList {
    #[command(flatten)]
    pub(super) which: AnyConnection,
    /// Only those whom this SCIM filter finds
    #[arg(long, value_name = "SCIM-FILTER")]
    pub(super) filter: Option<String>,
    /// Only those who are not active
    #[arg(long)]
    pub(super) inactive: bool,
    #[command(flatten)]
    pub(super) apart: Apart,
    /// How many are shown at most
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u64).range(1..=100_000))]
    pub(super) limit: u64,
    #[command(flatten)]
    pub(super) shown: Shown,
}

/// Lists of another kind.
#[derive(Debug, Args)]
#[group(multiple = false, conflicts_with_all = ["filter", "inactive"])]
pub(super) struct Apart {
    /// Those who were deleted and can be brought back
    #[arg(long)]
    pub(super) deleted: bool,
    /// Only those whose address, or externalId, others have too
    #[arg(long)]
    pub(super) duplicates: bool,
    /// Only those whose manager is not there, where `manager_by` looks for managers
    #[arg(long)]
    pub(super) unbound_managers: bool,
}

/// One person.
#[derive(Debug, Args)]
pub(super) struct Somebody {
    /// An id, userName, externalId or e-mail address
    #[arg(value_name = "WHO")]
    pub(super) who: String,
    #[command(flatten)]
    pub(super) which: AnyConnection,
    #[command(flatten)]
    pub(super) shown: Shown,
}

/// One person, or those who wait.
#[derive(Debug, Args)]
pub(super) struct Activation {
    /// An id, userName, externalId or e-mail address
    #[arg(value_name = "WHO", required_unless_present = "waiting")]
    pub(super) who: Option<String>,
    /// Those who wait for a seat, the longest waiting first
    #[arg(long, conflicts_with = "who")]
    pub(super) waiting: bool,
    #[command(flatten)]
    pub(super) which: AnyConnection,
    #[command(flatten)]
    pub(super) shown: Shown,
}
