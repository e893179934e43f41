//! The tree of commands on one page. What can be typed behind each noun is in a file of its own, and what it
//! means is decided elsewhere.

use clap::{Parser, Subcommand};

use super::backup_command::BackupCommand;
use super::connection_command::ConnectionCommand;
use super::export_command::ExportCommand;
use super::group_command::GroupCommand;
use super::import_command::ImportCommand;
use super::log_options::LogArgs;
use super::machine_command::MachineCommand;
use super::options::{Place, Shown};
use super::restore::RestoreArgs;
use super::schema_command::SchemaCommand;
use super::serve_flags::ServeFlags;
use super::simulate::SimulateArgs;
use super::token_command::TokenCommand;
use super::update::UpdateArgs;
use super::user_command::UserCommand;

const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  failed
  2  wrong usage or configuration
  3  found nothing
  4  refused
  5  done, with warnings";

const EXAMPLES: &str = "\
Examples:
  appliance serve                            run the server
  appliance token new --name entra           a token for your identity provider
  appliance connection list                  identity providers that may come in
  appliance status                           how things stand, and what to look at
  appliance export users --format csv        take the people out again
  appliance import users people.csv --check  bring people in from a file

Settings come from options, then the environment (`--public-url` is APPLIANCE_PUBLIC_URL), then a
TOML file (`public_url = \"…\"`), then defaults. Answers go to stdout, everything else to stderr.";

const TOKEN: &str = "\
Examples:
  appliance token new --name entra --expiry 180d   printed once, on stdout
  appliance token list                             who may come in, and until when
  appliance token rotate 3                         a successor, without an interruption
  appliance token revoke 3";

const CONNECTION: &str = "\
Examples:
  appliance connection new okta
  appliance connection show okta --setup okta      what to paste there, and the steps
  appliance connection set okta dialect=strict
  appliance connection undo okta --since 2h --check";

const SCHEMA: &str = "\
Examples:
  appliance schema add urn:example:2.0:User:badge
  appliance schema list
  appliance schema show urn:example:2.0:User --json";

const USER: &str = "\
Examples:
  appliance user list --inactive
  appliance user history mira.holt@example.net     what was asked, answered and changed
  appliance user restore mira.holt@example.net     who was deleted";

const GROUP: &str = "\
Examples:
  appliance group list --connection okta
  appliance group show Staff
  appliance group restore Auditors";

const IMPORT: &str = "\
Examples:
  appliance import users people.csv --check        what would come of it
  appliance import users people.csv";

const EXPORT: &str = "\
Examples:
  appliance export users > users.csv
  appliance export members --format json
  appliance export changes --since 4711            what an application has missed";

const BACKUP: &str = "\
Examples:
  appliance backup new
  appliance backup verify backups/appliance-20261126T093000Z.tar.zst
  appliance backup prune --check";

/// Examples, and what every command may answer.
fn with_exit_codes(examples: &str) -> String {
    format!("{examples}\n\n{EXIT_CODES}")
}

/// A SCIM 2.0 service provider in one binary: identity providers push people and groups in, you take
/// them out again.
#[derive(Debug, Parser)]
#[command(
    name = "appliance",
    version,
    after_help = with_exit_codes(EXAMPLES),
    max_term_width = 100,
    disable_help_subcommand = true,
    subcommand_required = true,
    arg_required_else_help = true
)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) place: Place,
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Run the server
    Serve(ServeFlags),
    /// How things stand: last requests and changes, people, groups, tokens, and what to look at
    #[command(after_help = "\
Examples:
  appliance status
  appliance status --json
  appliance status > /dev/null          in cron: mails the warnings, if there are any

It warns of tokens that expire within 14 days, of credentials that were refused, of requests that
fail, of a silence that is longer than usual, of people who wait for a seat, and of a certificate that
expires within 30 days. What requests leave behind is written every half minute.

Exit codes:
  0  all is quiet
  5  there are warnings")]
    Status {
        #[command(flatten)]
        shown: Shown,
    },
    /// Credentials of identity providers
    #[command(subcommand, after_help = with_exit_codes(TOKEN))]
    Token(TokenCommand),
    /// Entrances for identity providers, each with people and groups of its own
    #[command(subcommand, after_help = with_exit_codes(CONNECTION))]
    Connection(ConnectionCommand),
    /// Attributes beyond those of RFC 7643, for all connections
    #[command(subcommand, after_help = with_exit_codes(SCHEMA))]
    Schema(SchemaCommand),
    /// People, one by one
    #[command(subcommand, after_help = with_exit_codes(USER))]
    User(UserCommand),
    /// Groups of the identity providers, and those that follow from an attribute of people
    #[command(subcommand, after_help = with_exit_codes(GROUP))]
    Group(GroupCommand),
    /// Bring people in from a file
    #[command(subcommand, after_help = with_exit_codes(IMPORT))]
    Import(ImportCommand),
    /// Take people, groups, memberships and changes out, as they are or as they were
    #[command(subcommand, after_help = with_exit_codes(EXPORT))]
    Export(ExportCommand),
    /// Copies of everything, made while the server runs
    #[command(subcommand, after_help = with_exit_codes(BACKUP))]
    Backup(BackupCommand),
    Restore(RestoreArgs),
    Log(LogArgs),
    Simulate(SimulateArgs),
    Update(UpdateArgs),
    #[command(flatten)]
    Machine(MachineCommand),
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_tree_is_sound() {
        Arguments::command().debug_assert();
    }
}
