//! Where certificates and keys of our own keeping are in the data directory.

use std::path::{Path, PathBuf};

use aws_lc_rs::digest::{Context, SHA256};
use data_encoding::HEXLOWER;

use crate::base::{AcmeSettings, Settings};

/// Where a certificate and its key are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Files {
    /// The chain, the leaf first.
    pub(super) certificate: PathBuf,
    /// The private key.
    pub(super) key: PathBuf,
}

/// The certificate of our own, once it was made.
pub(super) fn own(settings: &Settings) -> Files {
    Files {
        certificate: settings.data_dir.join("certificate.pem"),
        key: settings.data_dir.join("certificate.key"),
    }
}

/// What an ACME server issues: certificates and account keys.
pub(super) fn of_acme(data_dir: &Path) -> PathBuf {
    data_dir.join("acme")
}

/// The certificate that an ACME server issued for these settings, its key before it. Other domains, or
/// another server, are another file: nothing that was issued for the old ones is shown for the new.
pub(super) fn issued(data_dir: &Path, acme: &AcmeSettings) -> PathBuf {
    let name = short(&acme.domains, acme.directory.url());
    of_acme(data_dir).join(format!("certificate-{name}.pem"))
}

/// The key of the account at the ACME server; one account for each set of contacts.
pub(super) fn account(data_dir: &Path, acme: &AcmeSettings) -> PathBuf {
    let name = short(&acme.contact, acme.directory.url());
    of_acme(data_dir).join(format!("account-{name}.key"))
}

fn short(several: &[String], directory: &str) -> String {
    let mut hash = Context::new(&SHA256);
    for one in several {
        hash.update(one.as_bytes());
        hash.update(b"\n");
    }
    hash.update(directory.as_bytes());
    let digits = HEXLOWER.encode(hash.finish().as_ref());
    digits.get(..16).unwrap_or(&digits).to_owned()
}
