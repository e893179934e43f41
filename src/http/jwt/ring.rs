//! The keys of identity providers as they were last fetched.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use actix_web::web;
use arc_swap::ArcSwap;
use uuid::Uuid;

use super::keys::{Key, Keys};
use crate::base::KeySource;
use crate::http::fetch::Fetcher;

/// How often at most a key that is not known lets the keys be fetched again: whoever invents key ids must
/// not make us knock all the time.
const AGAIN: Duration = Duration::from_mins(1);
/// How long fetching may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// The largest document that is read; Microsoft's has about twenty thousand bytes.
const LARGEST: u64 = 1 << 20;

/// The keys of each tenant. A key that is known is found without waiting for anybody.
#[derive(Debug)]
pub(in crate::http) struct Ring {
    source: KeySource,
    /// No more than there are connections: nobody else's tenant gets here.
    tenants: Mutex<HashMap<Uuid, Arc<Tenant>>>,
}

/// What became of looking for a key.
#[derive(Debug)]
pub(in crate::http) enum Found {
    /// It is one of those.
    Key(Key),
    /// The identity provider does not publish it.
    Unknown,
    /// Nobody can tell, because the keys could not be fetched.
    Unavailable,
}

#[derive(Debug, Default)]
struct Tenant {
    keys: ArcSwap<Keys>,
    /// Held by whoever fetches: the others wait for the outcome, and do not fetch too.
    asked: tokio::sync::Mutex<Asked>,
}

#[derive(Debug, Default)]
struct Asked {
    /// Whether there ever were any.
    loaded: bool,
    /// When keys were last fetched for a key that was not known.
    last: Option<Instant>,
    /// Whether that went wrong.
    failed: bool,
}

impl Ring {
    pub(in crate::http) fn new(source: KeySource) -> Self {
        Self {
            source,
            tenants: Mutex::default(),
        }
    }

    /// The key with this id of a tenant. Keys that are there stay when no newer ones can be had.
    pub(in crate::http) async fn find(&self, tenant: Uuid, id: &str, now: Instant) -> Found {
        let ring = self.tenant(tenant);
        if let Some(key) = ring.keys.load().key(id) {
            return Found::Key(key.clone());
        }
        let mut asked = ring.asked.lock().await;
        if let Some(key) = ring.keys.load().key(id) {
            return Found::Key(key.clone());
        }
        let is_early = asked
            .last
            .is_some_and(|last| now.saturating_duration_since(last) < AGAIN);
        if !is_early {
            // The first keys say nothing about whether newer ones are wanted soon.
            let fetched = self.fetch(tenant).await;
            asked.failed = fetched.is_err();
            if asked.loaded || asked.failed {
                asked.last = Some(now);
            }
            match fetched {
                Ok(keys) => {
                    asked.loaded = true;
                    ring.keys.store(Arc::new(keys));
                }
                Err(why) => {
                    tracing::warn!(%tenant, why, "the keys of signed tokens cannot be fetched");
                }
            }
        }
        match ring.keys.load().key(id) {
            Some(key) => Found::Key(key.clone()),
            None if asked.failed => Found::Unavailable,
            None => Found::Unknown,
        }
    }

    fn tenant(&self, tenant: Uuid) -> Arc<Tenant> {
        let mut tenants = self.tenants.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(tenants.entry(tenant).or_default())
    }

    /// Fetches the keys on a thread for work that blocks: no worker waits.
    async fn fetch(&self, tenant: Uuid) -> Result<Keys, String> {
        let source = self.source.of(tenant);
        let bytes = web::block(move || read(&source))
            .await
            .map_err(|error| error.to_string())??;
        Keys::parse(&bytes).map_err(|flaw| flaw.to_string())
    }
}

fn read(source: &KeySource) -> Result<Vec<u8>, String> {
    match source {
        KeySource::Address(address) => Fetcher::new(None, PATIENCE)
            .and_then(|fetcher| fetcher.document(address, LARGEST))
            .map_err(|error| error.to_string()),
        KeySource::File(path) => {
            let mut bytes = Vec::new();
            File::open(path)
                .and_then(|file| file.take(LARGEST).read_to_end(&mut bytes))
                .map_err(|error| format!("{}: {error}", path.display()))?;
            Ok(bytes)
        }
    }
}
