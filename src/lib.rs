//! `appliance`: a SCIM 2.0 service provider in one binary.

pub mod base;
pub mod cli;
pub mod scim;
pub mod store;
