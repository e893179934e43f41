//! Versions of a resource and the conditions a client puts on them (RFC 7644 §3.14, RFC 9110 §13).

use std::fmt;

use crate::scim::error::ScimError;

/// The version of a resource: a counter, shown as a weak entity tag `W/"17"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Etag(u64);

impl Etag {
    /// The tag of this version.
    pub const fn new(version: u64) -> Self {
        Self(version)
    }
}

impl fmt::Display for Etag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "W/\"{}\"", self.0)
    }
}

/// `If-Match` and `If-None-Match` of one request. Tags are compared weakly, in both: our tags are
/// weak, and RFC 7644 §3.14 wants them to work in `If-Match`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Precondition {
    /// `If-Match`: go on only if the resource is one of these.
    if_match: Option<Tags>,
    /// `If-None-Match`: go on only if it is none of these.
    if_none_match: Option<Tags>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Tags {
    Any,
    /// The opaque parts, without `W/` and quotes.
    These(Vec<String>),
}

impl Precondition {
    /// The conditions as the two headers carry them; several headers of one name are joined by
    /// commas before they come here.
    pub fn parse(if_match: Option<&str>, if_none_match: Option<&str>) -> Result<Self, ScimError> {
        let read = |name, text: Option<&str>| match text {
            Some(text) => Tags::parse(text).map(Some).ok_or_else(|| {
                ScimError::bad_request(format_args!(
                    "{name}: expected `*` or entity tags such as W/\"1\", separated by commas"
                ))
            }),
            None => Ok(None),
        };
        Ok(Self {
            if_match: read("If-Match", if_match)?,
            if_none_match: read("If-None-Match", if_none_match)?,
        })
    }

    /// The condition of one bulk operation: its `version`, RFC 7644 §3.7.
    pub fn version(text: &str) -> Result<Self, ScimError> {
        Self::parse(Some(text), None)
    }

    /// 412 unless a write to the present version is allowed.
    pub fn check(&self, present: Etag) -> Result<(), ScimError> {
        if self
            .if_match
            .as_ref()
            .is_some_and(|tags| !tags.hold(present))
        {
            return Err(ScimError::precondition_failed(format_args!(
                "If-Match: the resource is now {present}; read it again and repeat the change"
            )));
        }
        if self
            .if_none_match
            .as_ref()
            .is_some_and(|tags| tags.hold(present))
        {
            return Err(ScimError::precondition_failed(format_args!(
                "If-None-Match: the resource is {present}"
            )));
        }
        Ok(())
    }

    /// Whether a reader already has the present version: then the answer is 304. `If-Match` is
    /// checked first, as RFC 9110 §13.2.2 orders.
    pub fn not_modified(&self, present: Etag) -> Result<bool, ScimError> {
        let only_match = Self {
            if_match: self.if_match.clone(),
            if_none_match: None,
        };
        only_match.check(present)?;
        Ok(self
            .if_none_match
            .as_ref()
            .is_some_and(|tags| tags.hold(present)))
    }
}

impl Tags {
    fn parse(text: &str) -> Option<Self> {
        if text.trim() == "*" {
            return Some(Self::Any);
        }
        let mut tags = Vec::new();
        let mut rest = text.trim();
        loop {
            let weak = rest.strip_prefix("W/").or_else(|| rest.strip_prefix("w/"));
            let quoted = weak.unwrap_or(rest).strip_prefix('"')?;
            let (tag, after) = quoted.split_once('"')?;
            tags.push(tag.to_owned());
            rest = after.trim_start();
            if rest.is_empty() {
                return Some(Self::These(tags));
            }
            rest = rest.strip_prefix(',')?.trim_start();
        }
    }

    fn hold(&self, present: Etag) -> bool {
        match self {
            Self::Any => true,
            Self::These(tags) => tags.iter().any(|tag| *tag == present.0.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(if_match: Option<&str>, if_none_match: Option<&str>) -> Option<u16> {
        Precondition::parse(if_match, if_none_match)
            .and_then(|given| given.check(Etag::new(3)))
            .err()
            .map(|error| error.status())
    }

    #[test]
    fn weak_tags_stars_and_lists_work_in_if_match() {
        assert_eq!(write(None, None), None);
        assert_eq!(write(Some("W/\"3\""), None), None);
        assert_eq!(write(Some("\"3\""), None), None);
        assert_eq!(write(Some("*"), None), None);
        assert_eq!(write(Some("W/\"1\", W/\"3\" , \"4\""), None), None);
        assert_eq!(write(Some("W/\"2\""), None), Some(412));
        assert_eq!(write(Some("3"), None), Some(400));
        assert_eq!(write(Some("W/\"3"), None), Some(400));
        assert_eq!(write(Some(""), None), Some(400));
    }

    #[test]
    fn if_none_match_is_412_for_a_write_and_304_for_a_reader() {
        assert_eq!(write(None, Some("*")), Some(412));
        assert_eq!(write(None, Some("W/\"2\"")), None);
        let given = Precondition::parse(None, Some("W/\"3\"")).unwrap();
        assert_eq!(given.not_modified(Etag::new(3)), Ok(true));
        assert_eq!(given.not_modified(Etag::new(4)), Ok(false));
    }
}
