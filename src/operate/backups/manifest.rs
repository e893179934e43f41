//! What a backup says of itself.

use serde::{Deserialize, Serialize};

use crate::base::Timestamp;
use crate::store::Contents;

/// The form of backups that this program writes and reads.
pub(super) const FORM: u32 = 1;
/// The name of this product, in every backup of it.
pub(super) const PRODUCT: &str = "appliance";

/// What a backup says of itself. It is the first file in it, so that it is known before the rest is
/// read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// Whose it is.
    pub product: String,
    /// Which version wrote it.
    pub version: String,
    /// The form of the backup itself.
    pub form: u32,
    /// When it was made: RFC 3339.
    pub made: String,
    /// The format of the database in it.
    pub format: u32,
    /// Connections in it.
    pub connections: u64,
    /// Users in it.
    pub users: u64,
    /// Groups in it.
    pub groups: u64,
    /// Memberships in it.
    pub memberships: u64,
    /// The sequence of the last change in it; 0: none.
    pub last_change: u64,
    /// Bytes of the database.
    pub bytes: u64,
    /// SHA-256 of the database, in hexadecimal.
    pub sha256: String,
}

impl Manifest {
    pub(super) fn new(contents: &Contents, made: Timestamp, bytes: u64, sha256: String) -> Self {
        Self {
            product: PRODUCT.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            form: FORM,
            made: made.to_string(),
            format: contents.format,
            connections: contents.connections,
            users: contents.users,
            groups: contents.groups,
            memberships: contents.memberships,
            last_change: contents.last_change,
            bytes,
            sha256,
        }
    }

    /// When it was made; `None` when it says no instant.
    pub fn made(&self) -> Option<Timestamp> {
        self.made.parse().ok()
    }

    /// What it says is in it.
    pub(super) const fn contents(&self) -> Contents {
        Contents {
            format: self.format,
            connections: self.connections,
            users: self.users,
            groups: self.groups,
            memberships: self.memberships,
            last_change: self.last_change,
        }
    }
}
