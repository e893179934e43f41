//! What the operator may configure about tokens that Entra ID signs itself; as it stands, Microsoft's own
//! public cloud is meant.

use std::path::PathBuf;

use uuid::Uuid;

use super::here::is_here;
use super::setting_values::{file, word};

/// Stands for the tenant id in an address.
const TENANT: &str = "{tenant}";

/// What is expected of a token that Entra ID signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntraSettings {
    /// Where the keys are that it may be signed with.
    pub keys: KeySource,
    /// Certificates in PEM form that vouch for the server of the keys, beside those that the machine trusts.
    pub authority: Option<PathBuf>,
    /// Who issued it; `{tenant}` stands for the tenant id.
    pub issuer: String,
    /// For whom: an enterprise application that is not in Microsoft's gallery.
    pub audience: String,
    /// By which application: Microsoft's own provisioning service.
    pub application: String,
}

/// Where public keys are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeySource {
    /// On a server; `{tenant}` stands for the tenant id.
    Address(String),
    /// In a file.
    File(PathBuf),
}

impl Default for EntraSettings {
    fn default() -> Self {
        Self {
            keys: KeySource::Address(
                "https://login.microsoftonline.com/{tenant}/discovery/keys".to_owned(),
            ),
            authority: None,
            issuer: "https://sts.windows.net/{tenant}/".to_owned(),
            audience: "8adf8e6e-67b2-4cf2-a259-e3dc5476c621".to_owned(),
            application: "00000014-0000-0000-c000-000000000000".to_owned(),
        }
    }
}

impl EntraSettings {
    /// Sets one of the settings; `None`: there is none of that name, or the value does not fit.
    pub(super) fn accept(&mut self, name: &str, value: &str) -> Option<()> {
        match name {
            "entra.keys" => self.keys = KeySource::parse(value)?,
            "entra.ca" => self.authority = Some(file(value)?),
            "entra.issuer" => self.issuer = word(value)?,
            "entra.audience" => self.audience = word(value)?,
            "entra.application" => self.application = word(value)?,
            _ => return None,
        }
        Some(())
    }

    /// The issuer of a tenant's tokens.
    pub fn issuer_of(&self, tenant: Uuid) -> String {
        self.issuer.replace(TENANT, &tenant.to_string())
    }
}

impl KeySource {
    /// Reads one from what the operator typed: an `https` address, one on this machine, or a path.
    pub(super) fn parse(value: &str) -> Option<Self> {
        let Some((scheme, rest)) = value.split_once("://") else {
            return (!value.is_empty()).then(|| Self::File(PathBuf::from(value)));
        };
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        // Whoever could change the keys on their way could sign for anybody.
        let fits = match scheme {
            "https" => true,
            "http" => is_here(value),
            _ => false,
        };
        let harmless = value.bytes().all(|byte| byte.is_ascii_graphic());
        (fits && harmless && !host.is_empty() && !host.contains('@'))
            .then(|| Self::Address(value.to_owned()))
    }

    /// Where the keys of a tenant are.
    #[must_use]
    pub fn of(&self, tenant: Uuid) -> Self {
        match self {
            Self::Address(address) => Self::Address(address.replace(TENANT, &tenant.to_string())),
            Self::File(path) => Self::File(path.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_from_where_nobody_can_change_them_on_the_way() {
        let address = |text: &str| Some(KeySource::Address(text.to_owned()));
        for good in [
            "https://keys.example.org/{tenant}/keys",
            "http://127.0.0.1:8080/keys",
            "http://127.0.0.53/keys",
            "http://[::1]/keys",
            "http://[::1]:80/keys",
            "http://localhost/keys?x=1",
        ] {
            assert_eq!(KeySource::parse(good), address(good));
        }
        for wrong in [
            "",
            "http://keys.example.org/keys",
            "http://127.0.0.1.example.org/keys",
            "http://127.0.0.1:80@example.org/keys",
            "ftp://127.0.0.1/keys",
            "https:///keys",
            "https://keys.example.org/a b",
        ] {
            assert_eq!(KeySource::parse(wrong), None, "{wrong}");
        }
        let file = KeySource::parse("/etc/appliance/keys.json");
        assert_eq!(
            file,
            Some(KeySource::File("/etc/appliance/keys.json".into()))
        );
    }

    #[test]
    fn the_tenant_is_put_where_it_stands() {
        let tenant = Uuid::from_u128(10);
        let settings = EntraSettings::default();
        assert_eq!(
            settings.issuer_of(tenant),
            "https://sts.windows.net/00000000-0000-0000-0000-00000000000a/"
        );
        let KeySource::Address(address) = settings.keys.of(tenant) else {
            panic!("it is an address");
        };
        assert!(!address.contains(TENANT), "{address}");
    }
}
