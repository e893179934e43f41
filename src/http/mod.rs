//! Floor 4a: where requests knock. The door lets in only who shows a valid token, extractors refuse
//! what can be refused early, one verb decides, a reply is built; `routes` has every URL on one page.

mod address;
mod app;
mod aside;
mod credential;
mod deviations;
mod door;
mod entry;
mod error;
mod exchanges;
mod fetch;
mod gzip;
mod histogram;
mod jwt;
mod local;
mod log;
mod meters;
mod metrics;
mod notice;
mod oauth;
mod pulse;
mod remembered;
mod roots;
mod roster;
mod route;
mod routes;
mod scim;
mod serve_error;
mod server;
mod signals;
mod sockets;
mod strangers;
mod tally;
mod throttle;
mod tls;
mod unread;
mod visit;

pub use app::{App, shared};
pub use error::Answer;
pub use fetch::{FetchError, Fetcher};
pub use jwt::published_keys;
pub use roots::{Roots, RootsFlaw};
pub use serve_error::ServeError;
pub use server::{Listening, run};
pub use sockets::Sockets;
pub use tls::{Certificate, TlsError, certificate_concern, distrust, usable};
