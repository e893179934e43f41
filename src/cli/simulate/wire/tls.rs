//! Whom the simulator trusts when it connects.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use thiserror::Error;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

/// How the server's certificate is checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli::simulate) enum Trust {
    /// Not at all.
    Blind,
    /// Against the machine's certificate store, and this PEM file if there is one.
    Store(Option<PathBuf>),
}

/// A certificate file could not be used.
#[derive(Debug, Error)]
#[error("the certificates in {} cannot be used: {why}", path.display())]
pub struct TrustFlaw {
    path: PathBuf,
    why: String,
}

/// The client's side of TLS. The cryptography is named explicitly: with several providers in one binary there
/// is no default to rely on.
pub(super) fn config(trust: &Trust) -> Result<TlsConfig, TrustFlaw> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = TlsConfig::builder().unversioned_rustls_crypto_provider(provider);
    let builder = match trust {
        Trust::Blind => builder.disable_verification(true),
        Trust::Store(extra) => {
            let mut roots: Vec<Certificate<'static>> = machine_store();
            if let Some(path) = extra {
                roots.extend(from_file(path)?);
            }
            builder.root_certs(RootCerts::new_with_certs(&roots))
        }
    };
    Ok(builder.build())
}

/// The certificates the machine trusts. An unreadable one is no reason to stop: whoever needs it learns that
/// the server is not trusted.
fn machine_store() -> Vec<Certificate<'static>> {
    rustls_native_certs::load_native_certs()
        .certs
        .iter()
        .map(|der| Certificate::from_der(der.as_ref()).to_owned())
        .collect()
}

fn from_file(path: &Path) -> Result<Vec<Certificate<'static>>, TrustFlaw> {
    let flaw = |why: String| TrustFlaw {
        path: path.to_owned(),
        why,
    };
    let pem = std::fs::read(path).map_err(|error| flaw(error.to_string()))?;
    let mut found = Vec::new();
    for item in parse_pem(&pem) {
        if let PemItem::Certificate(certificate) = item.map_err(|error| flaw(error.to_string()))? {
            found.push(certificate);
        }
    }
    if found.is_empty() {
        return Err(flaw("there is none in it".to_owned()));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_certificates_is_refused_by_name() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let trust = Trust::Store(Some(file.path().to_owned()));
        let flaw = config(&trust).unwrap_err().to_string();
        assert!(flaw.contains("there is none in it"), "{flaw}");
        assert!(config(&Trust::Blind).is_ok());
    }
}
