//! The settings file, as the texts it holds. What they mean is decided where all sources meet.

use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::problem::Problem;

/// Where packages put the settings.
const USUAL_FILE: &str = "/etc/appliance/appliance.toml";

/// A settings file, flattened: `limits.body` for `body` in `[limits]`.
pub(super) struct SettingsFile {
    /// Where it is.
    pub(super) path: PathBuf,
    /// Where it says that the data lives.
    pub(super) data_dir: Option<PathBuf>,
    /// Everything else, in the order of the names.
    pub(super) entries: Vec<(String, String)>,
}

impl SettingsFile {
    /// The file that was named, else the usual one, if there is one.
    pub(super) fn find(named: Option<&Path>) -> Result<Option<Self>, Problem> {
        match named {
            Some(path) => Self::read(path).map(Some),
            None if Path::new(USUAL_FILE).exists() => Self::read(Path::new(USUAL_FILE)).map(Some),
            None => Ok(None),
        }
    }

    fn read(path: &Path) -> Result<Self, Problem> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| Problem::usage(format!("{}: {error}", path.display())))?;
        let table: Table = toml::from_str(&text)
            .map_err(|error| Problem::usage(format!("{}: {error}", path.display())))?;
        let mut file = Self {
            path: path.to_owned(),
            data_dir: None,
            entries: Vec::new(),
        };
        file.flatten("", &table)?;
        Ok(file)
    }

    fn flatten(&mut self, above: &str, table: &Table) -> Result<(), Problem> {
        for (name, value) in table {
            let key = format!("{above}{name}");
            if let Value::Table(inner) = value {
                self.flatten(&format!("{key}."), inner)?;
                continue;
            }
            let text = text(value).ok_or_else(|| {
                Problem::usage(format!(
                    "{}: `{key}`: expected a text, a number, `true` or `false`",
                    self.path.display()
                ))
            })?;
            match key.as_str() {
                "data_dir" => self.data_dir = Some(self.beside(&text)),
                // A path in a file is meant from where the file is, not from where a service
                // happens to be started.
                "acme.ca" | "backup_dir" | "tls_cert" | "tls_key" | "entra.ca" | "entra.keys"
                | "update.ca"
                    if !text.is_empty() && !text.contains("://") =>
                {
                    let path = self.beside(&text).to_string_lossy().into_owned();
                    self.entries.push((key, path));
                }
                _ => self.entries.push((key, text)),
            }
        }
        Ok(())
    }

    fn beside(&self, path: &str) -> PathBuf {
        self.path
            .parent()
            .map_or_else(|| PathBuf::from(path), |folder| folder.join(path))
    }
}

/// A TOML value as it would be typed on the command line.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Boolean(switch) => Some(switch.to_string()),
        Value::Array(items) => {
            let items: Option<Vec<_>> = items.iter().map(text).collect();
            items.map(|items| items.join(","))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<SettingsFile, Problem> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("appliance.toml");
        std::fs::write(&path, text).unwrap();
        SettingsFile::read(&path)
    }

    #[test]
    fn a_table_in_the_file_is_a_dot_in_the_name() {
        let file = read(
            "listen = '127.0.0.1:1'\npublic_discovery = true\n\
             trusted_proxies = ['192.0.2.1', '192.0.2.2']\n[limits]\nbody = 2048\n",
        )
        .unwrap();
        let entries: Vec<_> = file
            .entries
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        assert_eq!(
            entries,
            [
                "limits.body=2048",
                "listen=127.0.0.1:1",
                "public_discovery=true",
                "trusted_proxies=192.0.2.1,192.0.2.2",
            ]
        );
    }

    #[test]
    fn a_path_in_the_file_is_meant_from_the_file() {
        let file = read("data_dir = 'data'\ntls_cert = '/etc/chain.pem'").unwrap();
        assert_eq!(
            file.data_dir,
            file.path.parent().map(|folder| folder.join("data"))
        );
        assert_eq!(
            file.entries,
            [("tls_cert".to_owned(), "/etc/chain.pem".to_owned())]
        );
    }
}
