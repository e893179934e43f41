//! What attributes there are and how they behave (RFC 7643 §2 and §7): the RFC's own, and those that an
//! operator or a profile declares.

mod amend;
mod attribute;
mod builtin;
mod checks;
mod declaration;
mod document;
mod field;
mod library;
mod registry;
mod resolved;

pub use attribute::{Attribute, Mutability, Returned, Type, Uniqueness};
pub use declaration::Declaration;
pub use document::{SchemaDocument, SchemaFlaw};
pub use field::Field;
pub use library::{Library, Pack};
pub use registry::{Extension, ResourceType, Schemas, Target};
pub use resolved::{Holder, Resolved};
