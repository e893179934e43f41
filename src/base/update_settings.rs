//! What the operator may configure about updates.

use std::path::PathBuf;

use data_encoding::BASE64;

use super::setting_values::file;

/// Where newer versions come from, and by which keys they are recognised.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UpdateSettings {
    /// The manifest of the releases, on any HTTPS server; `None`: nowhere.
    pub source: Option<String>,
    /// Certificates to trust beside those of the machine.
    pub authority: Option<PathBuf>,
    /// Ed25519 public keys that releases are signed with; none: those that were built in.
    pub keys: Vec<[u8; 32]>,
}

impl UpdateSettings {
    /// How many keys there can be: two, so that one can take the place of the other.
    pub const MOST_KEYS: usize = 2;

    /// Sets one of the settings; `None`: there is none of that name, or the value does not fit.
    pub(super) fn accept(&mut self, name: &str, value: &str) -> Option<()> {
        match name {
            "update.source" => self.source = Some(Self::source(value)?),
            "update.ca" => self.authority = Some(file(value)?),
            "update.keys" => self.keys = Self::keys(value)?,
            _ => return None,
        }
        Some(())
    }

    /// Reads the address of a manifest.
    pub fn source(value: &str) -> Option<String> {
        let rest = value.strip_prefix("https://")?;
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let harmless = value.bytes().all(|byte| byte.is_ascii_graphic());
        (harmless && !host.is_empty() && !host.contains('@')).then(|| value.to_owned())
    }

    /// Reads one key or two in base64, separated by a comma.
    pub fn keys(value: &str) -> Option<Vec<[u8; 32]>> {
        let keys: Option<Vec<[u8; 32]>> = value
            .split(',')
            .map(|text| BASE64.decode(text.trim().as_bytes()).ok()?.try_into().ok())
            .collect();
        keys.filter(|keys| keys.len() <= Self::MOST_KEYS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_one_or_two_keys() {
        let key = BASE64.encode(&[7; 32]);
        assert_eq!(UpdateSettings::keys(&key), Some(vec![[7; 32]]));
        assert_eq!(
            UpdateSettings::keys(&format!("{key}, {key}")),
            Some(vec![[7; 32]; 2])
        );
        for wrong in [
            String::new(),
            "AAAA".to_owned(),
            format!("{key},"),
            format!("{key}{key}"),
            format!("{key},{key},{key}"),
        ] {
            assert_eq!(UpdateSettings::keys(&wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_source_is_an_https_address() {
        for good in [
            "https://mirror.example.org/appliance/manifest.json",
            "https://[::1]:8443/manifest.json",
        ] {
            assert_eq!(UpdateSettings::source(good).as_deref(), Some(good));
        }
        for wrong in [
            "",
            "manifest.json",
            "http://mirror.example.org/manifest.json",
            "HTTPS://mirror.example.org/manifest.json",
            "file:///srv/manifest.json",
            "https:///manifest.json",
            "https://somebody@mirror.example.org/manifest.json",
            "https://mirror.example.org/a b",
        ] {
            assert_eq!(UpdateSettings::source(wrong), None, "{wrong}");
        }
    }
}
