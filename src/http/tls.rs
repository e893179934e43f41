//! The certificate of the listener: the operator's PEM files, or one of our own making.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::net::IpAddr;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aws_lc_rs::digest;
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs as provider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use thiserror::Error;

use crate::base::{Settings, Timestamp, TlsSettings};

/// How long a certificate of our own is good: it is replaced by a real one, or pinned and left alone.
const YEARS: i32 = 10;

/// What encrypts the listener.
#[derive(Debug)]
pub struct Tls {
    /// For rustls.
    pub config: ServerConfig,
    /// SHA-256 of the leaf certificate, hexadecimal, in pairs separated by colons.
    pub fingerprint: String,
    /// Whether the certificate is one of our own, which identity providers in the cloud refuse.
    pub self_signed: bool,
}

/// Why no encrypted listener can be made.
#[derive(Debug, Error)]
pub enum TlsError {
    /// A file cannot be read or written.
    #[error("{path}: {source}")]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file is not what it should be.
    #[error("{path}: expected {expected}")]
    Content {
        /// Which file.
        path: PathBuf,
        /// What should be in it.
        expected: &'static str,
    },
    /// Others may read the private key.
    #[error("{path}: other accounts may read this private key; `chmod o-rwx` it")]
    Exposed {
        /// The key file.
        path: PathBuf,
    },
    /// Certificate and key do not fit each other, or rustls dislikes one of them.
    #[error("certificate and key cannot be used: {0}")]
    Unusable(#[from] rustls::Error),
    /// A certificate of our own could not be made.
    #[error("no certificate could be made: {0}")]
    Generate(#[from] rcgen::Error),
}

impl Tls {
    /// What the settings ask for; `None` when encryption is off. A certificate of our own is made at
    /// the first call and kept in the data directory.
    pub fn from_settings(settings: &Settings, now: Timestamp) -> Result<Option<Self>, TlsError> {
        match &settings.tls {
            TlsSettings::Off { .. } => Ok(None),
            TlsSettings::Files { certificate, key } => {
                Self::read(certificate, key, false).map(Some)
            }
            TlsSettings::SelfSigned => {
                let certificate = settings.data_dir.join("certificate.pem");
                let key = settings.data_dir.join("certificate.key");
                if !certificate.exists() || !key.exists() {
                    generate(settings, now, &certificate, &key)?;
                }
                Self::read(&certificate, &key, true).map(Some)
            }
        }
    }

    fn read(certificate: &Path, key: &Path, self_signed: bool) -> Result<Self, TlsError> {
        let unreadable = |path: &Path, source| TlsError::File {
            path: path.to_owned(),
            source,
        };
        let mode = fs::metadata(key)
            .map_err(|source| unreadable(key, source))?
            .permissions()
            .mode();
        if mode & 0o007 != 0 {
            return Err(TlsError::Exposed {
                path: key.to_owned(),
            });
        }
        let pem = fs::read(certificate).map_err(|source| unreadable(certificate, source))?;
        let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(&pem)
            .collect::<Result<_, _>>()
            .map_err(|_| content(certificate, "certificates in PEM form, the leaf first"))?;
        let leaf = chain
            .first()
            .ok_or_else(|| content(certificate, "certificates in PEM form, the leaf first"))?;
        let fingerprint = fingerprint(leaf);
        let pem = fs::read(key).map_err(|source| unreadable(key, source))?;
        let private = PrivateKeyDer::from_pem_slice(&pem)
            .map_err(|_| content(key, "a private key in PEM form"))?;
        let mut config =
            ServerConfig::builder_with_provider(Arc::new(provider::default_provider()))
                .with_safe_default_protocol_versions()?
                .with_no_client_auth()
                .with_single_cert(chain, private)?;
        config.ticketer = provider::Ticketer::new()?;
        Ok(Self {
            config,
            fingerprint,
            self_signed,
        })
    }
}

fn content(path: &Path, expected: &'static str) -> TlsError {
    TlsError::Content {
        path: path.to_owned(),
        expected,
    }
}

/// SHA-256 in pairs of hexadecimal digits, as browsers and `openssl` show it.
fn fingerprint(certificate: &CertificateDer<'_>) -> String {
    let hash = digest::digest(&digest::SHA256, certificate);
    let pairs: Vec<String> = hash
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02X}"))
        .collect();
    pairs.join(":")
}

/// Makes a certificate for this machine under the names by which it may be called.
fn generate(
    settings: &Settings,
    now: Timestamp,
    certificate: &Path,
    key: &Path,
) -> Result<(), TlsError> {
    let mut names = vec![
        "localhost".to_owned(),
        "127.0.0.1".to_owned(),
        "::1".to_owned(),
    ];
    if let Some(host) = settings.public_url.as_deref().and_then(host) {
        names.insert(0, host.to_owned());
    }
    let address = settings.listen.ip();
    if !address.is_unspecified() && !is_loopback(address) {
        names.push(address.to_string());
    }
    let mut parameters = CertificateParams::new(names)?;
    let mut subject = DistinguishedName::new();
    subject.push(DnType::CommonName, "appliance");
    parameters.distinguished_name = subject;
    let year = now
        .to_string()
        .split('-')
        .next()
        .and_then(|year| year.parse().ok());
    let year = year.unwrap_or(2026);
    parameters.not_before = rcgen::date_time_ymd(year - 1, 1, 1);
    parameters.not_after = rcgen::date_time_ymd(year + YEARS, 1, 1);
    let pair = KeyPair::generate()?;
    let signed = parameters.self_signed(&pair)?;
    write(key, &pair.serialize_pem())?;
    write(certificate, &signed.pem())
}

fn is_loopback(address: IpAddr) -> bool {
    address.is_loopback()
}

/// The host of a URL, without scheme, port and path.
pub(super) fn host(url: &str) -> Option<&str> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split('/').next()?;
    let host = match authority.strip_prefix('[') {
        Some(v6) => v6.split(']').next()?,
        None => authority.split(':').next()?,
    };
    (!host.is_empty()).then_some(host)
}

