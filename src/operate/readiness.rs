//! What must be so before a connection gets a credential: its terms are accepted, and what its profile
//! asks for is recorded.

use super::failure::Failure;
use super::refusal::Refusal;
use super::terms;
use crate::base::{Policy, Profile};
use crate::store::{Connection, View};

/// Refuses a credential while something is missing.
pub(super) fn check(
    view: &View<'_>,
    connection: &Connection,
    profile: &Profile,
    policy: &Policy,
) -> Result<(), Failure> {
    terms::check(view, connection, &policy.tokens)?;
    match missing(profile, policy).first() {
        None => Ok(()),
        Some(key) => Err(Refusal::NotRecorded {
            connection: connection.name.clone(),
            profile: profile.name,
            key: (*key).to_owned(),
        }
        .into()),
    }
}

/// The settings that a profile wants recorded before there is a token, and that still have the value of
/// a fresh installation.
pub fn missing<'a>(profile: &'a Profile, policy: &Policy) -> Vec<&'a str> {
    let fresh = Policy::default().entries();
    let entries = policy.entries();
    let is_fresh = |key: &str| {
        entries
            .iter()
            .zip(&fresh)
            .any(|(a, b)| a.0 == key && a == b)
    };
    let wanted = profile.before_token.iter().map(String::as_str);
    wanted.filter(|key| is_fresh(key)).collect()
}
