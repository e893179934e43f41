//! What a source offers: the newest release for this machine.

use std::time::Duration;

use self_update::backends::manifest::parse_manifest;
use self_update::version::bump_is_greater;

use crate::cli::problem::Problem;
use crate::http::{FetchError, Fetcher};

/// The largest manifest that is read.
const LARGEST_MANIFEST: u64 = 1 << 20;
/// The largest archive that is read: several times what a release has.
const LARGEST_ARCHIVE: u64 = 64 << 20;
/// How long fetching one thing may take.
pub(super) const PATIENCE: Duration = Duration::from_mins(10);

/// The version of this program.
pub(super) const PRESENT: &str = env!("CARGO_PKG_VERSION");

/// A release that a source offers. Nothing of it is believed before its archive has been checked.
#[derive(Debug)]
pub(super) struct Offer {
    /// Its version, as the manifest has it.
    pub(super) version: String,
    /// The name of its archive, which is part of what is signed.
    pub(super) name: String,
    address: String,
}

impl Offer {
    /// The newest release for this machine that is newer than this program; `None`: there is none.
    pub(super) fn newest(fetcher: &Fetcher, source: &str) -> Result<Option<Self>, Problem> {
        let bytes = fetcher
            .document(source, LARGEST_MANIFEST)
            .map_err(not_fetched)?;
        let no_manifest = |why: &dyn std::fmt::Display| {
            Problem::refused(format!("{source} is no manifest of releases: {why}"))
        };
        let text = String::from_utf8(bytes).map_err(|error| no_manifest(&error))?;
        let releases = parse_manifest(&text, source).map_err(|error| no_manifest(&error))?;
        let target = self_update::get_target();
        let mut for_us = 0;
        let mut newest: Option<Self> = None;
        for release in &releases {
            let version = release.version();
            let name = format!("appliance-{version}-{target}.tar.gz");
            let Some(asset) = release.assets().iter().find(|asset| asset.name() == name) else {
                continue;
            };
            for_us += 1;
            let than = newest.as_ref().map_or(PRESENT, |offer| &offer.version);
            if is_newer(version, than) {
                newest = Some(Self {
                    version: version.to_owned(),
                    name,
                    address: asset.download_url().to_owned(),
                });
            }
        }
        if for_us == 0 {
            return Err(Problem::not_found(format!(
                "{source} has no release for {target}"
            )));
        }
        Ok(newest)
    }

    /// The archive, as the source has it.
    pub(super) fn archive(&self, fetcher: &Fetcher) -> Result<Vec<u8>, Problem> {
        if !self.address.starts_with("https://") {
            return Err(Problem::refused(format!(
                "version {} is offered at {}, which is no https address",
                self.version, self.address
            )));
        }
        fetcher
            .document(&self.address, LARGEST_ARCHIVE)
            .map_err(not_fetched)
    }
}

/// Whether a version is newer than another (Semantic Versioning); what is no version is not.
pub(super) fn is_newer(version: &str, than: &str) -> bool {
    bump_is_greater(than, version).unwrap_or(false)
}

/// A source that leads elsewhere or never ends is refused; one that does not answer may answer tomorrow.
fn not_fetched(error: FetchError) -> Problem {
    match error {
        FetchError::Elsewhere { .. } | FetchError::TooLarge { .. } => Problem::refused(error),
        FetchError::Roots(_) => Problem::usage(error),
        FetchError::Status { .. } | FetchError::Failed { .. } => Problem::failed(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_their_numbers() {
        for (version, than) in [
            ("0.1.1", "0.1.0"),
            ("0.10.0", "0.9.9"),
            ("1.0.0", "1.0.0-rc.1"),
        ] {
            assert!(is_newer(version, than), "{version} > {than}");
            assert!(!is_newer(than, version), "{than} < {version}");
        }
        for wrong in ["", "latest", "1", "v9.9.9", "0.1.0"] {
            assert!(!is_newer(wrong, "0.1.0"), "{wrong}");
        }
    }
}
