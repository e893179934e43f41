//! Settings of one connection about its identity provider's own tenant.

/// The longest tenant id, in bytes.
const LONGEST: usize = 200;

/// Whose identity provider it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tenant {
    /// `tenant_id=none|…`: what the identity provider calls the organisation.
    pub id: Option<String>,
}

impl Tenant {
    pub(super) const KEYS: [&'static str; 1] = ["tenant_id"];

    /// Sets the one of [`Self::KEYS`] that is `key`; otherwise says what would fit.
    pub(super) fn set(&mut self, _: &str, value: &str) -> Result<(), &'static str> {
        let fits = value.len() <= LONGEST && !value.chars().any(char::is_control);
        if !fits {
            return Err("a text of 1 to 200 bytes without control characters, or `none`");
        }
        self.id = (value != "none").then(|| value.to_owned());
        Ok(())
    }

    /// The values as the operator would type them, in the order of [`Self::KEYS`].
    pub(super) fn entries(&self) -> [(&'static str, String); Self::KEYS.len()] {
        let id = self.id.as_deref().unwrap_or("none");
        [("tenant_id", id.to_owned())]
    }
}
