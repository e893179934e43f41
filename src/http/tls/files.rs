//! PEM files that somebody else replaces when it is time.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::Duration;

use tokio::time::{Interval, MissedTickBehavior, interval};

use super::error::TlsError;
use super::identity::Identity;
use super::place::Files;
use super::shown::Shown;
use crate::base::{Clock, Timestamp};

/// How often is looked whether they were replaced.
const EVERY: Duration = Duration::from_secs(2);

/// Certificate files under watch.
#[derive(Debug)]
pub(super) struct WatchedFiles {
    files: Files,
    /// The state in which they were read last.
    judged: State,
    /// The state in which they were seen last.
    seen: State,
    looks: Option<Interval>,
}

/// What changes when certificate or key is written, replaced, linked elsewhere or given other rights.
type State = [Option<(u64, u64, i64, i64, u64)>; 2];

impl WatchedFiles {
    /// Watches these, which were just read.
    pub(super) fn new(files: Files) -> Self {
        let state = state(&files);
        Self {
            files,
            judged: state,
            seen: state,
            looks: None,
        }
    }

    /// Waits until they were replaced. A certificate and its key are two files, and a large file is
    /// written in pieces: they are read when nothing has changed between two looks.
    pub(super) async fn replaced(&mut self) {
        let looks = self.looks.get_or_insert_with(|| {
            let mut looks = interval(EVERY);
            looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            looks
        });
        loop {
            looks.tick().await;
            let found = state(&self.files);
            let settled = found == self.seen;
            self.seen = found;
            if settled && found != self.judged {
                return;
            }
        }
    }

    /// Reads them and shows what they hold. What cannot be shown leaves the present certificate in its
    /// place, and so does an expired one while the present one is good.
    pub(super) fn read(&mut self, shown: &Shown, clock: &Clock) {
        self.judged = state(&self.files);
        let before = shown.certificate();
        match self.usable(before.expires, clock.now()) {
            Ok(identity) => {
                let after = &identity.certificate;
                if after.fingerprint == before.fingerprint {
                    tracing::info!("the certificate is the same");
                } else {
                    tracing::info!(
                        certificate = after.fingerprint,
                        expires = %after.expires,
                        "a new certificate is shown"
                    );
                }
                shown.show(identity);
                shown.unhindered();
            }
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "the certificate files cannot be used; the previous certificate stays"
                );
                shown.hindered(format!(
                    "the certificate files cannot be used, so the previous certificate stays: {error}"
                ));
            }
        }
    }

    fn usable(&self, present_expires: Timestamp, now: Timestamp) -> Result<Identity, TlsError> {
        let Files { certificate, key } = &self.files;
        let identity = Identity::read(certificate, key)?;
        let expired = identity.certificate.expires;
        if expired <= now && present_expires > now {
            return Err(TlsError::Expired {
                path: certificate.clone(),
                expired,
            });
        }
        Ok(identity)
    }
}

fn state(files: &Files) -> State {
    let one = |path: &Path| {
        let found = fs::metadata(path).ok()?;
        Some((
            found.dev(),
            found.ino(),
            found.ctime(),
            found.ctime_nsec(),
            found.size(),
        ))
    };
    [one(&files.certificate), one(&files.key)]
}
