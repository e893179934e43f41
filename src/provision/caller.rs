//! Who asks, and the circumstances of the question.

use std::sync::Arc;

use crate::base::{Limits, Policy, Profile, Timestamp, random};
use crate::scim::project::Rules;
use crate::scim::schema::{Library, Schemas};
use crate::scim::{Kind, ResourceId, ScimError};
use crate::store::{Connection, Deed, Scope, StoreError, View};

use crate::provision::failure::Failure;
use crate::provision::rulebook::Rulebook;

/// A connection with everything that decides how its requests are treated.
#[derive(Debug)]
pub struct Entrance {
    /// Its row.
    pub connection: Connection,
    /// Its settings.
    pub policy: Policy,
    /// Its schemas.
    pub schemas: Arc<Schemas>,
    /// Its settings, with their places found in its schemas.
    pub rulebook: Rulebook,
    /// The generation of the rules by which resources are read here.
    pub rules: u64,
}

impl Entrance {
    /// Reads what the store says of a connection.
    pub(super) fn load(
        view: &View<'_>,
        connection: Connection,
        library: &mut Library,
    ) -> Result<Self, StoreError> {
        let corrupt = |flaw: String| StoreError::Corrupt {
            what: format!("a setting of connection `{}`: {flaw}", connection.name),
        };
        let profile =
            Profile::named(&connection.profile).map_err(|flaw| corrupt(flaw.to_string()))?;
        let (policy, flaws) = profile.policy(&view.settings(connection.number)?);
        if let Some(flaw) = flaws.first() {
            return Err(corrupt(flaw.to_string()));
        }
        let schemas = connection.schemas(library)?;
        Ok(Self {
            rulebook: Rulebook::new(&policy, profile, &schemas),
            schemas,
            rules: view.rules(connection.number)?,
            policy,
            connection,
        })
    }
}

/// Somebody with a valid credential.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The connection that the credential belongs to.
    pub entrance: Arc<Entrance>,
    /// The number of the token that was shown.
    pub token: i64,
    /// What the token allows.
    pub scope: Scope,
}

/// One question: who asks it, when, and under which name it stands in the log.
#[derive(Debug, Clone)]
pub struct Ask {
    /// Who asks.
    pub caller: Caller,
    /// The instant at which the request counts as received.
    pub now: Timestamp,
    /// The request id, as answered and logged.
    pub request: Arc<str>,
    /// The base address of locations, e.g. `https://scim.example.org/scim/v2`.
    pub base: Arc<str>,
    /// Bounds on what may be asked.
    pub limits: Limits,
}

impl Ask {
    /// The number of the connection that asks.
    pub fn connection(&self) -> i64 {
        self.caller.entrance.connection.number
    }

    /// The schemas of the connection that asks.
    pub fn schemas(&self) -> &Schemas {
        &self.caller.entrance.schemas
    }

    /// What the schemas of the connection that asks show of a kind.
    pub fn shown(&self, kind: Kind) -> &Rules {
        let [users, groups] = &self.caller.entrance.rulebook.shown;
        match kind {
            Kind::User => users,
            Kind::Group => groups,
        }
    }

    /// The settings of the connection that asks.
    pub fn policy(&self) -> &Policy {
        &self.caller.entrance.policy
    }

    /// What is done at this request, for this reason.
    pub(super) fn deed<'a>(&'a self, cause: &'a str) -> Deed<'a> {
        Deed {
            cause,
            at: self.now,
            token: Some(self.caller.token),
            request: &self.request,
            ties: &self.caller.entrance.rulebook.ties,
        }
    }

    /// The kinds of resources that the connection has.
    pub(super) fn kinds(&self) -> &'static [Kind] {
        self.caller.entrance.rulebook.kinds()
    }

    /// 404 for a kind of resource that the connection does not have.
    pub(super) fn check_kind(&self, kind: Kind) -> Result<(), ScimError> {
        self.caller.entrance.rulebook.check_kind(kind)
    }

    /// 503 when the rules by which the request was read are not those in force any more: the operator
    /// changed a setting or a schema while it waited. Written by them, it would hold what nobody checked. This is
    /// the first thing that a verb asks when it is about to write.
    pub(super) fn still_holds(&self, view: &View<'_>) -> Result<(), Failure> {
        if view.rules(self.connection())? == self.caller.entrance.rules {
            return Ok(());
        }
        Err(ScimError::try_again(
            "the settings or schemas were changed while this request waited; nothing was changed by it, \
             so send it again",
            1,
        )
        .into())
    }

    /// The same question by the rules that are in force now; `None` when these are the ones. For
    /// whoever reads and writes in the same transaction.
    pub(super) fn renewed(&self, view: &View<'_>) -> Result<Option<Self>, Failure> {
        if view.rules(self.connection())? == self.caller.entrance.rules {
            return Ok(None);
        }
        let connection = view.connection(self.connection())?.ok_or_else(|| {
            ScimError::unauthorized("the connection of this token does not exist any more")
        })?;
        let entrance = Entrance::load(view, connection, &mut view.library()?)?;
        let caller = Caller {
            entrance: Arc::new(entrance),
            ..self.caller.clone()
        };
        Ok(Some(Self {
            caller,
            ..self.clone()
        }))
    }

    /// 403 unless the token may change something.
    pub fn may_write(&self) -> Result<(), ScimError> {
        match self.caller.scope {
            Scope::Provision => Ok(()),
            Scope::Read => Err(ScimError::forbidden(
                "this token may only read; changes need a token of scope `provision`",
            )),
        }
    }

    /// An identifier for a new resource.
    pub(super) fn fresh_id(&self) -> Result<ResourceId, StoreError> {
        Ok(ResourceId::new(self.now, random()?))
    }

    /// 404 for a resource that this connection does not have. The id is not repeated: it may be
    /// anything the client typed.
    pub fn not_found(kind: Kind) -> ScimError {
        ScimError::not_found(format_args!(
            "no {kind} has this id in this connection; search for it by its attributes"
        ))
    }
}
