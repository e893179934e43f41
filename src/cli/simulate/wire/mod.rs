//! The wire: requests of an identity provider, the server's answers, and a record of both.

mod answer;
mod client;
mod left_out;
mod recorder;
mod request;
mod tls;
mod trouble;

pub(super) use answer::{Answer, Body};
pub(super) use client::{Client, Halt, Manner};
pub(super) use recorder::{Deed, Record, Recorder};
pub(super) use request::{Blank, Method, Request, escape, literal};
pub(super) use tls::Trust;
pub(super) use trouble::{Kind, Trouble};
