//! Keeps count of what was asked and answered, and of everything an administrator would call an error.

use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::request::{Method, Request};

/// Errors that are listed; beyond that they are only counted.
const LISTED: usize = 50;
/// Errors of one kind at one address that are listed, so that they do not hide the others.
const ALIKE: usize = 5;
/// Requests named in the list of the slowest.
const SLOWEST: usize = 5;

/// Collects from all connections at once.
#[derive(Debug, Default)]
pub(in crate::cli::simulate) struct Recorder(Mutex<Record>);

/// What was collected.
#[derive(Debug, Default)]
pub(in crate::cli::simulate) struct Record {
    /// Microseconds of each request that was answered, by method and path template.
    pub(in crate::cli::simulate) times: BTreeMap<(Method, &'static str), Vec<u32>>,
    /// Answers by status.
    pub(in crate::cli::simulate) statuses: BTreeMap<u16, u64>,
    /// The slowest requests, slowest first.
    pub(in crate::cli::simulate) slowest: Vec<(u32, Method, &'static str)>,
    /// The first errors.
    pub(in crate::cli::simulate) errors: Vec<Trouble>,
    /// All errors; one and the same difference, shown again by a later answer, is one.
    pub(in crate::cli::simulate) error_count: u64,
    /// Whose differences were reported, and which: hashes only.
    known_differences: HashSet<u64>,
    /// What was done in each part of the simulation, in their order.
    pub(in crate::cli::simulate) parts: Vec<(&'static str, BTreeMap<Deed, u64>)>,
}

/// One thing that an administrator of an identity provider would see as an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli::simulate) struct Trouble {
    /// What kind of error.
    pub(in crate::cli::simulate) kind: Kind,
    /// The request, its path as a template.
    pub(in crate::cli::simulate) request: String,
    /// The status of the answer, if there was one.
    pub(in crate::cli::simulate) status: Option<u16>,
    /// Whom or what it concerns.
    pub(in crate::cli::simulate) subject: String,
    /// What was wrong, in words.
    pub(in crate::cli::simulate) detail: String,
}

/// Kinds of error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::cli::simulate) enum Kind {
    /// The credentials were refused.
    Refused,
    /// No answer came.
    Unreachable,
    /// Another status than success.
    Status,
    /// An answer that is not what the protocol says.
    Form,
    /// Not `application/scim+json`.
    MediaType,
    /// More than one hit where there must be one.
    Duplicate,
    /// No hit, or a hit where there must be none.
    Lost,
    /// The server shows something else than it was sent.
    Different,
    /// A number of resources that cannot be.
    Count,
}

impl Kind {
    /// The kind in a word or two.
    pub(in crate::cli::simulate) const fn as_str(self) -> &'static str {
        match self {
            Self::Refused => "credentials refused",
            Self::Unreachable => "no answer",
            Self::Status => "unexpected status",
            Self::Form => "malformed answer",
            Self::MediaType => "wrong content type",
            Self::Duplicate => "duplicate",
            Self::Lost => "wrong match",
            Self::Different => "differs from what was sent",
            Self::Count => "wrong count",
        }
    }
}

/// What a provider did, for the summary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::cli::simulate) enum Deed {
    UserCreated,
    UserFound,
    UserChanged,
    UserDeleted,
    GroupCreated,
    GroupFound,
    GroupChanged,
    GroupDeleted,
    MemberAdded,
    MemberRemoved,
    Throttled,
    Repeated,
}

impl Deed {
    /// The deed as a member of the JSON report.
    pub(in crate::cli::simulate) const fn as_str(self) -> &'static str {
        match self {
            Self::UserCreated => "users created",
            Self::UserFound => "users found",
            Self::UserChanged => "users changed",
            Self::UserDeleted => "users deleted",
            Self::GroupCreated => "groups created",
            Self::GroupFound => "groups found",
            Self::GroupChanged => "groups changed",
            Self::GroupDeleted => "groups deleted",
            Self::MemberAdded => "members added",
            Self::MemberRemoved => "members removed",
            Self::Throttled => "requests throttled",
            Self::Repeated => "requests repeated",
        }
    }
}

