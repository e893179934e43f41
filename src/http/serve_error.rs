//! Why the server does not run.

use std::io;
use std::net::SocketAddr;

use thiserror::Error;

use super::tls::TlsError;

/// Why the server does not run.
#[derive(Debug, Error)]
pub enum ServeError {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Bind {
        /// Which address.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// A socket that systemd handed over cannot be served.
    #[error("socket {index} that systemd handed over cannot be served: {source}")]
    Inherited {
        /// Its place among those of the socket unit, from 0.
        index: usize,
        /// What the system said.
        source: io::Error,
    },
    /// No certificate.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// Plain HTTP on an address that others reach.
    #[error(
        "{0} is not a loopback address: without TLS everybody on the way could read the tokens"
    )]
    Unencrypted(SocketAddr),
    /// The event loop or a signal handler failed.
    #[error("the server failed: {0}")]
    Run(#[source] io::Error),
}
