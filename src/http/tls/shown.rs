//! The certificate that new connections are shown, which can change while others go on.

use std::sync::Arc;

use arc_swap::{ArcSwap, ArcSwapOption};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls_acme::{ResolvesServerCertAcme, is_tls_alpn_challenge};

use super::certificate::Certificate;
use super::identity::Identity;

/// What is shown now, and what stands in the way of something newer.
#[derive(Debug)]
pub(super) struct Shown {
    identity: ArcSwap<Identity>,
    challenges: ArcSwapOption<ResolvesServerCertAcme>,
    problem: ArcSwapOption<String>,
}

impl Shown {
    pub(super) fn new(identity: Identity) -> Self {
        Self {
            identity: ArcSwap::from_pointee(identity),
            challenges: ArcSwapOption::empty(),
            problem: ArcSwapOption::empty(),
        }
    }

    /// Shows this one from now on; open connections keep what they have.
    pub(super) fn show(&self, identity: Identity) {
        self.identity.store(Arc::new(identity));
    }

    /// What the certificate says.
    pub(super) fn certificate(&self) -> Certificate {
        self.identity.load().certificate.clone()
    }

    /// Says what stands in the way of a newer certificate.
    pub(super) fn hindered(&self, problem: String) {
        self.problem.store(Some(Arc::new(problem)));
    }

    /// Says that nothing stands in the way any more.
    pub(super) fn unhindered(&self) {
        self.problem.store(None);
    }

    /// What stands in the way of a newer certificate.
    pub(super) fn problem(&self) -> Option<String> {
        self.problem.load().as_deref().cloned()
    }

    /// Answers the challenges of an ACME server from this.
    pub(super) fn challenged_by(&self, challenges: Arc<ResolvesServerCertAcme>) {
        self.challenges.store(Some(challenges));
    }
}

impl ResolvesServerCert for Shown {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        // RFC 8737 §3: an ACME server that validates offers `acme-tls/1` and nothing else, and wants to
        // see the answer to its challenge in place of the certificate.
        if is_tls_alpn_challenge(&hello) {
            return self.challenges.load_full()?.resolve(hello);
        }
        Some(Arc::clone(&self.identity.load().key))
    }
}
