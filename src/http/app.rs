//! The state that all requests share.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use actix_web::web::Data;
use arc_swap::ArcSwapOption;
use aws_lc_rs::hmac;

use super::deviations::Deviations;
use super::jwt::Ring;
use super::meters::Meters;
use super::remembered::{Remembered, Use};
use super::room::Room;
use super::roster::Roster;
use super::strangers::Strangers;
use super::tally::Tally;
use super::throttle::Throttle;
use crate::base::{Clock, Settings, Timestamp, TokenDigest};
use crate::operate::{Operator, succession};
use crate::provision::{Ask, Caller, Denied, Directory, Entrance, Failure, Tolerated};
use crate::store::{Examination, Keys, Recorder, Store, StoreError, View};

/// Everything a handler may need: the store, what the operator configured, the time.
#[derive(Debug)]
pub struct App {
    /// Where everything is kept.
    pub store: Store,
    /// What the operator configured for the installation.
    pub settings: Settings,
    /// What time it is.
    pub clock: Clock,
    /// Seals the cursors of long lists.
    pub(super) cursors: hmac::Key,
    /// How much is let in at once.
    pub(super) throttle: Throttle,
    /// Where long bodies are held and read.
    pub(super) room: Room,
    /// What is counted for the operator's eyes.
    pub(super) tally: Tally,
    /// What is counted for a monitoring system.
    pub(super) meters: Meters,
    /// When this server began.
    pub(super) started: Timestamp,
    /// What the last look through the pages of the database has found.
    examination: ArcSwapOption<Examination>,
    /// Keeps requests and their answers; `None`: not wanted, or not possible.
    pub(super) recorder: Option<Arc<Recorder>>,
    pub(super) strangers: Strangers,
    /// The keys that identity providers sign their own tokens with.
    pub(super) ring: Ring,
    roster: Roster,
    used: Mutex<HashMap<i64, Use>>,
    deviations: Deviations,
    /// What is being written down, or could not be written yet.
    unwritten: Mutex<Option<Arc<Remembered>>>,
    requests: AtomicU64,
    /// Tells the requests of this run from those of others.
    run: String,
}

/// Who keeps exchanges. That it cannot be done is no reason not to serve.
fn recorder(settings: &Settings, secret: &[u8; 32]) -> Option<Arc<Recorder>> {
    let keep = settings.exchanges?;
    match Recorder::start(&settings.data_dir, Keys::new(secret), keep) {
        Ok(recorder) => Some(Arc::new(recorder)),
        Err(error) => {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "requests cannot be recorded; they are answered all the same"
            );
            None
        }
    }
}

/// The state, to be shared between workers and tasks.
pub fn shared(app: App) -> Data<App> {
    Data::new(app)
}