/// Writes a file that only its owner may read, beside its place first, so that it is there in full or
/// not at all.
fn write(path: &Path, text: &str) -> Result<(), TlsError> {
    let failed = |source| TlsError::File {
        path: path.to_owned(),
        source,
    };
    let beside = path.with_extension("new");
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&beside)
        .map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    file.sync_all().map_err(failed)?;
    fs::rename(&beside, path).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_of_our_own_is_made_once_and_kept() {
        let dir = tempfile::tempdir().unwrap();
        let settings = Settings::with_defaults(dir.path().to_owned());
        let now = Timestamp::from_millis(1_795_000_000_000);
        let first = Tls::from_settings(&settings, now).unwrap().unwrap();
        let again = Tls::from_settings(&settings, now).unwrap().unwrap();
        assert!(first.self_signed);
        assert_eq!(first.fingerprint, again.fingerprint);
        assert_eq!(first.fingerprint.len(), 32 * 3 - 1);
        let mode = fs::metadata(dir.path().join("certificate.key"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_key_that_others_can_read_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let mut settings = Settings::with_defaults(dir.path().to_owned());
        let now = Timestamp::from_millis(1_795_000_000_000);
        Tls::from_settings(&settings, now).unwrap();
        let key = dir.path().join("certificate.key");
        fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
        settings.tls = TlsSettings::Files {
            certificate: dir.path().join("certificate.pem"),
            key,
        };
        assert!(matches!(
            Tls::from_settings(&settings, now),
            Err(TlsError::Exposed { .. })
        ));
    }

    #[test]
    fn the_host_of_a_url_is_found() {
        assert_eq!(
            host("https://scim.example.org:8443/x"),
            Some("scim.example.org")
        );
        assert_eq!(host("https://[::1]:8443"), Some("::1"));
        assert_eq!(host("https://"), None);
    }
}
