//! What to paste where: the set-up of a connection at its identity provider.
//!
//! Reading order: the providers, what is known of the connection, a page for each provider, how it is
//! shown; then what Entra ID imports.

mod entra_attributes;
mod entra_schema;
mod facts;
mod guide;
mod mapping;
mod page;
mod pages;
mod provider;

pub(super) use entra_schema::schema;
pub(super) use facts::Facts;
pub(super) use guide::Guide;
pub(super) use provider::ProviderName;
