//! The certificate of our own, which the first start makes.

use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair};

use super::error::TlsError;
use super::place::{self, Files};
use super::private_file;
use crate::base::{Settings, Timestamp};

/// How long a certificate of our own is good: it is replaced by a real one, or pinned and left alone.
const YEARS: i32 = 10;

/// The certificate of our own, made at the first call and kept in the data directory.
pub(super) fn files(settings: &Settings, now: Timestamp) -> Result<Files, TlsError> {
    let files = place::own(settings);
    if !files.certificate.exists() || !files.key.exists() {
        generate(settings, now, &files)?;
    }
    Ok(files)
}

/// Makes a certificate for this machine under the names by which it may be called.
fn generate(settings: &Settings, now: Timestamp, files: &Files) -> Result<(), TlsError> {
    let mut names = vec![
        "localhost".to_owned(),
        "127.0.0.1".to_owned(),
        "::1".to_owned(),
    ];
    if let Some(host) = settings.public_url.as_deref().and_then(host) {
        names.insert(0, host.to_owned());
    }
    let address = settings.listen.ip();
    if !address.is_unspecified() && !address.is_loopback() {
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
    for (path, pem) in [
        (&files.key, pair.serialize_pem()),
        (&files.certificate, signed.pem()),
    ] {
        private_file::write(path, pem.as_bytes()).map_err(|source| TlsError::file(path, source))?;
    }
    Ok(())
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

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_certificate_of_our_own_is_made_once_and_kept() {
        let dir = tempfile::tempdir().unwrap();
        let settings = Settings::with_defaults(dir.path().to_owned());
        let now = Timestamp::from_millis(1_795_000_000_000);
        let own = files(&settings, now).unwrap();
        let first = fs::read(&own.certificate).unwrap();
        files(&settings, now).unwrap();
        assert_eq!(fs::read(&own.certificate).unwrap(), first);
        let mode = fs::metadata(&own.key).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
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
