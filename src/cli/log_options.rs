//! What can be typed behind `appliance log`.

use clap::Args;

use super::options::{AnyConnection, Shown};

/// Show what was asked, what was answered and what it changed, oldest first
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  appliance log --follow
  appliance log --since 1h --failed
  appliance log --user mira.holt@example.net --json

Requests are shown as they were recorded, without what they say about anybody; `appliance user history`
shows one person's values. Without --since and --limit the latest 100 events are shown. Works beside a
running server. Exit code 3 when there is nothing to show.")]
pub(super) struct LogArgs {
    /// Go on with what happens, until Ctrl-C
    #[arg(long)]
    pub(super) follow: bool,
    #[command(flatten)]
    pub(super) which: AnyConnection,
    /// Only what is about this person: an id, userName, externalId or e-mail address, known or not
    #[arg(long, value_name = "WHO")]
    pub(super) user: Option<String>,
    /// Only requests that were refused or failed, in whole or in part
    #[arg(long)]
    pub(super) failed: bool,
    /// Only what happened so long ago at most, or since an instant: 1h, 2d, 2026-11-20T09:30:00Z;
    /// a date is its start in UTC
    #[arg(long, value_name = "TIME")]
    pub(super) since: Option<String>,
    /// The latest so many events
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) limit: Option<u64>,
    #[command(flatten)]
    pub(super) shown: Shown,
}
