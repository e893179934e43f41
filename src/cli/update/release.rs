//! What makes an archive a release: its signature, and what it says of itself inside.

use std::fs;
use std::path::{Path, PathBuf};

use self_update::{Extract, VerifyingKey, verify_signature};
use serde::Deserialize;

use super::offer::{Offer, PRESENT, is_newer};
use crate::cli::problem::Problem;

const UNTOUCHED: &str = "nothing was changed; it may be damaged, or somebody else's";

/// A release that was checked, unpacked.
#[derive(Debug)]
pub(super) struct Release {
    /// Its version, as the signed archive has it.
    pub(super) version: String,
    /// The program in it.
    pub(super) program: PathBuf,
}

/// `release.toml` in the archive.
#[derive(Debug, Deserialize)]
struct Label {
    product: String,
    version: String,
    target: String,
}

impl Release {
    /// Checks and unpacks the archive, which lies in `folder` under the name that it was signed by.
    /// Nothing is unpacked before the signature is known to be good (reliability R38), and no program
    /// before the label said that it is a newer version of this product for this machine (R39): an old
    /// release is signed too.
    pub(super) fn open(
        offer: &Offer,
        folder: &Path,
        keys: &[VerifyingKey],
    ) -> Result<Self, Problem> {
        let archive = folder.join(&offer.name);
        verify_signature(&archive, keys).map_err(|error| {
            Problem::refused(format!(
                "{} is not signed by a key that is known here: {}",
                offer.name,
                on_one_line(&error)
            ))
            .hint(UNTOUCHED)
        })?;
        let unpacked = folder.join("unpacked");
        fs::create_dir(&unpacked)
            .map_err(|error| Problem::failed(format!("{}: {error}", unpacked.display())))?;
        let take = |name| take(offer, &archive, &unpacked, name);
        let label =
            fs::read_to_string(take("release.toml")?).map_err(|error| unlabelled(offer, &error))?;
        let label: Label = toml::from_str(&label).map_err(|error| unlabelled(offer, &error))?;
        label.check(offer)?;
        Ok(Self {
            version: label.version,
            program: take("appliance")?,
        })
    }
}

impl Label {
    fn check(&self, offer: &Offer) -> Result<(), Problem> {
        let Self {
            product,
            version,
            target,
        } = self;
        let ours = self_update::get_target();
        let refused =
            |why: String| Err(Problem::refused(format!("{}: {why}", offer.name)).hint(UNTOUCHED));
        if product != "appliance" {
            return refused(format!("it is a release of `{product}`"));
        }
        if target != ours {
            return refused(format!("it is for {target}, and this machine is {ours}"));
        }
        if !is_newer(version, PRESENT) {
            return refused(format!(
                "it is version {version} inside, which is not newer than this one, {PRESENT}"
            ));
        }
        if *version != offer.version {
            return refused(format!("it is version {version} inside"));
        }
        Ok(())
    }
}

/// Unpacks one file of the archive, and answers where it is.
fn take(offer: &Offer, archive: &Path, unpacked: &Path, name: &str) -> Result<PathBuf, Problem> {
    let path = Path::new(offer.name.trim_end_matches(".tar.gz")).join(name);
    let at = unpacked.join(&path);
    let refused = |why: &str| {
        let path = path.display();
        Err(Problem::refused(format!("{}: {path}: {why}", offer.name)).hint(UNTOUCHED))
    };
    match Extract::from_source(archive).extract_file(unpacked, &path) {
        Ok(()) if fs::symlink_metadata(&at).is_ok_and(|found| found.is_file()) => Ok(at),
        Ok(()) => refused("it is no file"),
        Err(error) => refused(&on_one_line(&error)),
    }
}

fn unlabelled(offer: &Offer, why: &dyn std::fmt::Display) -> Problem {
    Problem::refused(format!(
        "{}: its release.toml cannot be read: {}",
        offer.name,
        on_one_line(why)
    ))
    .hint(UNTOUCHED)
}

fn on_one_line(why: &dyn std::fmt::Display) -> String {
    why.to_string().trim().replace('\n', " ")
}
