//! What requests leave behind for the operator's eyes, on its way into the store.

use std::collections::HashMap;
use std::net::IpAddr;

use super::deviations;
use super::tally;
use crate::base::Timestamp;
use crate::provision::Failure;
use crate::store::Tx;

/// When and from where a token was last shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Use {
    pub(super) at: Timestamp,
    pub(super) from: Option<IpAddr>,
}

/// Everything since the last time that it was written down.
#[derive(Debug)]
pub(super) struct Remembered {
    /// By the number of the token.
    pub(super) used: HashMap<i64, Use>,
    pub(super) deviations: deviations::Counts,
    pub(super) counts: tally::Counts,
}

impl Remembered {
    pub(super) fn is_empty(&self) -> bool {
        self.used.is_empty() && self.deviations.is_empty() && self.counts.is_empty()
    }

    /// Writes it down. `since` is the sequence of the last change that was looked at; answers up to which it
    /// is now.
    pub(super) fn write(&self, tx: &Tx<'_>, since: u64) -> Result<u64, Failure> {
        for (&token, Use { at, from }) in &self.used {
            let from = from.map_or_else(String::new, |address| address.to_string());
            tx.touch_token(token, *at, &from)?;
        }
        self.deviations.write(tx)?;
        self.counts.write(tx, since)
    }
}
