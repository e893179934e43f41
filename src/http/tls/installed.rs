//! The certificate as an installation has it on disk, for the commands that judge it.

use std::fs;

use jiff::SignedDuration;

use super::certificate::Certificate;
use super::error::TlsError;
use super::identity::Identity;
use super::place;
use crate::base::{Settings, Timestamp, TlsSettings};
use crate::operate::status::Concern;

/// A certificate that is good for less than this is warned of.
const SOON: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The certificate of an installation, if a server could show it with its key; `None` when encryption is
/// off, or when there is none yet.
pub fn usable(settings: &Settings) -> Result<Option<Certificate>, TlsError> {
    let Some(certificate) = Certificate::of(settings)? else {
        return Ok(None);
    };
    let file = &certificate.file;
    let own = place::own(settings);
    let identity = match &settings.tls {
        TlsSettings::Files { key, .. } => Identity::read(file, key)?,
        _ if *file == own.certificate => Identity::read(file, &own.key)?,
        _ => {
            let pem = fs::read(file).map_err(|source| TlsError::file(file, source))?;
            Identity::of_bundle(file, &pem)?
        }
    };
    Ok(Some(identity.certificate))
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
