//! Where the token comes from. It is never an argument, because arguments are visible to everybody.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use ureq::http::HeaderValue;

use super::error::SimulateError;

/// The `Authorization` header: from the file if one is named (`-` is standard input), else from the environment.
pub(super) fn authorization(
    file: Option<&Path>,
    environment: Option<&str>,
) -> Result<HeaderValue, SimulateError> {
    let token = match (file, environment) {
        (Some(path), _) => read(path).map_err(|source| SimulateError::File {
            path: path.to_owned(),
            source,
        })?,
        (None, Some(token)) => token.to_owned(),
        (None, None) => return Err(SimulateError::NoToken),
    };
    let token = token.trim();
    if token.is_empty() || token.contains(char::is_whitespace) {
        return Err(SimulateError::BadToken);
    }
    let mut header =
        HeaderValue::from_str(&format!("Bearer {token}")).map_err(|_| SimulateError::BadToken)?;
    header.set_sensitive(true);
    Ok(header)
}

fn read(path: &Path) -> io::Result<String> {
    if path != Path::new("-") {
        return fs::read_to_string(path);
    }
    let mut text = String::new();
    io::stdin().read_to_string(&mut text)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn the_file_comes_before_the_environment() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        writeln!(file, "from-file").unwrap();
        let header = authorization(Some(file.path()), Some("from-environment")).unwrap();
        assert_eq!(header, "Bearer from-file");
        assert!(header.is_sensitive());
    }

    #[test]
    fn what_cannot_be_a_token_is_refused() {
        assert!(matches!(
            authorization(None, None),
            Err(SimulateError::NoToken)
        ));
        for text in ["", "  ", "two words", "line\u{7}"] {
            assert!(
                matches!(
                    authorization(None, Some(text)),
                    Err(SimulateError::BadToken)
                ),
                "{text:?}"
            );
        }
    }
}
