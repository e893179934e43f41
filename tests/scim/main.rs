//! The protocol as RFC 7643, RFC 7644 and RFC 9865 describe it, asked of the real server over HTTPS.
#![cfg(test)]

#[path = "../house/mod.rs"]
#[expect(dead_code, reason = "every suite uses another part of the house")]
mod house;

mod addresses;
mod attributes;
mod bulk;
mod bulk_order;
mod configuration;
mod create;
mod cursor;
mod custom_schemas;
mod delete;
mod discovery;
mod errors;
mod etag;
mod filter;
mod groups;
mod http;
mod http2;
mod negotiation;
mod paging;
mod patch_add;
mod patch_remove;
mod patch_replace;
mod people;
mod projection;
mod put;
mod readme;
mod references;
mod retrieve;
mod schema_changes;
mod schema_rules;
mod search;
mod sort;
mod transport;
mod walk;
