//! What the store promises, seen from outside.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test may stop at the first surprise"
)]
#![expect(
    clippy::redundant_closure_for_method_calls,
    reason = "a method's path is bound to one lifetime of the view, a closure to none"
)]

mod exchanges;
mod house;
mod lists;
mod oracle;
mod rows;
mod shapes;
mod writing;
