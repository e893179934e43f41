//! Lists of resources: what a query asks for (RFC 7644 §3.4.2 and §3.4.3, RFC 9865), and the
//! message that answers it.

mod page;
mod query;
mod response;
mod sort;

pub use page::Page;
pub use query::ListQuery;
pub use response::{ListResponse, Position};
pub use sort::SortBy;
