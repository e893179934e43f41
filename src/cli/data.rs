//! The data directory as a command finds it.

use std::path::Path;

use super::options::Place;
use super::problem::Problem;
use super::{load, local, owner, print};
use crate::base::{Clock, Settings};
use crate::operate::Operator;
use crate::store::{Role, Store};

/// A command at work on the data.
pub(super) struct Data {
    /// The settings in force.
    pub(super) settings: Settings,
    /// The database, beside a server that may be running.
    pub(super) store: Store,
    /// Who typed the command, and when.
    pub(super) operator: Operator,
}

impl Data {
    /// Opens what is there. A slip in `--data-dir` must not look like an empty installation, so nothing is
    /// made.
    pub(super) fn present(place: &Place) -> Result<Self, Problem> {
        Self::open(place, false)
    }

    /// Opens what is there, or begins it.
    pub(super) fn present_or_new(place: &Place) -> Result<Self, Problem> {
        Self::open(place, true)
    }

    fn open(place: &Place, may_begin: bool) -> Result<Self, Problem> {
        let operator = Operator {
            actor: owner::actor(),
            now: Clock::system().now(),
        };
        let settings = load::settings(place)?;
        let directory = &settings.data_dir;
        owner::become_owner(directory)?;
        if !has_data(directory) {
            if !may_begin {
                return Err(no_data(directory));
            }
            print::note(&format!(
                "a new installation begins in {}",
                directory.display()
            ));
        }
        let store = Store::open(directory, Role::Guest)?;
        Ok(Self {
            settings,
            store,
            operator,
        })
    }

    /// The address below which resources are found, if the operator said it.
    pub(super) fn base(&self) -> Option<String> {
        let public = self.settings.public_url.as_ref()?;
        Some(format!("{public}/scim/v2"))
    }

    /// Where clients of OAuth 2.0 get their access tokens.
    pub(super) fn token_url(&self) -> Option<String> {
        let tenant = self.tenant_url()?;
        let origin = tenant.strip_suffix("/scim/v2")?;
        Some(format!("{origin}/oauth/token"))
    }

    /// The Tenant URL: what the operator said, else where the server on this machine listens.
    pub(super) fn tenant_url(&self) -> Option<String> {
        self.base()
            .or_else(|| local::server(&self.settings.data_dir).map(|server| server.url))
    }
}

/// Whether the database, or a log that it left, is there. Where we may not look, opening it will say why.
pub(super) fn has_data(directory: &Path) -> bool {
    ["appliance.sqlite", "appliance.sqlite-wal"]
        .iter()
        .any(|name| directory.join(name).try_exists().unwrap_or(true))
}

fn no_data(directory: &Path) -> Problem {
    Problem::not_found(format!("there is no data in {}", directory.display()))
        .hint("`--data-dir` names the directory; `appliance serve` makes it at its first start")
}
