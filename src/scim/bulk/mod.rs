//! Many operations in one request (RFC 7644 §3.7): the message, one operation of it, and the order in
//! which they are carried out.

mod operation;
mod order;
mod read;
mod references;
mod request;

pub use operation::{Malformed, Method, Operation};
pub use request::BulkRequest;
