//! The signals that a server obeys.

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::serve_error::ServeError;

/// Signals that are caught from now on.
#[derive(Debug)]
pub(super) struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hangup: Signal,
}

/// What a signal asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wish {
    /// To end.
    Stop,
    /// To look whether there is a new certificate.
    Look,
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

    /// Waits for the next.
    pub(super) async fn next(&mut self) -> Wish {
        tokio::select! {
            _ = self.terminate.recv() => {
                tracing::info!("stopping: SIGTERM");
                Wish::Stop
            }
            _ = self.interrupt.recv() => {
                tracing::info!("stopping: SIGINT");
                Wish::Stop
            }
            _ = self.hangup.recv() => {
                tracing::info!("SIGHUP: looking for a new certificate; settings are read at the next start");
                Wish::Look
            }
        }
    }
}
