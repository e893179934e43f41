//! What the store promises, seen from outside.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod house;
mod lists;
mod rows;
mod writing;
