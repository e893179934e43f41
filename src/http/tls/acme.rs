//! Certificates from an ACME server (RFC 8555), which proves by a handshake on this very listener that
//! the domain is ours (TLS-ALPN-01, RFC 8737).

use std::io;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use rustls::ClientConfig;
use rustls::crypto::aws_lc_rs as provider;
use rustls_acme::acme::{AcmeError, Auth, Identifier};
use rustls_acme::{AcmeConfig, AcmeState, EventError, EventOk, OrderError};
use tokio::time::{Instant, sleep_until};

use super::error::TlsError;
use super::shown::Shown;
use super::vault::Vault;
use crate::base::{AcmeSettings, Settings};
use crate::http::roots::Roots;

/// How long to wait after a first failure, and at most. Each failure waits three times as long as the one
/// before: Let's Encrypt allows five in an hour.
const PAUSES: [Duration; 2] = [Duration::from_mins(1), Duration::from_hours(6)];

/// Who orders certificates, answers for the domains, and renews in time.
#[derive(Debug)]
pub(super) struct Orders {
    acme: AcmeSettings,
    client: Arc<ClientConfig>,
    /// Why no ACME server can be trusted.
    lack: Option<&'static str>,
    vault: Vault,
    shown: Arc<Shown>,
    /// The order under way, or the wait until the certificate is due for renewal.
    state: Option<AcmeState<io::Error>>,
    /// When to begin when nothing is under way.
    again: Instant,
    pause: Duration,
}

impl Orders {
    pub(super) fn new(
        settings: &Settings,
        acme: &AcmeSettings,
        shown: Arc<Shown>,
    ) -> Result<Self, TlsError> {
        let vault = Vault::new(&settings.data_dir, acme, Arc::clone(&shown))
            .map_err(|source| TlsError::file(&settings.data_dir, source))?;
        let roots = Roots::with(acme.authority.as_deref())?;
        Ok(Self {
            lack: roots.lack(),
            client: Arc::new(client(roots)?),
            acme: acme.clone(),
            vault,
            shown,
            state: None,
            again: Instant::now(),
            pause: PAUSES[0],
        })
    }

    /// Goes on until there is something to tell: a certificate, or why there is none.
    pub(super) async fn progress(&mut self) {
        loop {
            let state = match &mut self.state {
                Some(state) => state,
                none => {
                    sleep_until(self.again).await;
                    none.insert(begin(&self.acme, &self.client, &self.vault, &self.shown))
                }
            };
            let Some(event) = state.next().await else {
                self.state = None;
                continue;
            };
            match event {
                Ok(EventOk::AccountCacheStore | EventOk::DeployedNewCert) => {}
                Ok(EventOk::DeployedCachedCert) => {
                    self.told("the certificate that was issued before is shown");
                    return;
                }
                Ok(EventOk::CertCacheStore) => {
                    self.told("the certificate that was issued now is shown");
                    self.shown.unhindered();
                    self.pause = PAUSES[0];
                    return;
                }
                Err(error) => {
                    self.failed(&error);
                    return;
                }
            }
        }
    }

    /// Tries again without waiting any longer, if the last try failed.
    pub(super) fn at_once(&mut self) {
        self.again = Instant::now();
    }

    fn told(&self, what: &'static str) {
        let certificate = self.shown.certificate();
        tracing::info!(
            certificate = certificate.fingerprint,
            expires = %certificate.expires,
            "{what}"
        );
    }

    fn failed(&mut self, error: &EventError<io::Error, io::Error>) {
        let why = match self.lack {
            Some(lack) => format!("{}; {lack}", self.words(error)),
            None => self.words(error),
        };
        // What could not be read from or written to disk is ordered anew, or kept in memory.
        let ended = matches!(error, EventError::Order(_) | EventError::NewCertParse(_));
        if ended {
            self.state = None;
            self.again = Instant::now() + self.pause;
            tracing::warn!(
                why,
                again_in_seconds = self.pause.as_secs(),
                "no certificate"
            );
            self.pause = PAUSES[1].min(self.pause * 3);
        } else {
            tracing::warn!(why, "the certificate cannot be kept");
        }
        self.shown.hindered(why);
    }

