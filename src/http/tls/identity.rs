//! A certificate with its private key, ready to be shown.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

use rustls::crypto::aws_lc_rs as provider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;

use super::certificate::Certificate;
use super::error::TlsError;

/// A certificate with its private key, which belong together.
#[derive(Debug)]
pub(super) struct Identity {
    /// For rustls.
    pub(super) key: Arc<CertifiedKey>,
    /// What the certificate says.
    pub(super) certificate: Certificate,
}

impl Identity {
    /// The identity in two PEM files. A key that other accounts may read is refused.
    pub(super) fn read(certificate: &Path, key: &Path) -> Result<Self, TlsError> {
        let pem = |path: &Path| fs::read(path).map_err(|source| TlsError::file(path, source));
        let mode = fs::metadata(key)
            .map_err(|source| TlsError::file(key, source))?
            .permissions()
            .mode();
        if mode & 0o007 != 0 {
            return Err(TlsError::Exposed {
                path: key.to_owned(),
            });
        }
        Self::parse((certificate, &pem(certificate)?), (key, &pem(key)?))
    }

    /// The identity in one PEM text that holds the key and the chain.
    pub(super) fn of_bundle(path: &Path, pem: &[u8]) -> Result<Self, TlsError> {
        Self::parse((path, pem), (path, pem))
    }

    fn parse(certificate: (&Path, &[u8]), key: (&Path, &[u8])) -> Result<Self, TlsError> {
        let (certificate, pem) = certificate;
        let described = Certificate::parse(certificate, pem)?;
        let (key, pem) = key;
        let private = PrivateKeyDer::from_pem_slice(pem)
            .map_err(|_| TlsError::content(key, "a private key in PEM form"))?;
        let chain: Vec<CertificateDer<'static>> = described.chain.clone();
        let pair = CertifiedKey::from_der(chain, private, &provider::default_provider());
        let pair = pair.map_err(|error| match error {
            rustls::Error::InconsistentKeys(_) => TlsError::Mismatch {
                certificate: certificate.to_owned(),
                key: key.to_owned(),
            },
            error => error.into(),
        })?;
        Ok(Self {
            key: Arc::new(pair),
            certificate: described,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::fs::Permissions;

    use super::*;
    use crate::base::Settings;
    use crate::http::tls::own;

    #[test]
    fn a_key_that_others_can_read_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let settings = Settings::with_defaults(dir.path().to_owned());
        let own = own::files(&settings, "2026-11-20T00:00:00Z".parse().unwrap()).unwrap();
        assert!(Identity::read(&own.certificate, &own.key).is_ok());
        for (mode, good) in [(0o640, true), (0o644, false), (0o602, false)] {
            fs::set_permissions(&own.key, Permissions::from_mode(mode)).unwrap();
            let read = Identity::read(&own.certificate, &own.key);
            assert_eq!(read.is_ok(), good, "{mode:o}");
        }
    }

    #[test]
    fn a_key_of_another_certificate_is_refused_with_both_names() {
        let [one, other] = [(); 2].map(|()| {
            let dir = tempfile::tempdir().unwrap();
            let settings = Settings::with_defaults(dir.path().to_owned());
            let files = own::files(&settings, "2026-11-20T00:00:00Z".parse().unwrap()).unwrap();
            (dir, files)
        });
        let read = Identity::read(&one.1.certificate, &other.1.key);
        let said = read.unwrap_err().to_string();
        assert!(said.contains("is not the private key of"), "{said}");
    }
}
