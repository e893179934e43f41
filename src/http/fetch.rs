//! What we fetch ourselves, from servers that the operator named: nothing that a request says leads to a
//! request of ours (reliability R41).

use std::io::Read;
use std::path::Path;
use std::time::Duration;

use thiserror::Error;
use ureq::Agent;
use ureq::config::AutoHeaderValue;

use super::roots::{Roots, RootsFlaw};
use crate::base::is_here;

/// Fetches documents, bounded in time and size.
#[derive(Debug, Clone)]
pub struct Fetcher {
    agent: Agent,
    /// Why no certificate can be good enough.
    lack: Option<&'static str>,
}

/// Nothing was fetched.
#[derive(Debug, Error)]
pub enum FetchError {
    /// A file of certificates cannot be used.
    #[error(transparent)]
    Roots(#[from] RootsFlaw),
    /// The server says that it is elsewhere. Nothing is followed: the operator named this address.
    #[error("{address} leads elsewhere ({status}), which is not followed; name the place itself")]
    Elsewhere {
        /// What was asked for.
        address: String,
        /// The answer.
        status: u16,
    },
    /// The document is larger than anything that was meant.
    #[error("{address} has {most} bytes or more, which is more than is read")]
    TooLarge {
        /// What was asked for.
        address: String,
        /// How many bytes would have been read.
        most: u64,
    },
    /// The server answered something else.
    #[error("{address} answered {status}")]
    Status {
        /// What was asked for.
        address: String,
        /// The answer.
        status: u16,
    },
    /// The server did not answer, or is not trusted.
    #[error("{address}: {why}")]
    Failed {
        /// What was asked for.
        address: String,
        /// What the network says.
        why: String,
    },
}

impl Fetcher {
    /// Trusts the certificates that the machine trusts, and those in `extra`.
    pub fn new(extra: Option<&Path>, patience: Duration) -> Result<Self, FetchError> {
        let roots = Roots::with(extra)?;
        let config = Agent::config_builder()
            .accept_encoding(AutoHeaderValue::None)
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(patience))
            .tls_config(roots.client());
        Ok(Self {
            agent: config.build().new_agent(),
            lack: roots.lack(),
        })
    }

    /// The document at `address`, if it has at most so many bytes.
    pub fn document(&self, address: &str, most: u64) -> Result<Vec<u8>, FetchError> {
        let failed = |error: ureq::Error| match error {
            ureq::Error::BodyExceedsLimit(_) => FetchError::TooLarge {
                address: address.to_owned(),
                most,
            },
            error => FetchError::Failed {
                address: address.to_owned(),
                why: match self.lack {
                    Some(lack) if address.starts_with("https:") => format!("{error}; {lack}"),
                    _ => error.to_string(),
                },
            },
        };
        let mut request = self.agent.get(address);
        if is_here(address) {
            // A machine's own services are not behind its proxy.
            request = request.config().proxy(None).build();
        }
        let mut answer = request.call().map_err(failed)?;
        let status = answer.status().as_u16();
        if status != 200 {
            let address = address.to_owned();
            return Err(if (300..400).contains(&status) {
                FetchError::Elsewhere { address, status }
            } else {
                FetchError::Status { address, status }
            });
        }
        // The first bound is for what is sent, the second for what comes of it: a server may compress, asked
        // or not.
        let body = answer.body_mut().with_config().limit(most).reader();
        let mut document = Vec::new();
        body.take(most.saturating_add(1))
            .read_to_end(&mut document)
            .map_err(|error| failed(error.into()))?;
        if document.len() as u64 > most {
            return Err(failed(ureq::Error::BodyExceedsLimit(most)));
        }
        Ok(document)
    }
}
