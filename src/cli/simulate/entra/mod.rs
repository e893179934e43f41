//! Microsoft Entra ID, as its provisioning service behaves.
//!
//! Shapes and order follow Microsoft's documentation of the service and public captures of its requests.

mod cycle;
mod groups;
mod operations;
mod probe;
mod requests;
mod users;

pub(super) use cycle::Entra;
pub(super) use operations::Shape;
