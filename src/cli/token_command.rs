//! What can be typed behind `appliance token`.

use clap::{Args, Subcommand, ValueEnum};

use super::options::{AnyConnection, OneConnection, Shown};

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