impl Recorder {
    /// Notes an answer and how long it took to come completely.
    pub(super) fn answered(&self, request: &Request, status: u16, took: Duration) {
        let micros = u32::try_from(took.as_micros()).unwrap_or(u32::MAX);
        let mut record = self.lock();
        record
            .times
            .entry((request.method, request.template))
            .or_default()
            .push(micros);
        *record.statuses.entry(status).or_default() += 1;
        let place = record
            .slowest
            .partition_point(|(slower, ..)| *slower >= micros);
        if place < SLOWEST {
            record
                .slowest
                .insert(place, (micros, request.method, request.template));
            record.slowest.truncate(SLOWEST);
        }
    }

    /// Notes an error.
    pub(in crate::cli::simulate) fn trouble(&self, trouble: Trouble) {
        let mut record = self.lock();
        if trouble.kind == Kind::Different {
            let mut hash = DefaultHasher::new();
            (&trouble.subject, &trouble.detail).hash(&mut hash);
            if !record.known_differences.insert(hash.finish()) {
                return;
            }
        }
        record.error_count += 1;
        let alike = record
            .errors
            .iter()
            .filter(|listed| listed.kind == trouble.kind && listed.request == trouble.request)
            .count();
        if record.errors.len() < LISTED && alike < ALIKE {
            record.errors.push(trouble);
        }
    }

    /// Begins a part of the simulation: what is done from now on belongs to it.
    pub(in crate::cli::simulate) fn begin(&self, part: &'static str) {
        self.lock().parts.push((part, BTreeMap::new()));
    }

    /// Notes that something was done `times` times.
    pub(in crate::cli::simulate) fn did(&self, deed: Deed, times: usize) {
        if times == 0 {
            return;
        }
        let times = u64::try_from(times).unwrap_or(u64::MAX);
        let mut record = self.lock();
        if record.parts.is_empty() {
            record.parts.push(("connection test", BTreeMap::new()));
        }
        if let Some((_, deeds)) = record.parts.last_mut() {
            *deeds.entry(deed).or_default() += times;
        }
    }

    /// How often something was done so far, in this part of the simulation.
    pub(in crate::cli::simulate) fn count_in_part(&self, deed: Deed) -> u64 {
        let record = self.lock();
        let deeds = record.parts.last().and_then(|(_, deeds)| deeds.get(&deed));
        deeds.copied().unwrap_or(0)
    }

    /// How often something was done so far, in all parts.
    pub(in crate::cli::simulate) fn count(&self, deed: Deed) -> u64 {
        let record = self.lock();
        let counts = record
            .parts
            .iter()
            .filter_map(|(_, deeds)| deeds.get(&deed));
        counts.sum()
    }

    /// Everything collected so far; nothing stays behind.
    pub(in crate::cli::simulate) fn take(&self) -> Record {
        std::mem::take(&mut *self.lock())
    }

    fn lock(&self) -> MutexGuard<'_, Record> {
        // Counters are whole after every statement, whatever another thread died of.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_five_slowest_are_kept_in_order() {
        let recorder = Recorder::default();
        for millis in [3, 9, 1, 7, 5, 8, 2] {
            let request = Request::new(Method::Get, "/Users", "/Users");
            recorder.answered(&request, 200, Duration::from_millis(millis));
        }
        let record = recorder.take();
        let millis: Vec<u32> = record
            .slowest
            .iter()
            .map(|(micros, ..)| micros / 1000)
            .collect();
        assert_eq!(millis, [9, 8, 7, 5, 3]);
        assert_eq!(record.statuses[&200], 7);
    }

    #[test]
    fn a_difference_that_is_shown_again_is_one_error() {
        let recorder = Recorder::default();
        for request in ["PATCH /Users/{id}", "GET /Users/{id}"] {
            recorder.trouble(Trouble {
                kind: Kind::Different,
                request: request.to_owned(),
                status: None,
                subject: "mira@example.net".to_owned(),
                detail: "title: expected nothing".to_owned(),
            });
        }
        assert_eq!(recorder.take().error_count, 1);
    }

    #[test]
    fn errors_are_counted_beyond_the_list() {
        let recorder = Recorder::default();
        for number in 0..60 {
            recorder.trouble(Trouble {
                kind: Kind::Status,
                request: format!("GET /Users{}", number % 2),
                status: Some(500),
                subject: String::new(),
                detail: String::new(),
            });
        }
        let record = recorder.take();
        assert_eq!((record.error_count, record.errors.len()), (60, 10));
    }
}
