//! What the store promises, seen from outside.

mod house;
mod lists;
mod rows;
mod writing;
