//! Floor 1: the protocol of RFC 7643, RFC 7644 and RFC 9865, pure. The same input always gives the
//! same output: no clock, no random number, no file, no SQL, no HTTP type.
//!
//! Reading order: names and paths, schemas, values, filters, the body of a request, PATCH, and what
//! goes back out.

mod attributes;
pub mod bulk;
mod compare;
mod derive;
pub mod dialect;
pub mod discovery;
mod error;
mod etag;
pub mod filter;
pub mod json;
mod link;
pub mod list;
pub mod manager;
pub mod mask;
mod member;
mod membership;
mod message;
mod name;
mod names;
pub mod patch;
mod path;
mod place;
pub mod project;
mod put;
mod reading;
mod resource;
pub mod schema;
mod searchable;
mod several;
mod spot;
mod types;
mod urn;
pub mod validate;
mod value;
pub mod vocabulary;

pub use attributes::Attributes;
pub use compare::{Folded, fold, fold_name};
pub use derive::{Class, Derivation, Underivable};
pub use error::{ScimError, ScimType};
pub use etag::{Etag, Precondition};
pub use member::MemberRef;
pub use name::AttrName;
pub use names::names;
pub use path::AttrPath;
pub use reading::Reading;
pub use resource::{Kind, Meta, Resource, ResourceId};
pub use searchable::{Searchable, modified, searchable, searchable_beside};
pub use spot::Spot;
pub use urn::Urn;
