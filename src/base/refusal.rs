//! What can be wrong with a credential.

use std::fmt;

/// What was wrong with a credential that was not accepted: what refusals are counted by. For the log and the
/// operator; the client gets the same 401 for all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// None was shown, or none that could be read.
    Missing,
    /// It does not look like a token of ours.
    Foreign,
    /// It looks like a token of ours, but its check does not hold.
    Damaged,
    /// No token has its digest.
    Unknown,
    /// No client of OAuth 2.0 has its id.
    UnknownClient,
    /// The secret is not that of the client.
    WrongSecret,
    /// The time of an access token is over; that of its client is not.
    Stale,
    /// The time of a token is over.
    Expired,
    /// The operator took it back, or its successor has taken its place.
    Revoked,
    /// A token that the identity provider signed itself.
    Signed(SignedFlaw),
}

/// What is wrong with a token that an identity provider signed itself (RFC 7519).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SignedFlaw {
    /// It is none, or not in the form of one.
    Malformed,
    /// It is signed otherwise than with RS256.
    Algorithm,
    /// No connection belongs to its tenant.
    Tenant,
    /// Somebody else has issued it (`iss`).
    Issuer,
    /// It is for another service (`aud`).
    Audience,
    /// Another application asked for it (`azp`, `appid`).
    Application,
    /// Its time is over (`exp`).
    Expired,
    /// Its time has not come (`nbf`).
    NotYet,
    /// Its tenant publishes no such key (`kid`).
    Key,
    /// The signature is not by that key.
    Signature,
}

impl Refusal {
    const ALL: [Self; 19] = [
        Self::Missing,
        Self::Foreign,
        Self::Damaged,
        Self::Unknown,
        Self::UnknownClient,
        Self::WrongSecret,
        Self::Stale,
        Self::Expired,
        Self::Revoked,
        Self::Signed(SignedFlaw::Malformed),
        Self::Signed(SignedFlaw::Algorithm),
        Self::Signed(SignedFlaw::Tenant),
        Self::Signed(SignedFlaw::Issuer),
        Self::Signed(SignedFlaw::Audience),
        Self::Signed(SignedFlaw::Application),
        Self::Signed(SignedFlaw::Expired),
        Self::Signed(SignedFlaw::NotYet),
        Self::Signed(SignedFlaw::Key),
        Self::Signed(SignedFlaw::Signature),
    ];

    /// The words that it is kept and shown by.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Foreign => "foreign",
            Self::Damaged => "damaged",
            Self::Unknown => "unknown",
            Self::UnknownClient => "unknown client",
            Self::WrongSecret => "wrong secret",
            Self::Stale => "stale",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
            Self::Signed(flaw) => flaw.words(),
        }
    }

    /// What these words stand for; `None`: another version of the appliance kept them.
    pub fn of_words(words: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.words() == words)
    }
}

impl SignedFlaw {
    const fn words(self) -> &'static str {
        match self {
            Self::Malformed => "damaged signed token",
            Self::Algorithm => "signed token by another algorithm",
            Self::Tenant => "signed token of another tenant",
            Self::Issuer => "signed token of another issuer",
            Self::Audience => "signed token for another audience",
            Self::Application => "signed token of another application",
            Self::Expired => "signed token whose time is over",
            Self::NotYet => "signed token that is not good yet",
            Self::Key => "signed token with an unknown key",
            Self::Signature => "signed token with a wrong signature",
        }
    }
}

impl fmt::Display for SignedFlaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn each_has_words_of_its_own() {
        for one in Refusal::ALL {
            assert_eq!(Refusal::of_words(one.words()), Some(one));
        }
        assert_eq!(HashSet::from(Refusal::ALL).len(), Refusal::ALL.len());
        assert_eq!(Refusal::of_words("too old"), None);
    }
}
