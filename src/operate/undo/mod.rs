//! What an identity provider took away since an instant, given back: people and groups that it deleted,
//! people whom it made inactive, memberships that it ended. All from the change record, newest first, as
//! new changes of the operator.
//!
//! Reading order: what can be done or is left, who decides, then the two ways through the record.

mod decide;
mod forecast;
mod outlook;
mod run;
mod step;

pub use forecast::forecast;
pub use run::{Undo, Undone};
pub use step::{Left, Reason, Step};
