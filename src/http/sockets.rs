//! The sockets that systemd opened and handed over (`appliance.socket`): so a port below 1024 needs no
//! root, and nobody is turned away while the service restarts.

use std::net::TcpListener;

use listenfd::ListenFd;

use super::serve_error::ServeError;

/// Sockets that listen already, to be served instead of the configured address; usually none.
#[derive(Debug, Default)]
pub struct Sockets(Vec<TcpListener>);

impl Sockets {
    /// Takes what was handed over to this process (`LISTEN_FDS`), once: the variables go, so that nobody
    /// takes it twice. For the start of a process, while it has a single thread.
    pub fn inherited() -> Result<Self, ServeError> {
        let mut handed_over = ListenFd::from_env();
        let mut listeners = Vec::new();
        for index in 0..handed_over.len() {
            let listener = handed_over
                .take_tcp_listener(index)
                .map_err(|source| ServeError::Inherited { index, source })?;
            listeners.extend(listener);
        }
        Ok(Self(listeners))
    }

    /// Whether the server must bind an address itself.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The sockets; every one of them on loopback where nothing is encrypted.
    pub(super) fn into_listeners(
        self,
        loopback_only: bool,
    ) -> Result<Vec<TcpListener>, ServeError> {
        for listener in &self.0 {
            let address = listener.local_addr().map_err(ServeError::Run)?;
            if loopback_only && !address.ip().is_loopback() {
                return Err(ServeError::Unencrypted(address));
            }
        }
        Ok(self.0)
    }
}
