//! Hands requests and their answers over to be recorded. The request thread only lends its bytes, which
//! are counted references; masking and writing happen behind it, on the recording thread.

use std::time::Duration;

use actix_web::HttpMessage;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::ServiceResponse;
use actix_web::http::{Method, Uri};
use actix_web::web::Bytes;

use super::address;
use super::app::App;
use super::visit::Visit;
use crate::operate::remedy;
use crate::scim::mask::{self, Subject};
use crate::store::{Exchange, Room, Worth};

/// The body of a request, left in its extensions by whoever reads it.
pub(super) struct Sent(pub(super) Bytes);

/// What a request asked for, noted before a handler has it.
pub(super) struct Asked {
    pub(super) method: Method,
    pub(super) uri: Uri,
}

/// Bytes of a body that are kept, masked.
const KEPT: usize = 16 << 10;
/// A request of up to so many bytes is searched for whom it is about.
const LONGEST_SENT: usize = 1 << 20;
/// An answer of up to so many bytes.
const LONGEST_ANSWERED: usize = 64 << 10;
/// What is kept waiting of longer ones: copied, so that the whole is not held.
const CUT: usize = 32 << 10;
/// About what an exchange takes while it waits, without its bodies.
const FRAME: usize = 512;

/// Has an exchange recorded if there is room; the answer is as it was. Under load there mostly is none,
/// so that is asked before anything is made ready.
pub(super) fn record(
    app: &App,
    visit: &Visit,
    asked: Asked,
    response: ServiceResponse<BoxBody>,
    took: Duration,
) -> ServiceResponse<BoxBody> {
    if app.recorder.is_none() {
        return response;
    }
    let status = response.status().as_u16();
    if asked.uri.path() == address::TOKENS {
        // A secret is asked with and a token is answered: neither is anybody's to keep.
        let asked = Asked {
            uri: Uri::from_static(address::TOKENS),
            ..asked
        };
        record_bare(app, visit, asked, status, took);
        return response;
    }
    let sent = response.request().extensions_mut().remove::<Sent>();
    let sent = sent.map_or_else(Bytes::new, |sent| sent.0);
    let answered = match response.response().body().size() {
        BodySize::Sized(length) => usize::try_from(length).unwrap_or(usize::MAX),
        BodySize::None | BodySize::Stream => 0,
    };
    let held = waits(sent.len(), LONGEST_SENT).saturating_add(waits(answered, LONGEST_ANSWERED));
    let Some(room) = room(app, visit, &asked, status, held) else {
        return response;
    };
    let mut answered = Bytes::new();
    let response = response.map_body(|_, body| match body.try_into_bytes() {
        Ok(bytes) => {
            answered = bytes.clone();
            BoxBody::new(bytes)
        }
        Err(stream) => stream,
    });
    let sent = Part::of(sent, LONGEST_SENT);
    let answered = Part::of(answered, LONGEST_ANSWERED);
    let visit = visit.clone();
    room.keep(move || exchange(&visit, &asked, status, took, &sent, &answered));
    response
}

/// Has a request recorded whose handler panicked: there is nothing but a status.
pub(super) fn record_panic(app: &App, visit: &Visit, asked: Asked, took: Duration) {
    record_bare(app, visit, asked, 500, took);
}

fn record_bare(app: &App, visit: &Visit, asked: Asked, status: u16, took: Duration) {
    let Some(room) = room(app, visit, &asked, status, 0) else {
        return;
    };
    let visit = visit.clone();
    room.keep(move || {
        let nothing = Part::of(Bytes::new(), 0);
        exchange(&visit, &asked, status, took, &nothing, &nothing)
    });
}

