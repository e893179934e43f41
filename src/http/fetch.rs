//! What we fetch ourselves, from servers that the operator named: nothing that a request says leads to a
//! request of ours (reliability R41).

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use thiserror::Error;
use ureq::Agent;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

/// Fetches documents, bounded in time and size.
#[derive(Debug, Clone)]
pub struct Fetcher {
    agent: Agent,
}

/// Nothing was fetched.
#[derive(Debug, Error)]
pub enum FetchError {
    /// A file of certificates cannot be used.
    #[error("the certificates in {} cannot be used: {why}", path.display())]
    Certificates {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The server answered something else.
    #[error("{address} answered {status}")]
    Status {
        /// What was asked for.
        address: String,
        /// The answer.
        status: u16,
    },
    /// The server did not answer, or is not trusted, or answered too much.
    #[error("{address}: {why}")]
    Failed {
        /// What was asked for.
        address: String,
        /// What the network says.
        why: String,
    },
}

impl Fetcher {
    /// Trusts the certificates that the machine trusts, and those in `extra`. The cryptography is named
    /// explicitly: with several providers in one binary there is no default to rely on.
    pub fn new(extra: Option<&Path>, patience: Duration) -> Result<Self, FetchError> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut roots: Vec<Certificate<'static>> = rustls_native_certs::load_native_certs()
            .certs
            .iter()
            .map(|der| Certificate::from_der(der.as_ref()).to_owned())
            .collect();
        if let Some(path) = extra {
            roots.extend(certificates(path)?);
        }
        let tls = TlsConfig::builder()
            .unversioned_rustls_crypto_provider(provider)
            .root_certs(RootCerts::new_with_certs(&roots))
            .build();
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(patience))
            .tls_config(tls);
        Ok(Self {
            agent: config.build().new_agent(),
        })
    }

    /// The document at `address`, if it has at most so many bytes.
    pub fn document(&self, address: &str, most: u64) -> Result<Vec<u8>, FetchError> {
        let failed = |error: ureq::Error| FetchError::Failed {
            address: address.to_owned(),
            why: error.to_string(),
        };
        let mut request = self.agent.get(address);
        if is_here(address) {
            // A machine's own services are not behind its proxy.
            request = request.config().proxy(None).build();
        }
        let mut answer = request.call().map_err(failed)?;
        let status = answer.status().as_u16();
        if status != 200 {
            return Err(FetchError::Status {
                address: address.to_owned(),
                status,
            });
        }
        let body = answer.body_mut().with_config().limit(most);
        body.read_to_vec().map_err(failed)
    }
}

/// Whether an address names this machine by its loopback address.
fn is_here(address: &str) -> bool {
    let host = address.split_once("://").map_or(address, |(_, rest)| rest);
    ["127.", "[::1]", "localhost"]
        .iter()
        .any(|start| host.starts_with(start))
}

fn certificates(path: &Path) -> Result<Vec<Certificate<'static>>, FetchError> {
    let flaw = |why: String| FetchError::Certificates {
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
        let error = Fetcher::new(Some(file.path()), Duration::from_secs(1)).unwrap_err();
        assert!(error.to_string().contains("there is none in it"), "{error}");
    }

    #[test]
    fn this_machine_is_not_behind_its_proxy() {
        assert!(is_here("http://127.0.0.1:8080/keys") && is_here("https://[::1]/"));
        assert!(!is_here("https://login.example.org/127.0.0.1"));
    }
}
