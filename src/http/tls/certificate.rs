//! What a certificate says: for the log, for warnings in good time, and for those who judge it.

use std::fs;
use std::path::{Path, PathBuf};

use aws_lc_rs::digest;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::FromDer;

use super::error::TlsError;
use super::place;
use crate::base::{Settings, Timestamp, TlsSettings};

/// What should be in a certificate file.
const EXPECTED: &str = "certificates in PEM form, the leaf first";

/// The certificate that the listener shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// Its file.
    pub file: PathBuf,
    /// SHA-256 of the leaf, hexadecimal, in pairs separated by colons.
    pub fingerprint: String,
    /// The host names and addresses it is for.
    pub names: Vec<String>,
    /// Whether nobody but itself vouches for it; identity providers in the cloud refuse it then.
    pub self_signed: bool,
    /// From when on it is good.
    pub begins: Timestamp,
    /// Until when it is good.
    pub expires: Timestamp,
    /// The leaf and what stands between it and a root.
    pub(super) chain: Vec<CertificateDer<'static>>,
}

impl Certificate {
    /// The certificate of an installation with these settings; `None` when encryption is off, or when
    /// the first start has not made one yet.
    pub fn of(settings: &Settings) -> Result<Option<Self>, TlsError> {
        let own = place::own(settings).certificate;
        let file = match &settings.tls {
            TlsSettings::Off { .. } => return Ok(None),
            TlsSettings::Files { certificate, .. } => certificate.clone(),
            TlsSettings::SelfSigned if !own.exists() => return Ok(None),
            TlsSettings::SelfSigned => own,
            TlsSettings::Acme(acme) => {
                let issued = place::issued(&settings.data_dir, acme);
                match (issued.exists(), own.exists()) {
                    (true, _) => issued,
                    (false, true) => own,
                    (false, false) => return Ok(None),
                }
            }
        };
        let pem = fs::read(&file).map_err(|source| TlsError::file(&file, source))?;
        Self::parse(&file, &pem).map(Some)
    }

    /// The certificates in a PEM text; `file` is where it was found.
    pub(super) fn parse(file: &Path, pem: &[u8]) -> Result<Self, TlsError> {
        let unexpected = || TlsError::content(file, EXPECTED);
        let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(pem)
            .collect::<Result<_, _>>()
            .map_err(|_| unexpected())?;
        let der = chain.first().ok_or_else(unexpected)?;
        let (_, leaf) = X509Certificate::from_der(der).map_err(|_| unexpected())?;
        let instant = |seconds: i64| Timestamp::from_millis(seconds.saturating_mul(1_000));
        Ok(Self {
            file: file.to_owned(),
            fingerprint: fingerprint(der),
            names: names(&leaf),
            self_signed: leaf.subject().as_raw() == leaf.issuer().as_raw(),
            begins: instant(leaf.validity().not_before.timestamp()),
            expires: instant(leaf.validity().not_after.timestamp()),
            chain,
        })
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

/// RFC 5280 §4.2.1.6: the hosts and addresses that a certificate is for.
fn names(certificate: &X509Certificate<'_>) -> Vec<String> {
    let Ok(Some(alternative)) = certificate.subject_alternative_name() else {
        return Vec::new();
    };
    let names = alternative.value.general_names.iter();
    names
        .filter_map(|name| match name {
            GeneralName::DNSName(host) => Some((*host).to_owned()),
            GeneralName::IPAddress(bytes) => address(bytes),
            _ => None,
        })
        .collect()
}

fn address(bytes: &[u8]) -> Option<String> {
    if let Ok(four) = <[u8; 4]>::try_from(bytes) {
        return Some(std::net::Ipv4Addr::from(four).to_string());
    }
    let sixteen = <[u8; 16]>::try_from(bytes).ok()?;
    Some(std::net::Ipv6Addr::from(sixteen).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::tls::own;

    #[test]
    fn a_certificate_of_our_own_is_described() {
        let dir = tempfile::tempdir().unwrap();
        let mut settings = Settings::with_defaults(dir.path().to_owned());
        settings.public_url = Some("https://scim.example.org".into());
        assert_eq!(Certificate::of(&settings).unwrap(), None);
        let now: Timestamp = "2026-11-20T00:00:00Z".parse().unwrap();
        own::files(&settings, now).unwrap();
        let found = Certificate::of(&settings).unwrap().unwrap();
        assert_eq!(found.begins, "2025-01-01T00:00:00Z".parse().unwrap());
        assert_eq!(found.expires, "2036-01-01T00:00:00Z".parse().unwrap());
        assert!(found.self_signed);
        assert_eq!(found.fingerprint.len(), 32 * 3 - 1);
        assert_eq!(
            found.names,
            ["scim.example.org", "localhost", "127.0.0.1", "::1"]
        );
    }

    #[test]
    fn a_text_without_certificates_is_refused() {
        let file = Path::new("chain.pem");
        let begin = "-----BEGIN CERTIFICATE-----\n";
        for text in [
            "",
            "nonsense",
            begin,
            &format!("{begin}AAAA\n-----END CERTIFICATE-----\n"),
        ] {
            assert_eq!(
                Certificate::parse(file, text.as_bytes())
                    .unwrap_err()
                    .to_string(),
                "chain.pem: expected certificates in PEM form, the leaf first",
                "{text}"
            );
        }
    }
}
