//! What every provider's script plays on: the server, the directory, the links between them.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use serde_json::Value;

use super::progress::Progress;
use super::roster::Roster;
use super::wire::{Answer, Body, Client, Halt, Kind, Recorder, Request, Trouble};
use super::world::{Difference, Population, Profile};

/// The stage of one simulation.
#[derive(Debug)]
pub(super) struct Scene {
    /// The server under trial.
    pub(super) client: Client,
    /// The directory.
    pub(super) population: Population,
    /// The people of the directory on the server.
    pub(super) users: Roster,
    /// The groups of the directory on the server.
    pub(super) groups: Roster,
    /// Whether the server held nobody when the simulation began.
    pub(super) fresh: bool,
    /// How many requests may be under way at once.
    pub(super) parallel: NonZeroUsize,
    /// The bar on the terminal.
    pub(super) progress: Progress,
}

/// What to do about somebody of the directory whom the server does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Absent {
    /// Create them.
    Create,
    /// Nothing: they have left the directory already, in an earlier simulation.
    Pass,
}

/// What a match query found.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Match {
    /// Nobody.
    Nobody,
    /// The one resource.
    One(Value),
    /// An answer that cannot be used; it is recorded already.
    Unclear,
}

impl Scene {
    /// The record of this simulation.
    pub(super) const fn recorder(&self) -> &Recorder {
        self.client.recorder()
    }

    /// Does something for every place of a list, several at once. Each place is worked on by one connection only,
    /// and what is sent for it does not depend on the others, so the outcome is the same for any number of them.
    pub(super) fn each(
        &self,
        part: &str,
        places: usize,
        work: impl Fn(usize) -> Result<(), Halt> + Sync,
    ) -> Result<(), Halt> {
        self.progress.begin(part, places);
        let next = AtomicUsize::new(0);
        let run = || {
            loop {
                let place = next.fetch_add(1, Ordering::Relaxed);
                if place >= places {
                    return Ok(());
                }
                work(place)?;
                self.progress.step();
            }
        };
        thread::scope(|scope| {
            let hands: Vec<_> = (0..self.parallel.get().min(places))
                .map(|_| scope.spawn(run))
                .collect();
            let mut outcome = Ok(());
            for hand in hands {
                match hand.join() {
                    Ok(done) => outcome = outcome.and(done),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            outcome
        })
    }

    /// Sends a request and expects one of these statuses, and SCIM's media type on any body. Returns nothing when
    /// the status is another one, which is then recorded.
    pub(super) fn ask(
        &self,
        request: &Request,
        statuses: &[u16],
        subject: &str,
    ) -> Result<Option<Answer>, Halt> {
        let answer = self.client.send(request)?;
        if !matches!(answer.body, Body::Empty)
            && answer.media.as_deref() != Some("application/scim+json")
        {
            let found = answer.media.as_deref().unwrap_or("none");
            let detail = format!("expected application/scim+json, found {found}");
            self.report(Kind::MediaType, request, Some(&answer), subject, detail);
        }
        if statuses.contains(&answer.status) {
            return Ok(Some(answer));
        }
        let wanted: Vec<String> = statuses.iter().map(ToString::to_string).collect();
        let detail = format!("expected {}; {}", wanted.join(" or "), answer.detail());
        self.report(Kind::Status, request, Some(&answer), subject, detail);
        Ok(None)
    }

    /// Sends a query and expects a list: its total and its resources.
    pub(super) fn list(
        &self,
        request: &Request,
        subject: &str,
    ) -> Result<Option<(u64, Vec<Value>)>, Halt> {
        let Some(answer) = self.ask(request, &[200], subject)? else {
            return Ok(None);
        };
        match answer.list() {
            Ok((total, resources)) => Ok(Some((total, resources.to_vec()))),
            Err(flaw) => {
                self.report(Kind::Form, request, Some(&answer), subject, flaw);
                Ok(None)
            }
        }
    }

    /// Sends a match query. More than one hit is an error, because a provider cannot choose.
    pub(super) fn find(&self, request: &Request, subject: &str) -> Result<Match, Halt> {
        let Some((total, resources)) = self.list(request, subject)? else {
            return Ok(Match::Unclear);
        };
        let (kind, detail) = match (total, resources.as_slice()) {
            (0, []) => return Ok(Match::Nobody),
            (1, [one]) if one.get("id").is_some_and(Value::is_string) => {
                return Ok(Match::One(one.clone()));
            }
            (1, [_]) => (Kind::Form, "the hit has no id".to_owned()),
            (2.., _) => (
                Kind::Duplicate,
                format!("{total} hits where one was expected"),
            ),
            (total, listed) => {
                let detail = format!("totalResults is {total}, but {} are listed", listed.len());
                (Kind::Form, detail)
            }
        };
        self.report(kind, request, None, subject, detail);
        Ok(Match::Unclear)
    }

    /// Compares what the server shows with what it should.
    pub(super) fn compare(
        &self,
        request: &Request,
        wanted: &Profile,
        shown: &Value,
        subject: &str,
    ) {
        if shown.get("password").is_some() {
            self.report(Kind::Form, request, None, subject, "a password is shown");
        }
        let shown = Profile::of(shown);
        self.recorder()
            .shows(shown.paths().map(ToString::to_string));
        let (missing, differences): (Vec<_>, Vec<_>) = wanted
            .differences(&shown)
            .into_iter()
            .partition(|one| one.shown.is_none());
        for one in missing {
            let trouble = Trouble {
                kind: Kind::Different,
                request: request.to_string(),
                status: None,
                subject: subject.to_owned(),
                detail: in_words(std::slice::from_ref(&one)),
            };
            self.recorder().misses(one.path.to_string(), trouble);
        }
        if !differences.is_empty() {
            self.report(
                Kind::Different,
                request,
                None,
                subject,
                in_words(&differences),
            );
        }
    }

    /// Records an error.
    pub(super) fn report(
        &self,
        kind: Kind,
        request: &Request,
        answer: Option<&Answer>,
        subject: &str,
        detail: impl Into<String>,
    ) {
        self.recorder().trouble(Trouble {
            kind,
            request: request.to_string(),
            status: answer.map(|answer| answer.status),
            subject: subject.to_owned(),
            detail: detail.into(),
        });
    }
}

/// The first few differences in words.
fn in_words(differences: &[Difference]) -> String {
    let show = |value: &Option<Value>| {
        value
            .as_ref()
            .map_or("nothing".to_owned(), Value::to_string)
    };
    let mut words: Vec<String> = differences
        .iter()
        .take(3)
        .map(|one| {
            format!(
                "{}: expected {}, shown {}",
                one.path,
                show(&one.wanted),
                show(&one.shown)
            )
        })
        .collect();
    if differences.len() > 3 {
        words.push(format!("and {} more", differences.len() - 3));
    }
    words.join("; ")
}