    /// What went wrong, and what to do about it.
    fn words(&self, error: &EventError<io::Error, io::Error>) -> String {
        let url = self.acme.directory.url();
        match error {
            EventError::Order(OrderError::BadAuth(auth)) => refused(auth),
            EventError::Order(OrderError::TooManyAttemptsAuth(domain)) => {
                unreached(domain, "no answer")
            }
            EventError::Order(OrderError::Acme(AcmeError::NoTlsAlpn01Challenge)) => format!(
                "the ACME server {url} cannot validate by TLS-ALPN-01, and this server knows no other way"
            ),
            EventError::Order(OrderError::Acme(error)) => format!(
                "the ACME server {url} did not issue a certificate: {error}; check `acme.directory`, \
                 `acme.ca`, `acme.contact`, and that this machine reaches it"
            ),
            EventError::CertCacheStore(error) | EventError::AccountCacheStore(error) => format!(
                "what the ACME server issued cannot be kept, so the next start must order again: {error}"
            ),
            EventError::CertCacheLoad(error) | EventError::AccountCacheLoad(error) => {
                format!(
                    "what the ACME server issued cannot be read, so it is ordered again: {error}"
                )
            }
            error => format!("the ACME server {url} did not issue a certificate: {error}"),
        }
    }
}

fn begin(
    acme: &AcmeSettings,
    client: &Arc<ClientConfig>,
    vault: &Vault,
    shown: &Shown,
) -> AcmeState<io::Error> {
    let contact = acme
        .contact
        .iter()
        .map(|address| format!("mailto:{address}"));
    let state = AcmeConfig::new_with_client_config(&acme.domains, Arc::clone(client))
        .contact(contact)
        .directory(acme.directory.url())
        .cache(vault.clone())
        .state();
    shown.challenged_by(state.resolver());
    state
}

/// How the ACME server is known: by what this machine trusts, and by the operator's own authority.
fn client(roots: Roots) -> Result<ClientConfig, rustls::Error> {
    let config = ClientConfig::builder_with_provider(Arc::new(provider::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots.store())
        .with_no_client_auth();
    Ok(config)
}

/// What an ACME server said that would not accept our answer.
fn refused(auth: &Auth) -> String {
    let Identifier::Dns(domain) = &auth.identifier;
    let said = auth
        .challenges
        .iter()
        .find_map(|challenge| challenge.error.as_ref()?.detail.as_deref());
    unreached(domain, said.unwrap_or("the challenge failed"))
}

fn unreached(domain: &str, said: &str) -> String {
    format!(
        "the ACME server could not validate `{domain}`: {said}; it connects to port 443 of `{domain}`, \
         which must lead to this listener"
    )
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use rustls_acme::acme::{AuthStatus, Challenge, ChallengeType, Problem};

    use super::*;

    #[test]
    fn a_refusal_names_the_domain_what_was_said_and_the_remedy() {
        let auth = Auth {
            status: AuthStatus::Invalid,
            identifier: Identifier::Dns("scim.example.org".into()),
            challenges: vec![Challenge {
                typ: ChallengeType::TlsAlpn01,
                url: String::new(),
                token: String::new(),
                error: Some(Problem {
                    typ: None,
                    detail: Some("connection refused".into()),
                }),
            }],
        };
        assert_eq!(
            refused(&auth),
            "the ACME server could not validate `scim.example.org`: connection refused; it connects to \
             port 443 of `scim.example.org`, which must lead to this listener"
        );
    }

    #[test]
    fn an_authority_that_is_none_is_refused_by_name() {
        let known =
            |authority| -> Result<ClientConfig, TlsError> { Ok(client(Roots::with(authority)?)?) };
        let file = tempfile::NamedTempFile::new().unwrap();
        let flaw = known(Some(file.path())).unwrap_err().to_string();
        assert!(flaw.ends_with("there is none in it in PEM form"), "{flaw}");
        assert!(known(Some(Path::new("/nowhere/ca.pem"))).is_err());
        assert!(known(None).is_ok());
    }
}