impl App {
    /// The state of a server that is about to start.
    pub fn new(store: Store, settings: Settings, clock: Clock) -> Result<Self, StoreError> {
        let (secret, changes) = store
            .read(|view: &View<'_>| Ok::<_, StoreError>((view.secret()?, view.last_change()?)))?;
        let run = format!("{:x}", clock.now().as_millis());
        Ok(Self {
            cursors: hmac::Key::new(hmac::HMAC_SHA256, &secret),
            recorder: recorder(&settings, &secret),
            strangers: Strangers::default(),
            ring: Ring::new(&settings.entra),
            started: clock.now(),
            meters: Meters::default(),
            examination: ArcSwapOption::empty(),
            store,
            settings,
            clock,
            throttle: Throttle::new(Instant::now()),
            room: Room::default(),
            tally: Tally::new(changes),
            roster: Roster::new(),
            used: Mutex::default(),
            deviations: Deviations::default(),
            unwritten: Mutex::default(),
            requests: AtomicU64::new(1),
            run,
        })
    }

    /// The next request id: unique across runs, short enough to be read out on the telephone.
    pub(super) fn next_request(&self) -> Arc<str> {
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        format!("{}-{number:x}", self.run).into()
    }

    /// Connections and credentials as of now: what a command made or revoked is seen so once it has ended.
    pub(super) fn directory(&self) -> Result<Arc<Directory>, Failure> {
        self.roster.present(&self.store)
    }

    /// Who shows the token with this digest: a bearer token, or an access token of a client. For the first
    /// nothing more is read.
    pub(super) fn caller(
        &self,
        digest: &TokenDigest,
        now: Timestamp,
    ) -> Result<Result<Caller, Denied>, Failure> {
        let directory = self.directory()?;
        match directory.caller(digest, now) {
            Err(Denied::Unknown) if directory.has_clients() => {}
            known => return Ok(known),
        }
        let access = self
            .store
            .read::<_, Failure>(|view| Ok(view.access(digest)?))?;
        Ok(access.map_or(Err(Denied::Unknown), |access| {
            directory.holder(&access, now)
        }))
    }

    /// The connection with this number, as of the last request.
    pub(super) fn entrance(&self, connection: i64) -> Option<Arc<Entrance>> {
        self.roster.last().entrance(connection).cloned()
    }

    /// Remembers that a token was used; written to the store now and then by [`Self::flush`].
    pub(super) fn note_use(&self, token: i64, at: Timestamp, from: Option<IpAddr>) {
        if self.roster.last().is_successor(token) {
            self.succeed(token, at);
        }
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.insert(token, Use { at, from });
    }

    /// Ends the tokens whose place this one takes, now that it is used. No request waits for that,
    /// and should it fail, the next request of the token tries again.
    fn succeed(&self, token: i64, now: Timestamp) {
        let operator = Operator {
            actor: "the server, at the first use of the new token".to_owned(),
            now,
        };
        tracing::info!(token, "a new token is in use; those it replaces end");
        drop(
            self.store
                .try_write(move |tx| succession::complete(tx, token, &operator)),
        );
    }

    /// Counts what a request with this body asked of our patience; written to the store by
    /// [`Self::flush`].
    pub(super) fn count(&self, ask: &Ask, tolerated: &[Tolerated], body: &[u8]) {
        self.deviations
            .note(ask.connection(), ask.now, tolerated, body);
    }

    /// Remembers what a look through the pages of the database has found.
    pub fn note_examination(&self, found: Examination) {
        self.examination.store(Some(Arc::new(found)));
    }

    /// What the last look has found; `None`: there was none yet.
    pub(super) fn examination(&self) -> Option<Examination> {
        self.examination.load().as_deref().cloned()
    }

    /// Who keeps exchanges; `None`: not wanted, or not possible.
    pub fn recorder(&self) -> Option<Arc<Recorder>> {
        self.recorder.clone()
    }

    /// Writes down what was only remembered: when tokens were last used, what was tolerated, asked and
    /// refused. These are for the operator's eyes; requests never wait for them. What cannot be written is
    /// kept, and comes first the next time.
    pub fn flush(&self) -> Result<(), Failure> {
        let mut unwritten = self
            .unwritten
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = &*unwritten {
            self.write_down(kept)?;
        }
        let fresh = self.remembered();
        if fresh.is_empty() {
            *unwritten = None;
            return Ok(());
        }
        self.write_down(unwritten.insert(Arc::new(fresh)))?;
        *unwritten = None;
        Ok(())
    }

    /// Takes what requests left in memory.
    fn remembered(&self) -> Remembered {
        Remembered {
            used: std::mem::take(&mut *self.used.lock().unwrap_or_else(PoisonError::into_inner)),
            deviations: self.deviations.take(),
            counts: self.tally.take(),
        }
    }

    fn write_down(&self, remembered: &Arc<Remembered>) -> Result<(), Failure> {
        let (remembered, since) = (Arc::clone(remembered), self.tally.changes());
        let seen = self
            .store
            .write(move |tx| remembered.write(tx, since))
            .wait()?;
        self.tally.saw_changes(seen);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Refusal;
    use crate::store::Role;

    #[test]
    fn what_could_not_be_written_down_is_written_later() {
        let directory = tempfile::tempdir().unwrap();
        let open = || Store::open(directory.path(), Role::Server).unwrap();
        let at = Timestamp::from_millis;
        let settings = Settings::with_defaults(directory.path().to_owned());
        let mut app = App::new(open(), settings, Clock::system()).unwrap();
        app.tally.refusal(Refusal::Unknown, None, at(1), None);
        app.store.close();
        assert!(app.flush().is_err());
        app.tally.refusal(Refusal::Unknown, None, at(2), None);
        assert!(app.flush().is_err());
        app.store = open();
        let times = || {
            let refused = app.store.read(|view| view.refused()).unwrap();
            refused.iter().map(|one| one.times).sum::<u64>()
        };
        assert_eq!(times(), 0);
        for _ in 0..2 {
            app.flush().unwrap();
            assert_eq!(times(), 2);
        }
    }
}
