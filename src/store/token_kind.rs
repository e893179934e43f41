//! What is shown in the name of a token.

/// What is shown in the name of a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenKind {
    /// The token itself.
    Bearer,
    /// Access tokens, which the client of OAuth 2.0 with this public id gets in exchange for the
    /// secret.
    Client(String),
    /// Tokens that its identity provider signs itself.
    Signed,
}

impl TokenKind {
    /// The word for it, in the database and at the command line.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Bearer => "bearer",
            Self::Client(_) => "oauth",
            Self::Signed => "signed",
        }
    }

    /// The public id of a client.
    pub fn client(&self) -> Option<&str> {
        match self {
            Self::Client(id) => Some(id),
            Self::Bearer | Self::Signed => None,
        }
    }

    /// What the columns `kind` and `client` say.
    pub(super) fn from_columns(kind: &str, client: Option<String>) -> Self {
        match client {
            Some(id) => Self::Client(id),
            // The column admits only the words above.
            None if kind == Self::Signed.name() => Self::Signed,
            None => Self::Bearer,
        }
    }
}
