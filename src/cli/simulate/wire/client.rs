//! The connection to the server: requests out, answers in, each one counted.

use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use ureq::http::{self, HeaderMap, HeaderValue, header};
use ureq::{Agent, AsSendBody, Body as Stream};

use super::answer::{Answer, Body, shorten};
use super::recorder::{Deed, Kind, Recorder, Trouble};
use super::request::Request;
use super::tls::{self, Trust, TrustFlaw};

/// Longest wait for one answer.
const PATIENCE: Duration = Duration::from_mins(1);
/// Longest wait that a `Retry-After` is honoured for.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// How often a throttled request is sent again.
const ATTEMPTS: usize = 10;
/// Largest answer that is read, in bytes: a group of a million members fits.
const LARGEST: u64 = 256 << 20;

/// Sends requests over connections that are kept open.
#[derive(Debug)]
pub(in crate::cli::simulate) struct Client {
    agent: Agent,
    base: String,
    headers: HeaderMap,
    recorder: Recorder,
    halted: OnceLock<Halt>,
}

/// How a provider presents itself.
#[derive(Debug, Clone, Copy)]
pub(in crate::cli::simulate) struct Manner {
    /// `User-Agent`; empty sends none.
    pub(in crate::cli::simulate) agent: &'static str,
    /// `Accept`.
    pub(in crate::cli::simulate) accept: &'static str,
    /// `Content-Type` of bodies.
    pub(in crate::cli::simulate) content: &'static str,
}

/// Why nothing more can be asked. It ends the simulation; the reason is in the record too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli::simulate) enum Halt {
    /// 401 or 403: an identity provider stops at once.
    Refused {
        /// Which of the two.
        status: u16,
        /// What the server says about it.
        detail: String,
    },
    /// No answer, not even to a second attempt.
    Unreachable {
        /// What the network says.
        why: String,
    },
    /// Another connection met one of these first.
    Elsewhere,
}

impl Client {
    /// A client of the SCIM service at `base`, which has no slash at its end. The `token` must be usable as a
    /// header value.
    pub(in crate::cli::simulate) fn new(
        base: String,
        token: HeaderValue,
        manner: Manner,
        trust: &Trust,
        connections: usize,
    ) -> Result<Self, TrustFlaw> {
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, token);
        headers.insert(header::ACCEPT, HeaderValue::from_static(manner.accept));
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static(manner.content),
        );
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(manner.agent)
            .max_idle_connections(connections)
            .max_idle_connections_per_host(connections)
            .timeout_global(Some(PATIENCE))
            .tls_config(tls::config(trust)?);
        // A machine's own services are not behind its proxy.
        let config = if is_local(&base) {
            config.proxy(None)
        } else {
            config
        };
        Ok(Self {
            agent: config.build().new_agent(),
            base,
            headers,
            recorder: Recorder::default(),
            halted: OnceLock::new(),
        })
    }

    /// Where everything is noted.
    pub(in crate::cli::simulate) const fn recorder(&self) -> &Recorder {
        &self.recorder
    }

    /// Sends a request and reads the answer. Throttling is waited out; a connection that the server closed is
    /// replaced once.
    pub(in crate::cli::simulate) fn send(&self, request: &Request) -> Result<Answer, Halt> {
        let mut repeated = false;
        for _ in 0..ATTEMPTS {
            if self.halted.get().is_some() {
                return Err(Halt::Elsewhere);
            }
            let begun = Instant::now();
            let (answer, pause) = match self.exchange(request) {
                Ok(received) => received,
                Err(_) if !repeated => {
                    repeated = true;
                    self.recorder.did(Deed::Repeated, 1);
                    continue;
                }
                Err(error) => {
                    let why = explain(&error);
                    return Err(self.halt(request, Halt::Unreachable { why }));
                }
            };
            self.recorder
                .answered(request, answer.status, begun.elapsed());
            match (answer.status, pause) {
                (401 | 403, _) => {
                    let halt = Halt::Refused {
                        status: answer.status,
                        detail: answer.detail(),
                    };
                    return Err(self.halt(request, halt));
                }
                (429 | 503, Some(pause)) => {
                    self.recorder.did(Deed::Throttled, 1);
                    thread::sleep(pause.min(LONGEST_PAUSE));
                }
                _ => return Ok(Answer { repeated, ..answer }),
            }
        }
        let why = format!("still throttled after {ATTEMPTS} attempts");
        Err(self.halt(request, Halt::Unreachable { why }))
    }

    fn exchange(&self, request: &Request) -> Result<(Answer, Option<Duration>), ureq::Error> {
        match &request.body {
            Some(body) => self.run(request, body.to_string()),
            None => self.run(request, ()),
        }
    }

    fn run(
        &self,
        request: &Request,
        body: impl AsSendBody,
    ) -> Result<(Answer, Option<Duration>), ureq::Error> {
        let mut message = http::Request::builder()
            .method(request.method.as_str())
            .uri(format!("{}{}", self.base, request.path))
            .body(body)?;
        *message.headers_mut() = self.headers.clone();
        if request.body.is_none() {
            message.headers_mut().remove(header::CONTENT_TYPE);
        }
        let mut response = self.agent.run(message)?;
        let text = |name| {
            let value = response.headers().get(name)?.to_str().ok()?;
            Some(value.to_owned())
        };
        let pause = text(header::RETRY_AFTER)
            .and_then(|seconds| seconds.trim().parse().ok())
            .map(Duration::from_secs);
        let media = text(header::CONTENT_TYPE).map(|media| {
            let essence = media.split(';').next().unwrap_or_default();
            essence.trim().to_ascii_lowercase()
        });
        let status = response.status().as_u16();
        let body = read(response.body_mut())?;
        let answer = Answer {
            status,
            media,
            body,
            repeated: false,
        };
        Ok((answer, pause))
    }

    /// Stops all connections; the first reason is the one that is reported.
    fn halt(&self, request: &Request, halt: Halt) -> Halt {
        if self.halted.set(halt.clone()).is_ok() {
            let (kind, status, detail) = match &halt {
                Halt::Refused { status, detail } => (Kind::Refused, Some(*status), detail.as_str()),
                Halt::Unreachable { why } => (Kind::Unreachable, None, why.as_str()),
                Halt::Elsewhere => (Kind::Unreachable, None, ""),
            };
            self.recorder.trouble(Trouble {
                kind,
                request: request.to_string(),
                status,
                subject: String::new(),
                detail: format!("{detail} (the simulation ends here)"),
            });
        }
        halt
    }
}

fn read(stream: &mut Stream) -> Result<Body, ureq::Error> {
    let bytes = stream.with_config().limit(LARGEST).read_to_vec()?;
    if bytes.is_empty() {
        return Ok(Body::Empty);
    }
    Ok(match serde_json::from_slice::<Value>(&bytes) {
        Ok(value) => Body::Json(value),
        Err(_) => Body::Other(shorten(&String::from_utf8_lossy(&bytes))),
    })
}

/// The error and what it rests on, in one line.
fn explain(error: &ureq::Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        source = cause.source();
    }
    text
}

fn is_local(base: &str) -> bool {
    let host = base.split_once("://").map_or(base, |(_, rest)| rest);
    ["127.", "localhost", "[::1]"]
        .iter()
        .any(|local| host.starts_with(local))
}
