//! What an administrator of an identity provider would call an error.

/// One thing that an administrator of an identity provider would see as an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli::simulate) struct Trouble {
    /// What kind of error.
    pub(in crate::cli::simulate) kind: Kind,
    /// The request, its path as a template.
    pub(in crate::cli::simulate) request: String,
    /// The status of the answer, if there was one.
    pub(in crate::cli::simulate) status: Option<u16>,
    /// Whom or what it concerns.
    pub(in crate::cli::simulate) subject: String,
    /// What was wrong, in words.
    pub(in crate::cli::simulate) detail: String,
}

/// Kinds of error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::cli::simulate) enum Kind {
    /// The credentials were refused.
    Refused,
    /// No answer came.
    Unreachable,
    /// Another status than success.
    Status,
    /// An answer that is not what the protocol says.
    Form,
    /// Not `application/scim+json`.
    MediaType,
    /// More than one hit where there must be one.
    Duplicate,
    /// No hit, or a hit where there must be none.
    Lost,
    /// The server shows something else than it was sent.
    Different,
    /// A number of resources that cannot be.
    Count,
}

impl Kind {
    /// The kind in a word or two.
    pub(in crate::cli::simulate) const fn as_str(self) -> &'static str {
        match self {
            Self::Refused => "credentials refused",
            Self::Unreachable => "no answer",
            Self::Status => "unexpected status",
            Self::Form => "malformed answer",
            Self::MediaType => "wrong content type",
            Self::Duplicate => "duplicate",
            Self::Lost => "wrong match",
            Self::Different => "differs from what was sent",
            Self::Count => "wrong count",
        }
    }
}
