//! Whom we trust when it is us who connect.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::RootCertStore;
use rustls::crypto::aws_lc_rs as provider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use thiserror::Error;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

/// Certificates that vouch for the servers we connect to.
#[derive(Debug, Clone)]
pub struct Roots(Vec<CertificateDer<'static>>);

/// A file of certificates cannot be used.
#[derive(Debug, Error)]
#[error("the certificates in {} cannot be used: {why}", path.display())]
pub struct RootsFlaw {
    path: PathBuf,
    why: String,
}

impl Roots {
    /// Those that the machine trusts. An unreadable one is no reason to stop: whoever needs it learns that
    /// the server is not trusted.
    pub fn of_machine() -> Self {
        Self(rustls_native_certs::load_native_certs().certs)
    }

    /// The same, and those in a PEM file of the operator if there is one.
    pub fn with(extra: Option<&Path>) -> Result<Self, RootsFlaw> {
        let mut roots = Self::of_machine();
        if let Some(path) = extra {
            roots.0.extend(from_file(path)?);
        }
        Ok(roots)
    }

    /// What is missing where nobody is trusted, as in a container without a file of authorities; a complaint
    /// about the certificate of a server would not say it.
    pub fn lack(&self) -> Option<&'static str> {
        self.0.is_empty().then_some(
            "no certificate authority is trusted on this machine: install `ca-certificates`, or name a \
             PEM file of authorities by SSL_CERT_FILE",
        )
    }

    /// The client's side of TLS for documents that are fetched.
    pub fn client(&self) -> TlsConfig {
        let roots: Vec<Certificate<'static>> = self
            .0
            .iter()
            .map(|root| Certificate::from_der(root.as_ref()).to_owned())
            .collect();
        // The cryptography is named explicitly: with several providers in one binary there is no default to
        // rely on.
        TlsConfig::builder()
            .unversioned_rustls_crypto_provider(Arc::new(provider::default_provider()))
            .root_certs(RootCerts::new_with_certs(&roots))
            .build()
    }

    /// The same for TLS in other hands.
    pub(super) fn store(self) -> RootCertStore {
        let mut store = RootCertStore::empty();
        store.add_parsable_certificates(self.0);
        store
    }
}

fn from_file(path: &Path) -> Result<Vec<CertificateDer<'static>>, RootsFlaw> {
    let flaw = |why: String| RootsFlaw {
        path: path.to_owned(),
        why,
    };
    let pem = std::fs::read(path).map_err(|error| flaw(error.to_string()))?;
    let found = CertificateDer::pem_slice_iter(&pem)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| flaw(error.to_string()))?;
    if found.is_empty() {
        return Err(flaw("there is none in it in PEM form".to_owned()));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(pem: &str, why: &str) {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), pem).unwrap();
        let flaw = Roots::with(Some(file.path())).unwrap_err().to_string();
        assert!(flaw.contains(&file.path().display().to_string()), "{flaw}");
        assert!(flaw.contains(why), "{flaw}");
    }

    #[test]
    fn a_file_that_vouches_for_nobody_is_refused_by_name() {
        refused("", "there is none in it");
        refused(
            "-----BEGIN CERTIFICATE-----\n%\n-----END CERTIFICATE-----\n",
            "cannot be used",
        );
        let flaw = Roots::with(Some(Path::new("/nowhere/ca.pem"))).unwrap_err();
        assert!(flaw.to_string().contains("/nowhere/ca.pem"), "{flaw}");
    }

    #[test]
    fn those_of_a_file_come_beside_those_of_the_machine() {
        let key = rcgen::KeyPair::generate().unwrap();
        let params = rcgen::CertificateParams::new(["ca.example.org".to_owned()]).unwrap();
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), params.self_signed(&key).unwrap().pem()).unwrap();
        let machine = Roots::of_machine().0.len();
        let roots = Roots::with(Some(file.path())).unwrap();
        assert_eq!(roots.0.len(), machine + 1);
        assert_eq!(Roots::with(None).unwrap().0.len(), machine);
    }
}
