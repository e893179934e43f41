//! What can be typed behind `appliance check`.

use clap::Args;

use crate::cli::options::Shown;

/// Is this installation fit to serve? Settings, certificate, clock, disk, files, database
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  appliance check
  appliance check --json | jq '.findings[] | select(.verdict != \"good\")'
  appliance check > /dev/null || echo 'look at the appliance'

It says of every setting where it came from, reads every page of the database, asks for the Tenant
URL from here, if `public_url` is set, and for the keys of signed tokens, if a connection takes
those. Nothing is changed, but that files of its own in the data directory become their owner's alone.
It works beside a running server.

Exit codes:
  0  fit to serve
  1  something is broken: the database, the disk
  2  the configuration is wrong
  5  fit to serve, with warnings")]
pub(in crate::cli) struct CheckArgs {
    #[command(flatten)]
    pub(super) shown: Shown,
}
