//! The wire: requests of an identity provider, the server's answers, and a record of both.

mod answer;
mod client;
mod recorder;
mod request;
mod tls;

pub(super) use answer::{Answer, Body};
pub(super) use client::{Client, Halt, Manner};
pub(super) use recorder::{Deed, Kind, Record, Recorder, Trouble};
pub(super) use request::{Blank, Method, Request, escape, literal};
pub(super) use tls::Trust;
