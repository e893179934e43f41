//! The routine of the providers that update by PUT: look, create or update, groups, members; twice again after
//! changes in the directory; and in the end a look whether everything is as it should be.

mod groups;
mod play;
mod users;

pub(super) use play::Routine;
