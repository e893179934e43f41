//! The keys of identity providers as they were last fetched.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use arc_swap::ArcSwapOption;
use uuid::Uuid;

use super::keys::{Key, Keys};
use crate::base::{EntraSettings, KeySource};
use crate::http::aside::aside;
use crate::http::fetch::Fetcher;

/// How often at most a key that is not known lets the keys be fetched again: whoever invents key ids must
/// not make us knock all the time.
const AGAIN: Duration = Duration::from_mins(1);
/// How old keys may get before whoever needs one looks whether they are still published: a key that was
/// withdrawn must not be good for as long as nobody comes with a newer one.
const OLD: Duration = Duration::from_hours(24);
/// How long fetching may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// The largest document that is read; Microsoft's has about twenty thousand bytes.
const LARGEST: u64 = 1 << 20;

/// The keys of each tenant. A key that is known is found without waiting for anybody.
#[derive(Debug)]
pub(in crate::http) struct Ring {
    source: KeySource,
    authority: Option<PathBuf>,
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
    /// Nobody can tell, because no keys could ever be fetched.
    Unavailable,
}

#[derive(Debug, Default)]
struct Tenant {
    held: ArcSwapOption<Held>,
    /// Held by whoever fetches: the others wait for the outcome, and do not fetch too.
    asked: tokio::sync::Mutex<Asked>,
}

/// Keys, and when they were fetched.
#[derive(Debug)]
struct Held {
    keys: Keys,
    since: Instant,
}

#[derive(Debug, Default)]
struct Asked {
    /// When keys were last fetched for a key that was not known, or in vain.
    last: Option<Instant>,
}

impl Ring {
    pub(in crate::http) fn new(settings: &EntraSettings) -> Self {
        Self {
            source: settings.keys.clone(),
            authority: settings.authority.clone(),
            tenants: Mutex::default(),
        }
    }

    /// The key with this id of a tenant. Keys that are there stay when no newer ones can be had.
    pub(in crate::http) async fn find(&self, tenant: Uuid, id: &str, now: Instant) -> Found {
        let ring = self.tenant(tenant);
        match ring.key(id) {
            Some((key, since)) if now.saturating_duration_since(since) < OLD => {
                return Found::Key(key);
            }
            // One of those who come looks for newer ones; nobody else waits for that.
            Some((key, _)) => match ring.asked.try_lock() {
                Ok(mut asked) => self.renew(tenant, &ring, &mut asked, now).await,
                Err(_) => return Found::Key(key),
            },
            None => {
                let mut asked = ring.asked.lock().await;
                if ring.key(id).is_none() {
                    self.renew(tenant, &ring, &mut asked, now).await;
                }
            }
        }
        match (ring.key(id), ring.held.load().is_some()) {
            (Some((key, _)), _) => Found::Key(key),
            (None, true) => Found::Unknown,
            (None, false) => Found::Unavailable,
        }
    }

    /// Fetches the keys of a tenant, unless that was tried a moment ago.
    async fn renew(&self, tenant: Uuid, ring: &Tenant, asked: &mut Asked, now: Instant) {
        let is_early = asked
            .last
            .is_some_and(|last| now.saturating_duration_since(last) < AGAIN);
        if is_early {
            return;
        }
        let fetched = self.fetch(tenant).await;
        // The first keys say nothing about whether newer ones are wanted soon.
        if fetched.is_err() || ring.held.load().is_some() {
            asked.last = Some(now);
        }
        match fetched {
            Ok(keys) => ring.held.store(Some(Arc::new(Held { keys, since: now }))),
            Err(why) => {
                tracing::warn!(%tenant, why, "the keys of signed tokens cannot be fetched");
            }
        }
    }

    fn tenant(&self, tenant: Uuid) -> Arc<Tenant> {
        let mut tenants = self.tenants.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(tenants.entry(tenant).or_default())
    }

    /// Fetches the keys on a thread for work that blocks: no worker waits.
    async fn fetch(&self, tenant: Uuid) -> Result<Keys, String> {
        let (source, authority) = (self.source.of(tenant), self.authority.clone());
        let bytes = aside(move || read(&source, authority.as_deref()))
            .await
            .map_err(|error| error.to_string())??;
        Keys::parse(&bytes).map_err(|flaw| flaw.to_string())
    }
}

