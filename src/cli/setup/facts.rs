//! What is known of a connection that its identity provider must be told.

use super::mapping::{self, Row};
use crate::base::{Dialect, Timestamp, TlsSettings};
use crate::operate::{connections, readiness, terms};
use crate::scim::schema::Schemas;
use crate::scim::{Kind, Spot};
use crate::store::{Connection, Scope, StoreError, Token, TokenState, View};

/// The facts of one connection.
#[derive(Debug)]
pub(in crate::cli) struct Facts {
    /// Its name.
    pub(super) connection: String,
    /// Where it is reached; `None`: nobody has said, and no server runs.
    pub(super) tenant_url: Option<String>,
    /// Its tokens that open it now and may write, the one that lasts longest last.
    pub(super) tokens: Vec<Held>,
    /// What the listener shows.
    pub(super) certificate: Certificate,
    /// What its operator must record before it gets a token.
    pub(super) missing: Vec<String>,
    /// What its identity provider calls the organisation.
    pub(super) tenant_id: Option<String>,
    /// Terms that nobody has accepted yet.
    pub(super) terms: Option<String>,
    /// By which attribute people are recognised, as a path.
    pub(super) matching: String,
    /// Which of Entra ID's attributes becomes which of ours: of users, of groups.
    pub(super) entra: [Vec<Row>; 2],
    /// Whether the profile lists attributes, and others are not for it.
    pub(super) lists: bool,
    /// What the profile adds.
    pub(super) notes: &'static [String],
    /// Whether there is a guard against mass changes.
    pub(super) guarded: bool,
    /// Whether deviations are refused.
    pub(super) strict: bool,
}

/// A token that exists already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Held {
    pub(super) number: i64,
    pub(super) name: String,
    /// Whole days; `None`: for ever.
    pub(super) days_left: Option<i64>,
}

/// What a client that connects sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Certificate {
    /// One that we made: nobody has a reason to trust it.
    OurOwn,
    /// The operator's.
    Operators,
    /// That of the proxy in front.
    Proxys,
}

impl Facts {
    /// Gathers them.
    pub(in crate::cli) fn gather(
        view: &View<'_>,
        connection: &Connection,
        schemas: &Schemas,
        tls: &TlsSettings,
        tenant_url: Option<String>,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let profile = connections::profile_of(connection)?;
        let (policy, _) = view.policy(connection)?;
        let tokens = view.tokens_of(connection.number)?;
        let terms = terms::terms(view, connection)?.filter(|terms| terms.accepted.is_none());
        let place = policy.rules.matching.place();
        let matching = Spot::parse(place, Kind::User, schemas);
        let mut open: Vec<&Token> = tokens
            .iter()
            .filter(|token| token.state(now) == TokenState::Active)
            .filter(|token| token.scope == Scope::Provision)
            .collect();
        open.sort_by_key(|token| (token.expires.is_none(), token.expires));
        Ok(Self {
            connection: connection.name.clone(),
            tenant_url,
            tokens: open
                .into_iter()
                .map(|token| Held {
                    number: token.number,
                    name: token.name.clone(),
                    days_left: super::super::token_list::days_left(token, now),
                })
                .collect(),
            certificate: match tls {
                TlsSettings::SelfSigned => Certificate::OurOwn,
                TlsSettings::Files { .. } | TlsSettings::Acme(_) => Certificate::Operators,
                TlsSettings::Off { .. } => Certificate::Proxys,
            },
            missing: readiness::missing(profile, &policy)
                .into_iter()
                .map(str::to_owned)
                .collect(),
            tenant_id: policy.tenant.id.clone(),
            terms: terms.map(|terms| terms.text),
            matching: matching.map_or_else(|| place.to_owned(), |spot| spot.path()),
            entra: mapping::entra(profile, &policy, schemas),
            lists: profile.attributes.of_users().next().is_some(),
            notes: &profile.notes,
            guarded: policy.guard.share.is_some(),
            strict: policy.dialect == Dialect::Strict,
        })
    }
}
