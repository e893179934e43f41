//! How backups are called: by their time, what they were made for, and whether they are encrypted.
//! Nothing about anybody is in a name.

use std::fmt;

use jiff::fmt::strtime;
use jiff::tz::TimeZone;

use crate::base::Timestamp;

const BEGIN: &str = "appliance-";
const PLAIN: &str = ".tar.zst";
const ENCRYPTED: &str = ".tar.zst.age";

/// The name of a backup that the appliance itself chose.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct BackupName {
    /// When it was made, to the second.
    pub made: Timestamp,
    /// What it was made for, such as `update`; empty if for nothing special.
    pub reason: String,
    /// Whether it is encrypted.
    pub encrypted: bool,
}

impl BackupName {
    /// Reads the name of a file; `None` if it is none of ours.
    pub fn parse(name: &str) -> Option<Self> {
        let rest = name.strip_prefix(BEGIN)?;
        let (rest, encrypted) = match rest.strip_suffix(ENCRYPTED) {
            Some(rest) => (rest, true),
            None => (rest.strip_suffix(PLAIN)?, false),
        };
        let (time, reason) = rest.split_once('-').unwrap_or((rest, ""));
        let made = instant(time)?;
        let name = Self {
            made,
            reason: reason.to_owned(),
            encrypted,
        };
        // One name for one thing: jiff forgives more than we write.
        (name.to_string() == format!("{BEGIN}{rest}{}", name.end())).then_some(name)
    }

    /// Whether it was made for something; a number alone only tells two of one second apart.
    pub(super) fn is_for_something(&self) -> bool {
        self.reason.bytes().any(|byte| !byte.is_ascii_digit())
    }

    const fn end(&self) -> &'static str {
        if self.encrypted { ENCRYPTED } else { PLAIN }
    }
}

impl fmt::Display for BackupName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{BEGIN}{}", self.made.compact())?;
        if !self.reason.is_empty() {
            write!(f, "-{}", self.reason)?;
        }
        f.write_str(self.end())
    }
}

fn instant(text: &str) -> Option<Timestamp> {
    let civil = strtime::parse(Timestamp::COMPACT, text)
        .ok()?
        .to_datetime()
        .ok()?;
    let instant = civil.to_zoned(TimeZone::UTC).ok()?.timestamp();
    Some(instant.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_as_it_was_written() {
        for (reason, encrypted) in [
            ("", false),
            ("before-update", false),
            ("", true),
            ("x", true),
        ] {
            let name = BackupName {
                made: "2026-11-26T09:30:00Z".parse().unwrap(),
                reason: reason.to_owned(),
                encrypted,
            };
            assert_eq!(BackupName::parse(&name.to_string()), Some(name));
        }
        for other in [
            "appliance-20261126T093000Z.tar.zst.partial",
            ".appliance-20261126T093000Z.tar.zst",
            "appliance-20261126T093000.tar.zst",
            "appliance-20261326T093000Z.tar.zst",
            "appliance-2026112T0093000Z.tar.zst",
            "appliance-20261126T093000Z-.tar.zst",
            "appliance.sqlite",
            "",
        ] {
            assert_eq!(BackupName::parse(other), None, "{other}");
        }
    }
}
