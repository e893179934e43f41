//! The protocol as RFC 7643, RFC 7644 and RFC 9865 describe it, asked of the real server over HTTPS.
#![cfg(test)]

#[path = "../house/mod.rs"]
#[expect(dead_code, reason = "every suite uses another part of the house")]
mod house;

mod bulk;
mod create;
mod cursor;
mod discovery;
mod errors;
mod etag;
mod filter;
mod groups;
mod http;
mod paging;
mod patch_add;
mod patch_remove;
mod patch_replace;
mod people;
mod projection;
mod put;
mod retrieve;
mod search;
mod sort;
