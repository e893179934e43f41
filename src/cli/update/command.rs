//! What can be typed behind `appliance update`.

use std::path::PathBuf;

use clap::Args;

use crate::cli::options::Shown;

/// Replace this program by a newer, signed version; the data are backed up first
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  appliance update --check
  appliance update
  appliance update --source https://mirror.example.org/appliance/manifest.json --ca mirror-ca.pem

The source is the manifest of a directory on any HTTPS server; there is no default. `[update]` of
the settings file names it, and the public keys that releases are signed with. The new program must
start and find the installation fit to serve before it takes the place of this one, and after; else
this one stays, or is put back. It is kept beside the new one as appliance.previous.

Exit codes:
  0  done, or there is nothing newer
  1  failed; the program is the one that it was
  2  wrong usage or configuration
  3  the source has no release for this machine
  4  refused: not signed by a known key, not newer, not ours, damaged, or installed by a package;
     nothing was changed
  5  with --check: there is something newer")]
pub(in crate::cli) struct UpdateArgs {
    /// Only say whether there is something newer
    #[arg(long)]
    pub(super) check: bool,
    /// Where the manifest of the releases is; else `update.source` of the settings
    #[arg(long, value_name = "URL")]
    pub(super) source: Option<String>,
    /// Certificates to trust beside those of the machine, PEM; else `update.ca` of the settings
    #[arg(long, value_name = "FILE")]
    pub(super) ca: Option<PathBuf>,
    #[command(flatten)]
    pub(super) shown: Shown,
}
