//! Who keeps the certificate of the listener fresh.

use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs as provider;
use rustls_acme::acme::ACME_TLS_ALPN_NAME;

use super::acme::Orders;
use super::certificate::Certificate;
use super::error::TlsError;
use super::files::WatchedFiles;
use super::identity::Identity;
use super::own;
use super::place::Files;
use super::shown::Shown;
use crate::base::{Clock, Settings, TlsSettings};

/// Shows a certificate, and replaces it by a newer one when there is one.
#[derive(Debug)]
pub(in crate::http) struct Keeper {
    shown: Arc<Shown>,
    source: Source,
    clock: Clock,
}

/// Where newer certificates come from.
#[derive(Debug)]
enum Source {
    Files(Box<WatchedFiles>),
    Acme(Box<Orders>),
}

impl Keeper {
    /// What the settings ask for; `None` when encryption is off.
    pub(in crate::http) fn new(
        settings: &Settings,
        clock: &Clock,
    ) -> Result<Option<Self>, TlsError> {
        let of_files = |files: Files| {
            // Watched first: a change while they are read is seen.
            let watched = WatchedFiles::new(files.clone());
            let identity = Identity::read(&files.certificate, &files.key)?;
            Ok::<_, TlsError>((
                Arc::new(Shown::new(identity)),
                Source::Files(Box::new(watched)),
            ))
        };
        let (shown, source) = match &settings.tls {
            TlsSettings::Off { .. } => return Ok(None),
            TlsSettings::Files { certificate, key } => of_files(Files {
                certificate: certificate.clone(),
                key: key.clone(),
            })?,
            TlsSettings::SelfSigned => of_files(own::files(settings, clock.now())?)?,
            TlsSettings::Acme(acme) => {
                // Until the first certificate is there, our own answers.
                let (shown, _) = of_files(own::files(settings, clock.now())?)?;
                let orders = Orders::new(settings, acme, Arc::clone(&shown))?;
                (shown, Source::Acme(Box::new(orders)))
            }
        };
        Ok(Some(Self {
            shown,
            source,
            clock: clock.clone(),
        }))
    }

    /// What encrypts a listener that shows whatever is shown at the time. TLS 1.2 and 1.3 only, which is
    /// all that rustls knows (reliability R36).
    pub(in crate::http) fn config(&self) -> Result<ServerConfig, TlsError> {
        let mut config =
            ServerConfig::builder_with_provider(Arc::new(provider::default_provider()))
                .with_safe_default_protocol_versions()?
                .with_no_client_auth()
                .with_cert_resolver(Arc::clone(&self.shown) as Arc<_>);
        config.ticketer = provider::Ticketer::new()?;
        if matches!(self.source, Source::Acme(_)) {
            config.alpn_protocols = vec![ACME_TLS_ALPN_NAME.to_vec()];
        }
        Ok(config)
    }

    /// What is shown now.
    pub(in crate::http) fn certificate(&self) -> Certificate {
        self.shown.certificate()
    }

    /// What stands in the way of a newer one, in words, with the remedy.
    pub(in crate::http) fn problem(&self) -> Option<String> {
        self.shown.problem()
    }

    /// Waits until there was something new, good or bad.
    pub(in crate::http) async fn renewed(&mut self) {
        match &mut self.source {
            Source::Files(files) => {
                files.replaced().await;
                files.read(&self.shown, &self.clock);
            }
            Source::Acme(orders) => orders.progress().await,
        }
    }

    /// Looks now: somebody says that there is something new.
    pub(in crate::http) fn look(&mut self) {
        match &mut self.source {
            Source::Files(files) => files.read(&self.shown, &self.clock),
            Source::Acme(orders) => orders.at_once(),
        }
    }
}
