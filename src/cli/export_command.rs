//! What can be typed behind `appliance export`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::options::AnyConnection;

#[derive(Debug, Subcommand)]
pub(super) enum ExportCommand {
    /// Everybody, or those whom a filter finds
    #[command(after_help = "\
Examples:
  appliance export users > users.csv
  appliance export users --columns userName,emails.work,groups > addresses.csv
  appliance export users --format ndjson --output users.ndjson
  appliance export users --filter 'active eq true and emails[type eq \"work\"]'
  appliance export users --as-of 2026-11-01

CSV is for spreadsheets: a cell that starts with = + - @ (a telephone number, say) gets a leading
apostrophe, so that no spreadsheet takes it for a formula. The other forms are complete: JSON is one
array, NDJSON one SCIM resource to a line, SCIM a ListResponse. All are personal data in the clear; a
file is readable by its owner only.

--as-of undoes what the change record has since; it is refused where the record does not reach, or
where old changes say nothing about people any more. A date is its start in UTC.")]
    Users(ExportResources),
    /// Groups; with their members, but for CSV
    #[command(after_help = "\
Examples:
  appliance export groups > groups.csv
  appliance export groups --format json --output groups.json
  appliance export groups --filter 'displayName sw \"Team\"' --as-of 7d

CSV says how many members a group has; `appliance export members` says who they are.")]
    Groups(ExportResources),
    /// Who is in which group: one line for each membership
    #[command(after_help = "\
Examples:
  appliance export members > members.csv
  appliance export members --columns group,member
  appliance export members --filter 'displayName eq \"Audit\"' --as-of 30d

The filter chooses groups. A member that is a group is shown with its name and type Group; who is in
that one is listed there.")]
    Members(ExportMembers),
    /// What changed, in order: for applications that follow
    #[command(after_help = "\
Examples:
  appliance export changes --since 4711
  appliance export changes --format csv --columns at,cause,id > changes.csv

An application that follows begins with `export users` and `export groups`, and the last sequence of
`export changes` before them. Then, every minute say, it asks for what came --since the highest
sequence that it has seen; nothing new is an empty answer. A change shows the attributes that differ
as they were and as they are, a deletion the whole resource before, a creation the whole after;
changed memberships are in joined and parted.

Refused with exit code 4 when changes that were asked for are not kept any more, or have not happened
here, as after the restore of an older backup: then begin anew.")]
    Changes(ExportChanges),
}

#[derive(Debug, Args)]
pub(super) struct ExportResources {
    #[command(flatten)]
    pub(super) which: AnyConnection,
    /// The form of the answer
    #[arg(long, value_enum, default_value_t = FormName::Csv)]
    pub(super) format: FormName,
    #[command(flatten)]
    pub(super) part: Part,
    #[command(flatten)]
    pub(super) sheet: Sheet,
}

#[derive(Debug, Args)]
pub(super) struct ExportMembers {
    #[command(flatten)]
    pub(super) which: AnyConnection,
    /// The form of the answer
    #[arg(long, value_enum, default_value_t = PlainName::Csv)]
    pub(super) format: PlainName,
    #[command(flatten)]
    pub(super) part: Part,
    #[command(flatten)]
    pub(super) sheet: Sheet,
}

#[derive(Debug, Args)]
pub(super) struct ExportChanges {
    #[command(flatten)]
    pub(super) which: AnyConnection,
    /// The form of the answer
    #[arg(long, value_enum, default_value_t = PlainName::Ndjson)]
    pub(super) format: PlainName,
    /// Only changes after the one with this sequence
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(super) since: u64,
    #[command(flatten)]
    pub(super) sheet: Sheet,
}

/// Which part of the directory.
#[derive(Debug, Args)]
pub(super) struct Part {
    /// Only what this SCIM filter finds
    #[arg(long, value_name = "SCIM-FILTER")]
    pub(super) filter: Option<String>,
    /// As it was at an instant, at the start of a day in UTC, or so long ago: 2026-11-01T09:30:00Z,
    /// 2026-11-01, 7d
    #[arg(long, value_name = "TIME")]
    pub(super) as_of: Option<String>,
}

/// Where to, and what of a table.
#[derive(Debug, Args)]
pub(super) struct Sheet {
    /// The columns of a CSV, in this order
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    pub(super) columns: Option<Vec<String>>,
    /// Write a file, complete or not at all, instead of stdout
    #[arg(long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
}

/// The forms of SCIM resources as they are typed.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum FormName {
    /// A table for spreadsheets (RFC 4180)
    Csv,
    /// One array of SCIM resources, complete
    Json,
    /// One SCIM resource to a line, complete
    Ndjson,
    /// A `ListResponse` with every resource (RFC 7644)
    Scim,
}

/// The forms of everything else.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum PlainName {
    /// A table for spreadsheets (RFC 4180)
    Csv,
    /// One array of objects
    Json,
    /// One object to a line
    Ndjson,
}
