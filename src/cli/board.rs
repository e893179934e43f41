//! What the running server writes into its lock file, for the commands on this machine.

use std::error::Error;
use std::sync::{Mutex, PoisonError};

use serde_json::{Map, Value};

use crate::store::Lock;

/// The lock, and what its file says so far.
pub(super) struct Board {
    lock: Lock,
    said: Mutex<Map<String, Value>>,
}

impl Board {
    pub(super) fn new(lock: Lock) -> Self {
        Self {
            lock,
            said: Mutex::default(),
        }
    }

    /// Says more, beside or in place of what was said before.
    pub(super) fn say(&self, facts: impl IntoIterator<Item = (&'static str, Value)>) {
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        for (name, fact) in facts {
            said.insert(name.to_owned(), fact);
        }
        let text = Value::Object(said.clone()).to_string();
        if let Err(error) = self.lock.publish(&text) {
            tracing::warn!(
                error = &error as &dyn Error,
                "the lock file cannot be written"
            );
        }
    }
}
