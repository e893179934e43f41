//! Until when the certificate of the listener is good: for warnings, in good time.

use std::fs;
use std::path::PathBuf;

use jiff::SignedDuration;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::tls::TlsError;
use crate::base::{Settings, Timestamp, TlsSettings};
use crate::operate::status::Concern;

/// A certificate that is good for less than this is warned of.
const SOON: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The certificate that the listener shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// Its file.
    pub file: PathBuf,
    /// Whether it is one of our own.
    pub self_signed: bool,
    /// Until when it is good.
    pub expires: Timestamp,
}

impl Certificate {
    /// The certificate of an installation with these settings; `None` when encryption is off, or when
    /// the first start has not made one yet.
    pub fn of(settings: &Settings) -> Result<Option<Self>, TlsError> {
        let (file, self_signed) = match &settings.tls {
            TlsSettings::Off { .. } => return Ok(None),
            TlsSettings::Files { certificate, .. } => (certificate.clone(), false),
            TlsSettings::SelfSigned => (settings.data_dir.join("certificate.pem"), true),
        };
        if self_signed && !file.exists() {
            return Ok(None);
        }
        let pem = fs::read(&file).map_err(|source| TlsError::File {
            path: file.clone(),
            source,
        })?;
        let expires = CertificateDer::pem_slice_iter(&pem)
            .next()
            .and_then(Result::ok)
            .and_then(|leaf| not_after(&leaf));
        match expires {
            Some(expires) => Ok(Some(Self {
                file,
                self_signed,
                expires,
            })),
            None => Err(TlsError::Content {
                path: file,
                expected: "a certificate in PEM form",
            }),
        }
    }
}

/// The certificate of an installation, and what somebody should know of it before it is too late.
pub fn certificate_concern(
    settings: &Settings,
    now: Timestamp,
) -> (Option<Certificate>, Option<Concern>) {
    match Certificate::of(settings) {
        Ok(certificate) => {
            let left = certificate.as_ref().map(|found| found.expires.since(now));
            let soon = left.filter(|left| *left <= SOON);
            (certificate, soon.map(|left| Concern::Certificate { left }))
        }
        Err(error) => {
            let why = error.to_string();
            (None, Some(Concern::NoCertificate { why }))
        }
    }
}

const SEQUENCE: u8 = 0x30;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
/// `[0] EXPLICIT`, around the version.
const VERSION: u8 = 0xa0;

/// The end of the validity of a certificate (RFC 5280 §4.1). One date is all that is wanted, and rustls
/// has already judged the rest; a parser of all of X.509 would be much for that.
fn not_after(der: &[u8]) -> Option<Timestamp> {
    let mut certificate = Der(Der(der).inside(SEQUENCE)?);
    let mut signed = Der(certificate.inside(SEQUENCE)?);
    if signed.0.first() == Some(&VERSION) {
        signed.next()?;
    }
    let [_serial, _algorithm, _issuer] = [signed.next()?, signed.next()?, signed.next()?];
    let mut validity = Der(signed.inside(SEQUENCE)?);
    validity.next()?;
    let (tag, text) = validity.next()?;
    instant(tag, std::str::from_utf8(text).ok()?)
}

/// What is left of some DER.
struct Der<'a>(&'a [u8]);

impl<'a> Der<'a> {
    /// The tag and the content of the next value.
    fn next(&mut self) -> Option<(u8, &'a [u8])> {
        let (tag, rest) = self.0.split_first()?;
        let (first, rest) = rest.split_first()?;
        let (length, rest) = match first {
            0..=0x7f => (usize::from(*first), rest),
            0x81..=0x84 => {
                let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
                let length = digits
                    .iter()
                    .fold(0, |length, digit| length << 8 | usize::from(*digit));
                (length, rest)
            }
            _ => return None,
        };
        let (content, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some((*tag, content))
    }

    /// The content of the next value, which must have this tag.
    fn inside(&mut self, tag: u8) -> Option<&'a [u8]> {
        let (found, content) = self.next()?;
        (found == tag).then_some(content)
    }
}

/// RFC 5280 §4.1.2.5: `YYMMDDHHMMSSZ` before 2050, `YYYYMMDDHHMMSSZ` from then on.
fn instant(tag: u8, text: &str) -> Option<Timestamp> {
    let (year, rest) = match tag {
        UTC_TIME => {
            let (year, rest) = text.split_at_checked(2)?;
            let century = if year >= "50" { "19" } else { "20" };
            (format!("{century}{year}"), rest)
        }
        GENERALIZED_TIME => {
            let (year, rest) = text.split_at_checked(4)?;
            (year.to_owned(), rest)
        }
        _ => return None,
    };
    let part = |at: usize| rest.get(at..at + 2);
    let written = format!(
        "{year}-{}-{}T{}:{}:{}Z",
        part(0)?,
        part(2)?,
        part(4)?,
        part(6)?,
        part(8)?
    );
    written.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::tls::Tls;

    #[test]
    fn the_end_of_a_certificate_of_our_own_is_read() {
        let dir = tempfile::tempdir().unwrap();
        let settings = Settings::with_defaults(dir.path().to_owned());
        assert_eq!(Certificate::of(&settings).unwrap(), None);
        Tls::from_settings(&settings, "2026-11-20T00:00:00Z".parse().unwrap()).unwrap();
        let found = Certificate::of(&settings).unwrap().unwrap();
        assert_eq!(found.expires, "2036-01-01T00:00:00Z".parse().unwrap());
        assert!(found.self_signed);
    }

    #[test]
    fn dates_before_and_after_2050_are_read() {
        for (year, text) in [
            (2049, "2049-06-01T00:00:00Z"),
            (2050, "2050-06-01T00:00:00Z"),
        ] {
            let mut parameters = rcgen::CertificateParams::new(["a.example".to_owned()]).unwrap();
            parameters.not_after = rcgen::date_time_ymd(year, 6, 1);
            let key = rcgen::KeyPair::generate().unwrap();
            let certificate = parameters.self_signed(&key).unwrap();
            assert_eq!(not_after(certificate.der()), text.parse().ok());
            for cut in 0..certificate.der().len().min(200) {
                assert_eq!(not_after(&certificate.der()[..cut]), None);
            }
        }
    }

    #[test]
    fn a_file_that_holds_no_certificate_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let mut settings = Settings::with_defaults(dir.path().to_owned());
        let file = dir.path().join("chain.pem");
        settings.tls = TlsSettings::Files {
            certificate: file.clone(),
            key: dir.path().join("key.pem"),
        };
        assert!(matches!(
            Certificate::of(&settings),
            Err(TlsError::File { .. })
        ));
        fs::write(&file, "no certificate").unwrap();
        let error = Certificate::of(&settings).unwrap_err().to_string();
        assert!(
            error.contains("chain.pem: expected a certificate"),
            "{error}"
        );
    }
}
