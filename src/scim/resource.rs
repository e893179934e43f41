//! A resource and what identifies it.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

use crate::base::Timestamp;
use crate::scim::attributes::Attributes;
use crate::scim::etag::Etag;

/// The two resource types of RFC 7643 §4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// RFC 7643 §4.1.
    User,
    /// RFC 7643 §4.2.
    Group,
}

impl Kind {
    /// Both, in the order in which they are listed.
    pub const ALL: [Self; 2] = [Self::User, Self::Group];

    /// The name of the resource type, `User` or `Group`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::Group => "Group",
        }
    }

    /// The endpoint below the base, without slashes: `Users` or `Groups`.
    pub const fn endpoint(self) -> &'static str {
        match self {
            Self::User => "Users",
            Self::Group => "Groups",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The identifier that this server gave to a resource: a UUID, never anything a client chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceId(Uuid);

impl ResourceId {
    /// A new identifier of version 7, so that inserts stay at the end of the index. The instant and
    /// the random part are the caller's: nothing here reads a clock or draws a number.
    pub fn new(now: Timestamp, random: [u8; 10]) -> Self {
        let millis = u64::try_from(now.as_millis()).unwrap_or(0);
        Self(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
    }

    /// The instant at which it was made, which is part of it.
    pub fn made(&self) -> Option<Timestamp> {
        let (seconds, nanos) = self.0.get_timestamp()?.to_unix();
        let seconds = i64::try_from(seconds).ok()?;
        Some(Timestamp::from_millis(
            seconds.checked_mul(1_000)? + i64::from(nanos / 1_000_000),
        ))
    }
}

/// The text is no identifier of this server's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAnId;

impl FromStr for ResourceId {
    type Err = NotAnId;

    /// Reads the hyphenated form only: an identifier has one spelling, apart from letter case.
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        if text.len() != 36 {
            return Err(NotAnId);
        }
        text.parse().map(Self).map_err(|_| NotAnId)
    }
}

impl fmt::Display for ResourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_hyphenated().fmt(f)
    }
}

/// What the server knows about a resource beside its attributes (RFC 7643 §3.1, `meta`). The
/// location is not here: it depends on the address the client used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meta {
    /// When it was created.
    pub created: Timestamp,
    /// When its content last moved.
    pub modified: Timestamp,
    /// How often its content moved, from 1.
    pub version: u64,
}

impl Meta {
    /// The version as an entity tag.
    pub const fn etag(&self) -> Etag {
        Etag::new(self.version)
    }
}

/// A resource in full, except for memberships, which are rows of their own.
#[derive(Debug, Clone, PartialEq)]
pub struct Resource {
    /// Its identifier.
    pub id: ResourceId,
    /// Its type.
    pub kind: Kind,
    /// Its attributes: never `id`, `meta`, `schemas`, `members` or `groups`.
    pub attributes: Attributes,
    /// Dates and version.
    pub meta: Meta,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_one_spelling() {
        let id = ResourceId::new(Timestamp::from_millis(1_795_000_000_000), [9; 10]);
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(id.to_string().to_uppercase().parse(), Ok(id));
        for wrong in [
            "",
            "1",
            "urn:uuid:0189c3f2-0000-7000-8000-000000000000",
            "{0189c3f2-0000-7000-8000-000000000000}",
            "0189c3f2000070008000000000000000",
        ] {
            assert_eq!(wrong.parse::<ResourceId>(), Err(NotAnId));
        }
    }

    #[test]
    fn later_ids_sort_behind_earlier_ones() {
        let early = ResourceId::new(Timestamp::from_millis(1_000), [255; 10]);
        let late = ResourceId::new(Timestamp::from_millis(1_001), [0; 10]);
        assert!(early < late);
        assert_eq!(late.made(), Some(Timestamp::from_millis(1_001)));
    }
}
