//! Why a certificate cannot be shown.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::base::Timestamp;
use crate::http::roots::RootsFlaw;

/// Why a certificate cannot be shown.
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
    /// The key belongs to another certificate.
    #[error("{key} is not the private key of {certificate}")]
    Mismatch {
        /// The certificate file.
        certificate: PathBuf,
        /// The key file.
        key: PathBuf,
    },
    /// It was good until a moment that is over.
    #[error("{path}: this certificate expired on {expired}")]
    Expired {
        /// The certificate file.
        path: PathBuf,
        /// When.
        expired: Timestamp,
    },
    /// What vouches for an ACME server cannot be used.
    #[error(transparent)]
    Roots(#[from] RootsFlaw),
    /// Rustls dislikes something.
    #[error("certificate and key cannot be used: {0}")]
    Unusable(#[from] rustls::Error),
    /// A certificate of our own could not be made.
    #[error("no certificate could be made: {0}")]
    Generate(#[from] rcgen::Error),
}

impl TlsError {
    /// What to do, where the text does not say it: most keys are root's when they are put in place.
    #[must_use]
    pub fn remedy(&self) -> Option<&'static str> {
        match self {
            Self::File { source, .. } if source.kind() == ErrorKind::PermissionDenied => Some(
                "the account of the service must be able to read it, others not: `chgrp appliance` and \
                 `chmod 640`; or have systemd hand it over (`LoadCredential` in the unit)",
            ),
            _ => None,
        }
    }

    pub(super) fn file(path: &Path, source: std::io::Error) -> Self {
        Self::File {
            path: path.to_owned(),
            source,
        }
    }

    pub(super) fn content(path: &Path, expected: &'static str) -> Self {
        Self::Content {
            path: path.to_owned(),
            expected,
        }
    }
}
