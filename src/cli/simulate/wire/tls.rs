//! Whom the simulator trusts when it connects.

use std::path::PathBuf;
use std::sync::Arc;

use ureq::tls::TlsConfig;

use crate::http::{Roots, RootsFlaw};

/// How the server's certificate is checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli::simulate) enum Trust {
    /// Not at all.
    Blind,
    /// Against the machine's certificate store, and this PEM file if there is one.
    Store(Option<PathBuf>),
}

/// The client's side of TLS.
pub(super) fn config(trust: &Trust) -> Result<TlsConfig, RootsFlaw> {
    match trust {
        Trust::Blind => Ok(TlsConfig::builder()
            .unversioned_rustls_crypto_provider(Arc::new(
                rustls::crypto::aws_lc_rs::default_provider(),
            ))
            .disable_verification(true)
            .build()),
        Trust::Store(extra) => Ok(Roots::with(extra.as_deref())?.client()),
    }
}
