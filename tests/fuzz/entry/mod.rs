//! Where strangers' bytes enter the protocol. Each entry takes any bytes, and asserts what must hold
//! whatever they are: the fuzz targets feed it for hours, `cargo test` for a moment.

pub(crate) mod backup;
pub(crate) mod body;
pub(crate) mod filter;
pub(crate) mod patch;
pub(crate) mod path;
pub(crate) mod sample;
