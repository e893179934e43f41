//! Which attributes an answer shows: what the schemas say, what the client picked, and the two together.

mod picks;
mod projection;
mod rules;

pub use projection::Projection;
pub use rules::Rules;
