//! What the operator may configure for the whole installation. Pure: `cli::load` fills it in.

use std::net::{Ipv6Addr, SocketAddr};
use std::path::PathBuf;

use jiff::SignedDuration;

use super::entra_settings::EntraSettings;
use super::update_settings::UpdateSettings;

/// Settings of the installation; those of one connection are a [`super::Policy`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Where the database, the certificate and the lock file live.
    pub data_dir: PathBuf,
    /// Where backups go; `None` is `backups` in the data directory.
    pub backups: Option<PathBuf>,
    /// Where identity providers knock.
    pub listen: SocketAddr,
    /// Where health and metrics answer; loopback only; `None` is off.
    pub local_listen: Option<SocketAddr>,
    /// The address identity providers use, e.g. `https://scim.example.org`, without a path.
    pub public_url: Option<String>,
    /// Encryption of the listener.
    pub tls: TlsSettings,
    /// Addresses of reverse proxies whose `Forwarded` and `X-Forwarded-*` headers are believed.
    pub trusted_proxies: Vec<std::net::IpAddr>,
    /// Bounds on what a request may ask.
    pub limits: Limits,
    /// Whether `/ServiceProviderConfig` answers without a token.
    pub public_discovery: bool,
    /// How long requests and their answers are kept, masked; `None` is not at all.
    pub exchanges: Option<Retention>,
    /// Days for which the change record keeps what it says about people.
    pub change_days: u32,
    /// What is expected of tokens that Entra ID signs itself.
    pub entra: EntraSettings,
    /// Where newer versions come from.
    pub update: UpdateSettings,
}

/// How long something is kept: until it is too old, or too much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Days.
    pub days: u32,
    /// Bytes on disk.
    pub bytes: u64,
}

impl Retention {
    /// That of exchanges in a fresh installation.
    pub const EXCHANGES: Self = Self {
        days: 30,
        bytes: 1 << 30,
    };

    /// How old something may become.
    pub fn age(self) -> SignedDuration {
        SignedDuration::from_hours(i64::from(self.days) * 24)
    }
}

/// How the listener is encrypted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TlsSettings {
    /// A certificate of our own, made at the first start and kept in the data directory.
    SelfSigned,
    /// PEM files of the operator.
    Files {
        /// Certificate chain, leaf first.
        certificate: PathBuf,
        /// Private key; must not be readable by others.
        key: PathBuf,
    },
    /// A certificate that an ACME server issues and renews.
    Acme(AcmeSettings),
    /// Plain HTTP, for a reverse proxy in front.
    Off {
        /// Listen beyond loopback although nothing is encrypted.
        forced: bool,
    },
}

/// What an ACME server is asked for (RFC 8555). That its terms are accepted is a condition for these to
/// exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcmeSettings {
    /// The host names the certificate is for.
    pub domains: Vec<String>,
    /// E-mail addresses for the ACME server to write to.
    pub contact: Vec<String>,
    /// Which server.
    pub directory: AcmeDirectory,
    /// A PEM file with an authority of the operator's own, for a private server.
    pub authority: Option<PathBuf>,
}

/// An ACME server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AcmeDirectory {
    /// Let's Encrypt.
    Production,
    /// Let's Encrypt for trying out: its certificates are trusted by nobody.
    Staging,
    /// Another one.
    Url(String),
}

impl AcmeDirectory {
    /// The address of its directory (RFC 8555 §7.1.1).
    pub fn url(&self) -> &str {
        match self {
            Self::Production => "https://acme-v02.api.letsencrypt.org/directory",
            Self::Staging => "https://acme-staging-v02.api.letsencrypt.org/directory",
            Self::Url(url) => url,
        }
    }
}

/// Bounds on one request, each with its own 4xx answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a request body; more is 413.
    pub body: usize,
    /// Bytes of a `/Bulk` body; more is 413.
    pub bulk_body: usize,
    /// Operations in one bulk request; more is 413.
    pub bulk_operations: usize,
    /// Nesting of a JSON body; deeper is 400 `invalidSyntax`.
    pub json_depth: usize,
    /// Bytes of one string value; more is 400 `invalidValue`.
    pub string: usize,
    /// Bytes of a filter; more is 400 `invalidFilter`.
    pub filter: usize,
    /// Nesting of a filter; deeper is 400 `invalidFilter`.
    pub filter_depth: usize,
    /// Comparisons in a filter; more is 400 `invalidFilter`.
    pub filter_clauses: usize,
    /// Resources on a page; a larger `count` is lowered to this.
    pub page: usize,
    /// Resources on a page when no `count` is given.
    pub default_page: usize,
    /// Operations in one PATCH; more is 400 `invalidValue`.
    pub patch_operations: usize,
}

impl Limits {
    /// The limits of a fresh installation.
    pub const DEFAULT: Self = Self {
        body: 4 << 20,
        bulk_body: 8 << 20,
        bulk_operations: 1_000,
        json_depth: 64,
        string: 64 << 10,
        filter: 8 << 10,
        filter_depth: 64,
        filter_clauses: 500,
        page: 1_000,
        default_page: 100,
        patch_operations: 5_000,
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl Settings {
    /// Where backups go.
    pub fn backup_dir(&self) -> PathBuf {
        match &self.backups {
            Some(directory) => directory.clone(),
            None => self.data_dir.join("backups"),
        }
    }

    /// Every setting at its default, with the data in `data_dir`.
    pub fn with_defaults(data_dir: PathBuf) -> Self {
        Self {
            data_dir,
            backups: None,
            listen: SocketAddr::from((Ipv6Addr::UNSPECIFIED, 8443)),
            local_listen: Some(SocketAddr::from(([127, 0, 0, 1], 8444))),
            public_url: None,
            tls: TlsSettings::SelfSigned,
            trusted_proxies: Vec::new(),
            limits: Limits::DEFAULT,
            public_discovery: false,
            exchanges: Some(Retention::EXCHANGES),
            change_days: 400,
            entra: EntraSettings::default(),
            update: UpdateSettings::default(),
        }
    }
}
