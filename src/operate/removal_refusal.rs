//! What stands against removing a connection, or against taking the name of one.

use thiserror::Error;

/// A fact about connections that go.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RemovalRefusal {
    /// There would be none.
    #[error("connection `{name}` is the last one, and there must be one")]
    Last {
        /// The connection.
        name: String,
    },
    /// The name belongs to one that is not gone yet.
    #[error("the removal of connection `{name}` was interrupted and is not finished")]
    Unfinished {
        /// The connection.
        name: String,
    },
}

impl RemovalRefusal {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Last { .. } => {
                "`appliance connection new NAME` opens another; then this one can go".to_owned()
            }
            Self::Unfinished { name } => {
                format!("`appliance connection remove {name}` finishes it")
            }
        }
    }
}
