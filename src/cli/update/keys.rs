//! The public keys that releases are signed with.

use std::os::unix::fs::MetadataExt;
use std::path::Path;

use self_update::VerifyingKey;

use crate::base::UpdateSettings;
use crate::cli::load::Source;
use crate::cli::problem::Problem;

/// Keys that whoever built this program put into it, as `update.keys` is written.
const BUILT_IN: Option<&str> = option_env!("APPLIANCE_RELEASE_KEYS");

/// The keys that count, of which there is at least one: those of the settings file, if it has some, else
/// those that were built in. `from` is where the settings have them from.
pub(super) fn trusted(
    settings: &UpdateSettings,
    from: Option<&Source>,
    program: &Path,
) -> Result<Vec<VerifyingKey>, Problem> {
    match from {
        Some(Source::File(file)) => check_owner(file, program)?,
        // A variable says nothing of who set it.
        Some(other) => {
            return Err(Problem::refused(format!(
                "{other}: keys are believed only from the settings file, or when they were built in"
            )));
        }
        None => return built_in(),
    }
    Ok(settings.keys.clone())
}

fn built_in() -> Result<Vec<VerifyingKey>, Problem> {
    BUILT_IN.and_then(UpdateSettings::keys).ok_or_else(|| {
        Problem::usage("there is no key to check releases with")
            .hint("`keys` under [update] of the settings file holds one or two, in base64")
    })
}

/// Whoever can write the file decides what becomes of the program, so it must be somebody who could write
/// the program anyway: its owner, or root.
fn check_owner(file: &Path, program: &Path) -> Result<(), Problem> {
    let look = |path: &Path| {
        std::fs::metadata(path)
            .map_err(|error| Problem::failed(format!("{}: {error}", path.display())))
    };
    let (settings, program) = (look(file)?, look(program)?);
    let owned = settings.uid() == 0 || settings.uid() == program.uid();
    if owned && settings.mode() & 0o022 == 0 {
        return Ok(());
    }
    Err(Problem::refused(format!(
        "{}: others can write it, so the keys in it are not believed",
        file.display()
    ))
    .hint("it must belong to root or to the owner of the program: `chown root` and `chmod 644`"))
}
