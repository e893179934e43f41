//! Where what an ACME server issued outlives a restart.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use rustls_acme::{AccountCache, CertCache};

use super::identity::Identity;
use super::shown::Shown;
use super::{place, private_file};
use crate::base::AcmeSettings;

/// The files of the issued certificate and of the account. A certificate that passes through here is
/// shown at once, so that a full disk does not keep it from the clients.
#[derive(Debug, Clone)]
pub(super) struct Vault {
    certificate: PathBuf,
    account: PathBuf,
    shown: Arc<Shown>,
}

impl Vault {
    pub(super) fn new(data_dir: &Path, acme: &AcmeSettings, shown: Arc<Shown>) -> io::Result<Self> {
        private_file::directory(&place::of_acme(data_dir))?;
        let vault = Self {
            certificate: place::issued(data_dir, acme),
            account: place::account(data_dir, acme),
            shown,
        };
        // From the first connection on. What is wrong with the file is said when it is loaded.
        if let Ok(pem) = fs::read(&vault.certificate)
            && let Err(error) = vault.show(&pem)
        {
            tracing::debug!(%error, "the issued certificate is not shown");
        }
        Ok(vault)
    }

    fn show(&self, pem: &[u8]) -> io::Result<()> {
        let identity =
            Identity::of_bundle(&self.certificate, pem).map_err(|error| io::Error::other(error))?;
        self.shown.show(identity);
        Ok(())
    }
}

fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(named(path, &error)),
    }
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    private_file::write(path, bytes).map_err(|error| named(path, &error))
}

fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

#[async_trait]
impl CertCache for Vault {
    type EC = io::Error;

    async fn load_cert(&self, _: &[String], _: &str) -> io::Result<Option<Vec<u8>>> {
        let found = read(&self.certificate)?;
        if let Some(pem) = &found {
            self.show(pem)?;
        }
        Ok(found)
    }

    async fn store_cert(&self, _: &[String], _: &str, pem: &[u8]) -> io::Result<()> {
        self.show(pem)?;
        write(&self.certificate, pem)
    }
}

#[async_trait]
impl AccountCache for Vault {
    type EA = io::Error;

    async fn load_account(&self, _: &[String], _: &str) -> io::Result<Option<Vec<u8>>> {
        read(&self.account)
    }

    async fn store_account(&self, _: &[String], _: &str, key: &[u8]) -> io::Result<()> {
        write(&self.account, key)
    }
}
