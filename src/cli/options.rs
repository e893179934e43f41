//! Options that several commands share.

use std::path::PathBuf;

use clap::Args;

/// Where things are.
#[derive(Debug, Args)]
pub(super) struct Place {
    /// Where the data lives; else `APPLIANCE_DATA_DIR`, else systemd's `STATE_DIRECTORY`, else `data_dir`
    /// of the settings file, else the service's /var/lib/appliance, if there is one and you are root or its
    /// owner, else your platform's own place
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        help_heading = "Options of every command"
    )]
    pub(super) data_dir: Option<PathBuf>,
    /// The settings file; else `APPLIANCE_CONFIG`, else /etc/appliance/appliance.toml, if there is one
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        help_heading = "Options of every command"
    )]
    pub(super) config: Option<PathBuf>,
}

/// Which connection is meant, where one is enough.
#[derive(Debug, Args)]
pub(super) struct OneConnection {
    /// The connection
    #[arg(
        long,
        value_name = "NAME",
        default_value = "default",
        env = "APPLIANCE_CONNECTION"
    )]
    pub(super) connection: String,
}

/// Which connection is meant, where all are a sensible answer too.
#[derive(Debug, Args)]
pub(super) struct AnyConnection {
    /// Only this connection; otherwise all of them
    #[arg(long, value_name = "NAME", env = "APPLIANCE_CONNECTION")]
    pub(super) connection: Option<String>,
}

/// How an answer is shown.
#[derive(Debug, Args)]
pub(super) struct Shown {
    /// Answer in JSON
    #[arg(long)]
    pub(super) json: bool,
}
