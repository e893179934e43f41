//! Whether a package manager is in charge of this program: then it must be the one to replace it, or it
//! would not know what it has.

use std::fs;
use std::path::Path;

use crate::cli::problem::Problem;

/// Where packages leave word of themselves, seen from the directory above the program's.
const WORD: &str = "share/appliance/packaged";

/// Refuses to go on if the program came with a package.
pub(super) fn check(program: &Path) -> Result<(), Problem> {
    let above = program.parent().and_then(Path::parent);
    let Some(kind) = above.and_then(|above| fs::read_to_string(above.join(WORD)).ok()) else {
        return Ok(());
    };
    let remedy = match kind.trim() {
        "rpm" => "`dnf upgrade ./appliance-…rpm` with the newer package",
        _ => "`apt install ./appliance_…deb` with the newer package",
    };
    Err(Problem::refused(format!(
        "a package ({}) installed {}, and the package manager updates it",
        kind.trim(),
        program.display()
    ))
    .hint(remedy))
}
