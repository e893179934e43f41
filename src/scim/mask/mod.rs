//! What people may be told from, taken out of requests and answers: names, addresses and numbers
//! become shapes, while attribute names, types, booleans, ids and paths stay as they were sent. So a
//! request can be kept for the operator's eyes without keeping what it says about anybody.
//!
//! Secrets leave no shape. What names a person comes out beside the text, as a [`Subject`], so that
//! whoever keeps the text can keep a keyed hash of it.

mod answer;
mod body;
mod detail;
mod example;
mod filter;
mod keep;
mod notes;
#[cfg(test)]
mod properties;
mod query;
mod scan;
mod shape;
mod subject;
mod walk;

pub use answer::{Answer, answer};
pub use body::request;
pub use detail::detail;
pub use example::example;
pub use query::{path, query, target};
pub use shape::shape;
pub use subject::{Masked, Subject};
