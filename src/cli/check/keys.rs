//! The keys that Entra ID's signed tokens are checked with: can they be had from here?

use uuid::Uuid;

use super::finding::Finding;
use crate::base::EntraSettings;
use crate::http::published_keys;

const TOPIC: &str = "keys";

/// Looks for those of each tenant whose signed tokens open a connection.
pub(super) fn look(settings: &EntraSettings, tenants: &[Uuid]) -> Vec<Finding> {
    let each = tenants.iter().map(|&tenant| match published_keys(settings, tenant) {
        Ok(keys) => Finding::good(TOPIC, format!("{keys} are published for the tenant {tenant}")),
        Err(why) => Finding::warning(
            TOPIC,
            format!("those of the tenant {tenant} cannot be fetched: {why}"),
        )
        .remedy(
            "let this machine reach the server of the keys, or name another place, a file, or the \
             authority of its certificate under [entra] of the settings file; until then only keys that \
             the running server holds are good",
        ),
    });
    each.collect()
}
