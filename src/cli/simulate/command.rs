//! `appliance simulate`: its arguments.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// Play an identity provider against a running appliance, and report what its administrator would see.
#[derive(Debug, Clone, Args)]
#[command(
    after_help = "The token is read from APPLIANCE_TOKEN, or from --token-file.

Examples:
  APPLIANCE_TOKEN=$(appliance token new) appliance simulate entra
  appliance simulate entra --url https://scim.example.org/scim/v2 --token-file token.txt
  appliance simulate entra --users 5000 --groups 100
  appliance simulate entra --yes --json            once more, as after a restart of the job"
)]
pub struct SimulateArgs {
    /// The identity provider to play.
    #[command(subcommand)]
    pub provider: Provider,
}

/// How one of them is played.
fn examples(provider: &str) -> String {
    format!(
        "Examples:
  appliance simulate {provider} --token-file token.txt
  appliance simulate {provider} --users 5000 --groups 100 --json
  appliance simulate {provider} --url https://scim.example.org/scim/v2 --token-file token.txt"
    )
}

/// The identity providers that can be played.
#[derive(Debug, Clone, Subcommand)]
pub enum Provider {
    /// Microsoft Entra ID: initial cycle, two incremental cycles, restart
    #[command(after_help = examples("entra"))]
    Entra(EntraArgs),
    /// Okta: GET and PUT, deactivation by PATCH, imports, group push
    #[command(after_help = examples("okta"))]
    Okta(OktaArgs),
    /// OneLogin: bodies from a template, booleans as text, nulls
    #[command(after_help = examples("onelogin"))]
    Onelogin(CommonArgs),
    /// JumpCloud: a test user and a test group first, members added twice
    #[command(after_help = examples("jumpcloud"))]
    Jumpcloud(CommonArgs),
    /// Google Workspace: application/json, users only
    #[command(after_help = examples("google"))]
    Google(CommonArgs),
    /// PingFederate and PingOne: PUT only, all groups listed to find one
    #[command(after_help = examples("ping"))]
    Ping(CommonArgs),
    /// authentik: creates first and looks after a conflict, one operation for each member
    #[command(after_help = examples("authentik"))]
    Authentik(CommonArgs),
    /// Keycloak: ids of its own, doubled slashes, users only
    #[command(after_help = examples("keycloak"))]
    Keycloak(CommonArgs),
    /// rauthy: matches by externalId, unlinks groups
    #[command(after_help = examples("rauthy"))]
    Rauthy(CommonArgs),
}

/// What can be said about every provider.
#[derive(Debug, Clone, Args)]
pub struct CommonArgs {
    /// Tenant URL of the server; the local server when not given
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
    /// People who are there at the end
    #[arg(long, value_name = "N", default_value = "500")]
    pub users: NonZeroUsize,
    /// Groups that are there at the end
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub groups: usize,
    /// Members of each group
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub members: usize,
    /// File that holds the token, or `-` for standard input
    #[arg(long, value_name = "FILE")]
    pub token_file: Option<PathBuf>,
    /// PEM file with a certificate to trust besides the machine's own
    #[arg(long, value_name = "FILE", conflicts_with = "insecure")]
    pub ca: Option<PathBuf>,
    /// Do not check the server's certificate
    #[arg(long)]
    pub insecure: bool,
    /// Play even if the connection holds people already
    #[arg(long)]
    pub yes: bool,
    /// Another number invents other people
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// Requests under way at once
    #[arg(long, value_name = "N", default_value = "4")]
    pub parallel: NonZeroUsize,
    /// Write the people as they must be at the end, one JSON object to a line
    #[arg(long, value_name = "FILE")]
    pub people: Option<PathBuf>,
    /// Print the report as JSON
    #[arg(long)]
    pub json: bool,
}

/// What can be said about Entra ID.
#[derive(Debug, Clone, Args)]
pub struct EntraArgs {
    #[command(flatten)]
    #[expect(missing_docs, reason = "its help would appear as that of an option")]
    pub common: CommonArgs,
    /// Whether updates come as with `aadOptscim062020` in the Tenant URL; without this option the first
    /// incremental cycle has the flag off and the second on
    #[arg(long, value_enum)]
    pub flag: Option<Flag>,
}

/// What can be said about Okta.
#[derive(Debug, Clone, Args)]
pub struct OktaArgs {
    #[command(flatten)]
    #[expect(missing_docs, reason = "its help would appear as that of an option")]
    pub common: CommonArgs,
    /// Play an application made by the wizard: it never sends PATCH
    #[arg(long)]
    pub wizard: bool,
}

/// The compatibility flag of a Tenant URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Flag {
    /// `aadOptscim062020` is in the Tenant URL.
    On,
    /// It is not.
    Off,
}

impl Provider {
    /// The provider as it is named on the command line.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Entra(_) => "entra",
            Self::Okta(_) => "okta",
            Self::Onelogin(_) => "onelogin",
            Self::Jumpcloud(_) => "jumpcloud",
            Self::Google(_) => "google",
            Self::Ping(_) => "ping",
            Self::Authentik(_) => "authentik",
            Self::Keycloak(_) => "keycloak",
            Self::Rauthy(_) => "rauthy",
        }
    }
}

impl SimulateArgs {
    /// What was said about the simulation, whoever is played.
    pub const fn common(&self) -> &CommonArgs {
        match &self.provider {
            Provider::Entra(entra) => &entra.common,
            Provider::Okta(okta) => &okta.common,
            Provider::Onelogin(common)
            | Provider::Jumpcloud(common)
            | Provider::Google(common)
            | Provider::Ping(common)
            | Provider::Authentik(common)
            | Provider::Keycloak(common)
            | Provider::Rauthy(common) => common,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        simulate: SimulateArgs,
    }

    #[test]
    fn defaults_are_those_of_the_manual() {
        let line = Line::try_parse_from(["simulate", "entra"]).unwrap();
        let common = line.simulate.common();
        assert_eq!(
            (common.users.get(), common.groups, common.parallel.get()),
            (500, 20, 4)
        );
        assert!(!common.insecure && !common.yes && !common.json);
    }

    #[test]
    fn nobody_can_be_simulated_without_people() {
        assert!(Line::try_parse_from(["simulate", "entra", "--users", "0"]).is_err());
        assert!(Line::try_parse_from(["simulate", "entra", "--flag", "maybe"]).is_err());
    }
}