impl Tenant {
    /// The key with this id, and since when it is held.
    fn key(&self, id: &str) -> Option<(Key, Instant)> {
        let held = self.held.load();
        let held = held.as_deref()?;
        held.keys.key(id).map(|key| (key.clone(), held.since))
    }
}

/// How many keys of a tenant are published, or why nobody can tell. It waits for their server.
pub fn published_keys(settings: &EntraSettings, tenant: Uuid) -> Result<usize, String> {
    let bytes = read(&settings.keys.of(tenant), settings.authority.as_deref())?;
    let keys = Keys::parse(&bytes).map_err(|flaw| flaw.to_string())?;
    Ok(keys.count())
}

fn read(source: &KeySource, authority: Option<&Path>) -> Result<Vec<u8>, String> {
    match source {
        KeySource::Address(address) => Fetcher::new(authority, PATIENCE)
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

#[cfg(test)]
mod tests {
    use super::*;

    const TENANT: Uuid = Uuid::from_u128(10);

    /// A ring whose keys are in a file that the test writes.
    struct Published {
        file: tempfile::NamedTempFile,
        ring: Ring,
        begun: Instant,
    }

    impl Published {
        fn new(ids: &[&str]) -> Self {
            let file = tempfile::NamedTempFile::new().unwrap();
            let settings = EntraSettings {
                keys: KeySource::File(file.path().to_owned()),
                ..EntraSettings::default()
            };
            let published = Self {
                file,
                ring: Ring::new(&settings),
                begun: Instant::now(),
            };
            published.publish(ids);
            published
        }

        fn publish(&self, ids: &[&str]) {
            let keys: Vec<_> = ids
                .iter()
                .map(|id| serde_json::json!({"kty": "RSA", "kid": id, "n": "AQAB", "e": "AQAB"}))
                .collect();
            let document = serde_json::json!({"keys": keys}).to_string();
            std::fs::write(self.file.path(), document).unwrap();
        }

        /// What is found so many seconds after the beginning.
        async fn finds(&self, id: &str, second: u64) -> &'static str {
            let now = self.begun + Duration::from_secs(second);
            match self.ring.find(TENANT, id, now).await {
                Found::Key(_) => "it",
                Found::Unknown => "nothing",
                Found::Unavailable => "nobody to ask",
            }
        }
    }

    #[actix_web::test]
    async fn an_unknown_key_makes_it_look_again_once_a_minute() {
        let published = Published::new(&["1"]);
        assert_eq!(published.finds("1", 0).await, "it");
        published.publish(&["1", "2"]);
        assert_eq!(published.finds("2", 1).await, "it");
        published.publish(&["1", "2", "3"]);
        assert_eq!(published.finds("3", 60).await, "nothing");
        assert_eq!(published.finds("3", 61).await, "it");
    }

    #[actix_web::test]
    async fn a_key_that_was_withdrawn_is_good_for_a_day_at_most() {
        let published = Published::new(&["1"]);
        assert_eq!(published.finds("1", 0).await, "it");
        published.publish(&["2"]);
        assert_eq!(published.finds("1", 86_399).await, "it");
        assert_eq!(published.finds("1", 86_400).await, "nothing");
    }

    #[actix_web::test]
    async fn keys_stay_while_no_newer_ones_can_be_had() {
        let published = Published::new(&[]);
        assert_eq!(published.finds("1", 0).await, "nobody to ask");
        published.publish(&["1"]);
        assert_eq!(published.finds("1", 59).await, "nobody to ask");
        assert_eq!(published.finds("1", 60).await, "it");
        published.publish(&[]);
        assert_eq!(published.finds("1", 200_000).await, "it");
        assert_eq!(published.finds("2", 200_001).await, "nothing");
        published.publish(&["2"]);
        assert_eq!(published.finds("1", 200_002).await, "it");
        assert_eq!(published.finds("1", 200_060).await, "nothing");
    }
}
