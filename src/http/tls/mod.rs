//! What encrypts the listener: which certificate it shows, and how a newer one takes its place while
//! connections go on.

mod acme;
mod certificate;
mod error;
mod files;
mod identity;
mod installed;
mod keeper;
mod own;
mod place;
mod private_file;
mod shown;
mod trust;
mod vault;

pub use certificate::Certificate;
pub use error::TlsError;
pub use installed::{certificate_concern, usable};
pub(super) use keeper::Keeper;
pub use trust::distrust;
