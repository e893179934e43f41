//! The whole command tree on one page: what can be typed. What it means is decided elsewhere.

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::backup_command::BackupCommand;
use super::export_command::ExportCommand;
use super::group_command::GroupCommand;
use super::import_command::ImportCommand;
use super::log_options::LogArgs;
use super::machine_command::MachineCommand;
pub(super) use super::options::{AnyConnection, OneConnection, Place, Shown};
use super::removal::RemovalArgs;
use super::restore::RestoreArgs;
use super::schema_command::SchemaCommand;
use super::serve_flags::ServeFlags;
use super::setup::ProviderName;
use super::simulate::SimulateArgs;
use super::undo_command::UndoArgs;
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
TOML file (`public_url = \"…\"`), then defaults. Answers go to stdout, everything else to stderr.

Exit codes:
  0  done
  1  failed
  2  wrong usage or configuration
  3  found nothing
  4  refused
  5  done, with warnings";

/// A SCIM 2.0 service provider in one binary: identity providers push people and groups in, you take
/// them out again.
#[derive(Debug, Parser)]
#[command(
    name = "appliance",
    version,
    after_help = EXAMPLES,
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
    #[command(subcommand, after_help = EXIT_CODES)]
    Token(TokenCommand),
    /// Entrances for identity providers, each with people and groups of its own
    #[command(subcommand, after_help = EXIT_CODES)]
    Connection(ConnectionCommand),
    /// Attributes beyond those of RFC 7643, for all connections
    #[command(subcommand, after_help = EXIT_CODES)]
    Schema(SchemaCommand),
    /// People, one by one
    #[command(subcommand, after_help = EXIT_CODES)]
    User(UserCommand),
    /// Groups of the identity providers, and those that follow from an attribute of people
    #[command(subcommand, after_help = EXIT_CODES)]
    Group(GroupCommand),
    /// Bring people in from a file
    #[command(subcommand, after_help = EXIT_CODES)]
    Import(ImportCommand),
    /// Take people, groups, memberships and changes out, as they are or as they were
    #[command(subcommand, after_help = EXIT_CODES)]
    Export(ExportCommand),
    /// Copies of everything, made while the server runs
    #[command(subcommand, after_help = EXIT_CODES)]
    Backup(BackupCommand),
    Restore(RestoreArgs),
    Log(LogArgs),
    Simulate(SimulateArgs),
    Update(UpdateArgs),
    #[command(flatten)]
    Machine(MachineCommand),
}

#[derive(Debug, Subcommand)]
pub(super) enum TokenCommand {
    /// Make a token; it is printed once, alone, on stdout
    #[command(after_help = "\
Examples:
  appliance token new --name entra --expiry 180d
  appliance token new --connection okta --scope read > token.txt
  appliance token new --oauth --name ping > client.txt

A running server accepts it at once. With --oauth two lines are printed, `client_id=…` and
`client_secret=…`, for OAuth 2.0 client credentials: the identity provider shows both at the address
of the server followed by /oauth/token and gets a token that is good for an hour (access_expiry).")]
    New(TokenNew),
    /// List tokens, without the tokens themselves
    #[command(after_help = "\
Examples:
  appliance token list
  appliance token list --connection okta --json")]
    List {
        #[command(flatten)]
        which: AnyConnection,
        #[command(flatten)]
        shown: Shown,
    },
    /// Revoke a token; a running server refuses it from the next request on
    #[command(after_help = "\
Examples:
  appliance token revoke 3
  appliance token revoke - < token.txt")]
    Revoke {
        /// The ID that `token list` shows, or `-` to read the token itself from stdin
        id: String,
    },
    /// Make a successor of a token; both are good until the new one is used or the overlap ends
    #[command(after_help = "\
Examples:
  appliance token rotate 3
  appliance token rotate 3 --overlap 7d > token.txt
  appliance token rotate 3 --overlap none

The successor has the same connection, name and scope, and is good for as long as the old one was
meant to be. Paste it into your identity provider: its first use ends the old one. On a connection
with single_token=on there is no overlap.")]
    Rotate {
        /// The ID that `token list` shows, or `-` to read the token itself from stdin
        id: String,
        /// How long the old one stays good at most, or `none` [default: 24h]
        #[arg(long, value_name = "TIME")]
        overlap: Option<String>,
    },
}

#[derive(Debug, Args)]
pub(super) struct TokenNew {
    #[command(flatten)]
    pub(super) on: OneConnection,
    /// What it is for, for your own memory
    #[arg(long, value_name = "NAME", default_value = "token")]
    pub(super) name: String,
    /// How long it is good for: 90d, 12h, 2w; or `never`; else as the connection says, at first 90d
    #[arg(long, value_name = "TIME")]
    pub(super) expiry: Option<String>,
    /// What it may do
    #[arg(long, value_enum, default_value_t = ScopeName::Provision)]
    pub(super) scope: ScopeName,
    /// Make a client of OAuth 2.0, with an id and a secret that it exchanges for short-lived tokens
    #[arg(long)]
    pub(super) oauth: bool,
    /// Replace the other tokens of this scope: they stay good until the new one is used, so long at most
    #[arg(long, value_name = "TIME")]
    pub(super) overlap: Option<String>,
}

/// The scopes as they are typed.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum ScopeName {
    /// Read and write, for an identity provider
    Provision,
    /// Read only, for an application
    Read,
}

