//! What was asked and what was answered, masked: in a file of its own, `exchanges.sqlite`, with a writer
//! of its own, so that nothing that matters waits for it. What cannot be written in time is lost, and
//! counted; the file is never backed up, and can be thrown away.
//!
//! Reading order: what is kept, how it gets there, how it is found again, how it goes.

mod allowance;
mod exchange;
mod file;
mod find;
mod key;
mod message;
mod prune;
mod recorder;
mod rows;
mod thread;

pub use exchange::{Exchange, Kept, Loss};
pub use find::{Exchanges, Wanted};
pub use key::{Key, Keys};
pub use recorder::{Recorder, Recording, Room, Worth};
