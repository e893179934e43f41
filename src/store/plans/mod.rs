//! What statements cost: the house in which it is measured, and the bill.

mod costs;
mod house;
