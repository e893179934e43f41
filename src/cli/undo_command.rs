//! What can be typed behind `appliance connection undo`.

use clap::Args;

use super::options::Shown;

/// Give back what the identity provider took away since an instant: people and groups that it deleted,
/// people whom it made inactive, memberships that it ended
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  appliance connection pause default                 so that it does not go on meanwhile
  appliance connection undo default --since 2h --check
  appliance connection undo default --since 2026-11-20T09:30:00Z
  appliance connection undo default --since 2h --json

It goes through the change record, the newest change first, in small transactions beside a running
server; every change that it makes is recorded as yours. Left as it is, with the reason: who cannot
come back because the userName is somebody else's by now, who was deleted for longer than the
retention, and what you did yourself since. Where no seat is free, people come back inactive and
wait; --check says who. Whatever is there already is left alone, so a second run does nothing more
and finishes what was interrupted. Values of attributes that were changed are not taken back.

Exit codes:
  0  done, or nothing to do
  2  the instant is no time, or still to come
  3  no such connection
  5  done, but something was left as it is")]
pub(super) struct UndoArgs {
    /// The name of the connection
    pub(super) name: String,
    /// How long ago it began, or the instant: 2h, 1d, 2026-11-20T09:30:00Z; a date is its start in UTC
    #[arg(long, value_name = "TIME")]
    pub(super) since: String,
    /// Only say what would be done
    #[arg(long)]
    pub(super) check: bool,
    #[command(flatten)]
    pub(super) shown: Shown,
}
