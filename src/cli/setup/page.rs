//! What one identity provider needs to be told, and where.

use super::mapping::Row;

/// The page of a provider. The texts may hold `{token}`, which becomes the command that makes one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Page {
    /// The provider's name.
    pub(super) title: &'static str,
    /// What its console calls the address.
    pub(super) address_field: &'static str,
    /// What its console calls the token.
    pub(super) token_field: &'static str,
    /// What to do, in this order.
    pub(super) steps: &'static [&'static str],
    /// Which of its attributes becomes which of ours; empty: it fills the standard ones by itself.
    pub(super) users: &'static [Row],
    /// The same for groups.
    pub(super) groups: &'static [Row],
    /// What else is good to know.
    pub(super) notes: &'static [&'static str],
    /// What it makes of a certificate that nobody vouches for.
    pub(super) self_signed: &'static str,
}

impl Page {
    /// By what it recognises people.
    pub(super) const MATCHING: &'static str = "userName";
}
