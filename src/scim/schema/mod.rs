//! What attributes there are and how they behave (RFC 7643 §2 and §7).

mod attribute;
mod builtin;
mod document;
mod registry;
mod resolved;

pub use attribute::{Attribute, Mutability, Returned, Type, Uniqueness};
pub use document::{SchemaDocument, SchemaFlaw};
pub use registry::{Extension, ResourceType, Schemas, Target};
pub use resolved::{Holder, Resolved};
