//! The signals that a server obeys.

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::notice;
use super::serve_error::ServeError;

/// Signals that are caught from now on.
#[derive(Debug)]
pub(super) struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hangup: Signal,
}

impl Signals {
    pub(super) fn catch() -> Result<Self, ServeError> {
        let caught = |kind| signal(kind).map_err(ServeError::Run);
        Ok(Self {
            terminate: caught(SignalKind::terminate())?,
            interrupt: caught(SignalKind::interrupt())?,
            hangup: caught(SignalKind::hangup())?,
        })
    }

    /// Returns when the server is told to stop. `status` is what systemd shows of it after a SIGHUP.
    pub(super) async fn stop(&mut self, status: &str) {
        loop {
            tokio::select! {
                _ = self.terminate.recv() => return tracing::info!("stopping: SIGTERM"),
                _ = self.interrupt.recv() => return tracing::info!("stopping: SIGINT"),
                _ = self.hangup.recv() => {
                    notice::reloading();
                    tracing::info!("SIGHUP: settings are read at the next start");
                    notice::ready(status);
                }
            }
        }
    }
}
