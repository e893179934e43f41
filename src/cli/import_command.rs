//! What can be typed behind `appliance import`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::options::{OneConnection, Shown};

#[derive(Debug, Subcommand)]
pub(super) enum ImportCommand {
    /// People from CSV with the columns of an export, or from NDJSON with one SCIM resource to a line
    #[command(after_help = "\
Examples:
  appliance import users people.csv --check
  appliance import users people.csv --connection awareness
  appliance export users --connection old --format ndjson | appliance import users - --connection new

The first line of a CSV file names its columns, in any order: userName (which must be there),
name.givenName, emails.work, department, or with a URN. The columns connection, id, groups, created and
lastModified are not read, and neither are these members of a resource. Several values in a cell are
separated by `; `.

Somebody with the same userName is left as they are, and told as a conflict if the file says something
else; with `--update` they become what the file says: of a CSV file in its columns, an empty cell
clearing the value; of NDJSON as a whole. A row is brought in whole or not at all. On a connection with
link=email or link=userName, its identity provider adopts by its next create whom you imported.

Exit codes:
  0  done
  5  done, but rows are in conflict; each is told with its line and the reason")]
    Users(ImportUsers),
}

#[derive(Debug, Args)]
pub(super) struct ImportUsers {
    /// The file, or `-` for stdin
    pub(super) file: PathBuf,
    #[command(flatten)]
    pub(super) on: OneConnection,
    /// Say what would come of it, and write nothing
    #[arg(long)]
    pub(super) check: bool,
    /// Change people who are here already
    #[arg(long)]
    pub(super) update: bool,
    #[command(flatten)]
    pub(super) shown: Shown,
}
