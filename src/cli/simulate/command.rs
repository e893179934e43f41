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
  appliance simulate entra --url https://scim.example.org/scim/v2 --token-file token.txt --users 5000 --groups 100
  appliance simulate entra --yes --json            once more, as after a restart of the job"
)]
pub struct SimulateArgs {
    /// The identity provider to play.
    #[command(subcommand)]
    pub provider: Provider,
}

/// The identity providers that can be played.
#[derive(Debug, Clone, Subcommand)]
pub enum Provider {
    /// Microsoft Entra ID: initial cycle, two incremental cycles, restart
    Entra(EntraArgs),
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
        }
    }
}

impl SimulateArgs {
    /// What was said about the simulation, whoever is played.
    pub const fn common(&self) -> &CommonArgs {
        match &self.provider {
            Provider::Entra(entra) => &entra.common,
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
