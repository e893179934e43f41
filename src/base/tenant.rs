//! Settings of one connection about its identity provider's own tenant.

use uuid::Uuid;

use super::switch;

/// The longest tenant id, in bytes.
const LONGEST: usize = 200;

/// Whose identity provider it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tenant {
    /// `tenant_id=none|…`: what the identity provider calls the organisation.
    pub id: Option<String>,
    /// `entra_jwt=off|on`: whether a token that Entra ID signed for this tenant opens the connection.
    pub entra_jwt: bool,
}

impl Tenant {
    pub(super) const KEYS: [&'static str; 2] = ["tenant_id", "entra_jwt"];

    /// The tenant id as Entra ID writes it, if it is one of theirs.
    pub fn guid(&self) -> Option<Uuid> {
        Uuid::try_parse(self.id.as_deref()?).ok()
    }

    /// The tenant whose signed tokens open the connection; `None`: none are asked for.
    pub fn signed_for(&self) -> Option<Uuid> {
        self.entra_jwt.then(|| self.guid()).flatten()
    }

    /// Sets the one of [`Self::KEYS`] that is `key`; otherwise says what would fit.
    pub(super) fn set(&mut self, key: &str, value: &str) -> Result<(), &'static str> {
        match (key, value) {
            ("tenant_id", "none") => self.id = None,
            ("tenant_id", _) => {
                let fits =
                    (1..=LONGEST).contains(&value.len()) && !value.chars().any(char::is_control);
                if !fits {
                    return Err("a text of 1 to 200 bytes without control characters, or `none`");
                }
                self.id = Some(value.to_owned());
            }
            _ => self.entra_jwt = switch::read(value).ok_or(switch::EXPECTED)?,
        }
        Ok(())
    }

    /// The values as the operator would type them, in the order of [`Self::KEYS`].
    pub(super) fn entries(&self) -> [(&'static str, String); Self::KEYS.len()] {
        let id = self.id.as_deref().unwrap_or("none");
        let entra_jwt = switch::show(self.entra_jwt);
        [
            ("tenant_id", id.to_owned()),
            ("entra_jwt", entra_jwt.to_owned()),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenant_id_is_any_text_and_signed_tokens_need_a_guid() {
        let mut tenant = Tenant::default();
        assert!(tenant.set("tenant_id", "a\nb").is_err());
        assert!(tenant.set("tenant_id", &"x".repeat(201)).is_err());
        assert!(tenant.set("entra_jwt", "yes").is_err());
        tenant.set("tenant_id", "Example & Sons").unwrap();
        tenant.set("entra_jwt", "on").unwrap();
        assert_eq!(tenant.signed_for(), None);
        let guid = "3F1C9B5E-0000-4000-8000-00000000000A";
        tenant.set("tenant_id", guid).unwrap();
        assert_eq!(
            tenant.signed_for().map(|guid| guid.to_string()),
            Some(guid.to_lowercase())
        );
        tenant.set("entra_jwt", "off").unwrap();
        assert_eq!(tenant.signed_for(), None);
    }
}