#[derive(Debug, Subcommand)]
pub(super) enum ConnectionCommand {
    /// Open a connection for one more identity provider
    #[command(after_help = "\
Examples:
  appliance connection new okta
  appliance connection new awareness --profile cybsafe

Profiles: generic, cofense, sosafe, cybsafe, safe. A profile gives the settings their defaults;
`connection set NAME profile=P` changes it later and keeps the data.")]
    New {
        /// 1 to 64 letters, digits, `-`, `_` and `.`
        name: String,
        /// The bundle of settings it starts with
        #[arg(long, value_name = "PROFILE", default_value = "generic")]
        profile: String,
    },
    /// List all connections
    List {
        #[command(flatten)]
        shown: Shown,
    },
    /// Show one connection with its settings, or how to set it up at its identity provider
    #[command(after_help = "\
Examples:
  appliance connection show default --json
  appliance connection show default --setup entra
  appliance connection show default --setup entra --format json > entra.json

What `--setup entra --format json` writes can be uploaded in Entra ID's schema editor (Provisioning >
Mappings > Show advanced options > Review your schema). Download what is there before.")]
    Show(ConnectionShow),
    /// Change settings of a connection: all of them, or none when one is wrong
    #[command(after_help = "\
Examples:
  appliance connection set default dialect=strict unknown=refuse
  appliance connection set default dialect=               back to the default

Settings:
  dialect=tolerant|strict   rewrite what identity providers are known to get wrong, or refuse it
  unknown=drop|refuse       leave out attributes that no schema knows, or refuse the request
  rate_limit=off|200/s      answer 429 to what is more, once rate_burst is used up
  rate_burst=2000           how much is let in at once after a quiet time
  single_token=off|on       a new token ends the others of its scope at once
  profile=generic|…         what gives all other settings their defaults
  resources=users,groups|users
  match=userName|externalId|emails.work
                            how the identity provider finds people; unique
  required=none|emails.work,title|…
                            refuse people without these
  unlisted=keep|drop        leave out attributes that the profile does not list
  roles=keep|ignore         leave out the roles of people
  unique_group_names=off|on
  check_values=off|on       count wrong time zones, languages and countries
  derive=none|department,division|…
                            make a group of every value of these
  derived_in_scim=off|on    let the identity provider see these groups; it cannot change them
  manager_by=id|id,externalId,userName
                            how a manager is found, in this order; with id alone what was sent is kept
  link=never|email|userName a create adopts whom you imported, by this
  address=emails.work|userName
                            what counts as the address of a person
  revive=off|on             a create brings back who was deactivated or deleted
  seats=unlimited|500       how many people may be active; more are inactive and wait
  seat_activation=hand|automatic
                            who gives a free seat to those who wait
  guard=off|20%/1h          hold back what would deactivate, delete or take out of a group more than that
                            share of the people in that time, until `connection release`
  guard_least=10            so many may always go
  token_expiry=90d|never    how long a token is good unless `--expiry` says otherwise
  token_longest=never|365d  how long a token can be good at most
  access_expiry=1h          how long what an OAuth 2.0 client gets for its secret is good
  terms=none|TEXT           what must be accepted before there is a token
  tenant_id=none|TEXT       what the identity provider calls your organisation
  entra_jwt=off|on          let Entra ID come in with tokens that it signs itself for tenant_id
  delete=tombstone|deactivate
                            who is deleted is gone but restorable, or kept and made inactive
  retention=30d             how long who was deleted can be brought back
  protect=none|ID,NAME,…    people whom the identity provider may not deactivate or delete")]
    Set {
        /// Its name
        name: String,
        /// Settings to change
        #[arg(value_name = "KEY=VALUE", required = true)]
        settings: Vec<String>,
    },
    /// Answer every request of a connection with 503 until it is resumed
    Pause {
        /// Its name
        name: String,
    },
    /// Let a paused connection work again
    Resume {
        /// Its name
        name: String,
    },
    /// Let pass, for a time, what the guard of a connection holds back
    #[command(after_help = "\
Example:
  appliance connection release entra --for 2h

What the identity provider sends again in that time is carried out, however much it takes away; then
the guard begins anew. `appliance status` says when a guard holds something back.")]
    Release {
        /// Its name
        name: String,
        /// How long: 1h, 30m, at most 7d
        #[arg(long = "for", value_name = "TIME", default_value = "1h")]
        length: String,
    },
    /// Accept the terms of a connection, which must be so before it gets a token
    #[command(after_help = "\
Example:
  appliance connection accept-terms recipients --by 'Grace Hopper, IT'

`connection show` says what the terms are, and who accepted them.")]
    AcceptTerms {
        /// Its name
        name: String,
        /// Who accepts them
        #[arg(long, value_name = "WHO")]
        by: String,
    },
    Undo(UndoArgs),
    Remove(RemovalArgs),
}

#[derive(Debug, Args)]
pub(super) struct ConnectionShow {
    /// Its name
    pub(super) name: String,
    /// The values to paste there and the steps, for this identity provider
    #[arg(long, value_enum, value_name = "PROVIDER")]
    pub(super) setup: Option<ProviderName>,
    /// What the identity provider can import; Entra ID only
    #[arg(long, value_enum, requires = "setup", conflicts_with = "json")]
    pub(super) format: Option<SetupFormat>,
    #[command(flatten)]
    pub(super) shown: Shown,
}

/// The forms of a set-up that can be imported.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum SetupFormat {
    /// A synchronization schema of Microsoft Graph
    Json,
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
