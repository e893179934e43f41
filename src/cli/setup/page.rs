//! What one identity provider needs to be told, and where.

/// The page of a provider. Steps and notes may hold `{connection}`, its name, and steps `{mapping}`, what to map.
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
    /// Whether its mapping is made by hand; others fill the standard attributes by themselves.
    pub(super) is_mapped_by_hand: bool,
    /// What else is good to know.
    pub(super) notes: &'static [&'static str],
    /// What it makes of a certificate that nobody vouches for.
    pub(super) self_signed: &'static str,
}
