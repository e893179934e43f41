//! The figures of one connection.

use jiff::SignedDuration;

use crate::base::{Policy, Timestamp};
use crate::operate::failure::Failure;
use crate::operate::seats::Seats;
use crate::scim::Kind;
use crate::store::{Activity, Connection, StoreError, Token, TokenState, Tolerated, View, Watch};

/// The span over which requests and failures are counted: some dozens of an identity provider's cycles.
pub(super) const DAY: SignedDuration = SignedDuration::from_hours(24);

/// How one connection stands.
#[derive(Debug, Clone)]
pub struct Figures {
    /// The connection.
    pub connection: Connection,
    /// Its settings.
    pub policy: Policy,
    /// People who are not inactive.
    pub active: u64,
    /// People whose `active` is false.
    pub inactive: u64,
    /// How many people may be active, and who waits for it.
    pub seats: Seats,
    /// Groups.
    pub groups: u64,
    /// Its last request that was let in.
    pub last_request: Option<Timestamp>,
    /// Its last request that changed something.
    pub last_change: Option<Timestamp>,
    /// Requests in the last 24 hours.
    pub requests: u64,
    /// Those among them that its identity provider counts as failures.
    pub failed: u64,
    /// How many protected people were to be taken away in the last 24 hours, and when last.
    pub protected: Option<(usize, Timestamp)>,
    /// What its guard did.
    pub watch: Watch,
    /// Tokens that are good now.
    pub tokens: Vec<Token>,
    /// The hours of its recent past in which it was heard of.
    pub(super) hours: Vec<Activity>,
}

impl Figures {
    pub(super) fn gather(
        view: &View<'_>,
        connection: Connection,
        now: Timestamp,
    ) -> Result<Self, Failure> {
        let number = connection.number;
        let (policy, _) = view.policy(&connection)?;
        let heard = view.heard(number)?;
        let seats = Seats::of(view, number, policy.seats)?;
        let past = super::rhythm::READ.max(DAY);
        let hours = match heard {
            Some(heard) => view.activity(number, heard.last_request.plus(-past))?,
            None => Vec::new(),
        };
        let recent = Activity::hour_of(now.plus(-DAY));
        let (requests, failed) = hours
            .iter()
            .filter(|hour| hour.hour >= recent)
            .fold((0, 0), |(requests, failed), hour| {
                (requests + hour.requests, failed + hour.failed)
            });
        let mut tokens = view.tokens_of(number)?;
        tokens.retain(|token| token.state(now) == TokenState::Active);
        Ok(Self {
            protected: protected(view, number, now)?,
            watch: view.watch(number)?,
            policy,
            active: seats.taken,
            inactive: view.count(number, Kind::User)?.saturating_sub(seats.taken),
            seats,
            groups: view.count(number, Kind::Group)?,
            last_request: heard.map(|heard| heard.last_request),
            last_change: heard.and_then(|heard| heard.last_change),
            requests,
            failed,
            tokens,
            hours,
            connection,
        })
    }
}

fn protected(
    view: &View<'_>,
    connection: i64,
    now: Timestamp,
) -> Result<Option<(usize, Timestamp)>, StoreError> {
    let tried: Vec<Timestamp> = view
        .tolerated(connection)?
        .into_iter()
        .filter(|seen| seen.what == Tolerated::PROTECTED)
        .map(|seen| seen.last_seen)
        .filter(|last| now.since(*last) <= DAY)
        .collect();
    Ok(tried.iter().max().map(|last| (tried.len(), *last)))
}
