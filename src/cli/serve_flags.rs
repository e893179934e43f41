//! What can be typed behind `appliance serve`.

use clap::Args;

/// The first start makes the data directory, a certificate and the connection `default`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  appliance serve
  appliance serve --listen '[::]:443' --tls-cert chain.pem --tls-key key.pem
  appliance serve --tls off --listen 127.0.0.1:8443     behind a reverse proxy

Every option can be set in the environment (APPLIANCE_LISTEN) and in the settings file (`listen`).
SIGTERM and SIGINT end it: what runs is finished first.")]
pub(super) struct ServeFlags {
    /// Where identity providers knock; port 0 takes a free one [default: [::]:8443]
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub(super) listen: Option<String>,
    /// Where health and metrics answer, on loopback only, or `off` [default: 127.0.0.1:8444]
    #[arg(long, value_name = "ADDRESS:PORT|off")]
    pub(super) local_listen: Option<String>,
    /// The address identity providers use, without a path: `https://scim.example.org`
    #[arg(long, value_name = "URL")]
    pub(super) public_url: Option<String>,
    /// `off` is for a reverse proxy in front, and listens on loopback only [default: on]
    #[arg(long, value_name = "on|off")]
    pub(super) tls: Option<String>,
    /// Listen beyond loopback although nothing is encrypted
    #[arg(long)]
    pub(super) tls_force: bool,
    /// Certificate chain, PEM; without one a self-signed certificate is made
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub(super) tls_cert: Option<String>,
    /// Private key of the certificate, PEM, readable by nobody else
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub(super) tls_key: Option<String>,
    /// Reverse proxies whose `Forwarded` headers are believed, separated by commas
    #[arg(long, value_name = "ADDRESSES")]
    pub(super) trusted_proxies: Option<String>,
    /// Let `/ServiceProviderConfig` answer without a token
    #[arg(long)]
    pub(super) public_discovery: bool,
}
