//! Keeps count of what was asked and answered, and of everything an administrator would call an error.

use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::left_out::Missed;
use super::request::{Method, Request};
use super::trouble::{Kind, Trouble};

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
    /// Attributes that were sent and are shown of nobody, and of how many people they were sent.
    pub(in crate::cli::simulate) left_out: BTreeMap<String, u64>,
    missed: Missed,
    /// Whose differences were reported, and which: hashes only.
    known_differences: HashSet<u64>,
    /// What was done in each part of the simulation, in their order.
    pub(in crate::cli::simulate) parts: Vec<(&'static str, BTreeMap<Deed, u64>)>,
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
        self.lock().trouble(trouble, 1);
    }

    /// Notes that the server shows these attributes of somebody.
    pub(in crate::cli::simulate) fn shows(&self, attributes: impl Iterator<Item = String>) {
        let mut record = self.lock();
        for attribute in attributes {
            record.missed.show(attribute);
        }
    }

    /// Whether the server showed this attribute of anybody so far.
    pub(in crate::cli::simulate) fn has_shown(&self, attribute: &str) -> bool {
        self.lock().missed.is_shown(attribute)
    }

    /// Notes an attribute that was sent and is not shown: whether that is an error is known in the end.
    pub(in crate::cli::simulate) fn misses(&self, attribute: String, trouble: Trouble) {
        self.lock().missed.miss(attribute, trouble);
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
        let mut record = std::mem::take(&mut *self.lock());
        let (lost, left_out) = std::mem::take(&mut record.missed).tell();
        for (trouble, people) in lost {
            record.trouble(trouble, people);
        }
        record.left_out = left_out;
        record
    }

    fn lock(&self) -> MutexGuard<'_, Record> {
        // Counters are whole after every statement, whatever another thread died of.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Record {
    /// Counts an error so often, and lists it unless there are many like it.
    fn trouble(&mut self, trouble: Trouble, times: u64) {
        if trouble.kind == Kind::Different {
            let mut hash = DefaultHasher::new();
            (&trouble.subject, &trouble.detail).hash(&mut hash);
            if !self.known_differences.insert(hash.finish()) {
                return;
            }
        }
        self.error_count += times;
        let alike = self
            .errors
            .iter()
            .filter(|listed| listed.kind == trouble.kind && listed.request == trouble.request)
            .count();
        if self.errors.len() < LISTED && alike < ALIKE {
            self.errors.push(trouble);
        }
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