/// Room for an exchange whose bodies hold so many bytes while they wait.
fn room<'a>(
    app: &'a App,
    visit: &Visit,
    asked: &Asked,
    status: u16,
    held: usize,
) -> Option<Room<'a>> {
    let recorder = app.recorder.as_ref()?;
    let is_stranger = visit.entrance().is_none();
    if is_stranger && !app.strangers.admit(visit.now) {
        return None;
    }
    let looks = matches!(asked.method, Method::GET | Method::HEAD | Method::OPTIONS)
        || asked.uri.path().ends_with("/.search");
    let worth = if is_stranger || (looks && status < 400) {
        Worth::Look
    } else {
        Worth::Deed
    };
    recorder.room(visit.now, worth, FRAME.saturating_add(held))
}

/// How many bytes wait of a body of this length.
const fn waits(length: usize, longest: usize) -> usize {
    if length <= longest { length } else { CUT }
}

/// What waits of a body.
struct Part {
    held: Bytes,
    length: usize,
}

impl Part {
    fn of(whole: Bytes, longest: usize) -> Self {
        let length = whole.len();
        let kept = waits(length, longest);
        let held = if kept == length {
            whole
        } else {
            Bytes::copy_from_slice(whole.get(..kept).unwrap_or_default())
        };
        Self { held, length }
    }
}

fn exchange(
    visit: &Visit,
    asked: &Asked,
    status: u16,
    took: Duration,
    sent: &Part,
    answered: &Part,
) -> (Exchange, Vec<Subject>) {
    let target = mask::target(asked.uri.path());
    let query = mask::query(asked.uri.query().unwrap_or_default());
    let request = mask::request(&sent.held, KEPT, status >= 400);
    let mut answer = if is_discovery(&target.text) && status < 400 {
        // It says nothing about a person, and is long and always the same.
        mask::answer(b"", KEPT, &[])
    } else {
        let hidden = [target.hidden, query.hidden, request.hidden].concat();
        mask::answer(&answered.held, KEPT, &hidden)
    };
    let found = match answer.subjects.as_slice() {
        [one] => Some(one),
        _ => None,
    };
    let mut likely = target.subjects.first().into_iter().chain(found);
    let resource = likely.find_map(|subject| match subject {
        Subject::Id(id) => Some(*id),
        Subject::Name(_) => None,
    });
    let mut about = target.subjects;
    let others = query.subjects.into_iter().chain(request.subjects);
    for subject in others.chain(answer.subjects) {
        // Twice is harmless, so a long list is not searched.
        if about.len() > 64 || !about.contains(&subject) {
            about.push(subject);
        }
    }
    if let Some(refused) = &visit.refused {
        answer.detail = Some(match remedy::of_refusal(refused.kind) {
            Some(remedy) => format!("the credential was refused: {}; {remedy}", refused.why),
            None => format!("the credential was refused: {}", refused.why),
        });
    }
    let connection = visit.entrance().map(|entrance| &entrance.connection);
    let exchange = Exchange {
        at: visit.now,
        connection: connection.map(|connection| connection.number),
        name: connection.map_or_else(String::new, |connection| connection.name.clone()),
        token: visit.token(),
        request: visit.request.to_string(),
        peer: visit.peer.map(|peer| peer.to_string()),
        method: known(&asked.method).to_owned(),
        target: target.text,
        query: query.text,
        resource,
        status,
        micros: u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
        failures: answer.failures,
        scim_type: answer.scim_type,
        detail: answer.detail,
        sent: request.text,
        sent_bytes: sent.length as u64,
        answered: answer.text,
        answered_bytes: answered.length as u64,
    };
    (exchange, about)
}

/// Whether an answer describes the server.
fn is_discovery(target: &str) -> bool {
    ["Schemas", "ResourceTypes", "ServiceProviderConfig"]
        .iter()
        .any(|word| target.split('/').any(|part| part == *word))
}

/// The method, if it is one that HTTP knows: an invented one is not repeated.
pub(super) fn known(method: &Method) -> &str {
    match *method {
        Method::GET
        | Method::HEAD
        | Method::POST
        | Method::PUT
        | Method::PATCH
        | Method::DELETE
        | Method::OPTIONS
        | Method::TRACE
        | Method::CONNECT => method.as_str(),
        _ => "other",
    }
}
