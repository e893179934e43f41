//! The connection to the server: requests out, answers in, each one counted.

use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use ureq::http::{self, HeaderMap, HeaderValue, header};
use ureq::{Agent, AsSendBody, Body as Stream};

use super::answer::{Answer, Body, shorten};
use super::recorder::{Deed, Recorder};
use super::request::Request;
use super::tls::{self, Trust};
use super::trouble::{Kind, Trouble};
use crate::base::is_here;
use crate::http::RootsFlaw;

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
    /// Whether a slash at the end of the base address is kept, so that two slashes precede what is asked for.
    pub(in crate::cli::simulate) doubled_slash: bool,
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
        mut base: String,
        token: HeaderValue,
        manner: Manner,
        trust: &Trust,
        connections: usize,
    ) -> Result<Self, RootsFlaw> {
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
        let config = if is_here(&base) {
            config.proxy(None)
        } else {
            config
        };
        if manner.doubled_slash {
            base.push('/');
        }
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

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Read, Write};
    use std::net::{TcpListener, TcpStream};
    use std::sync::mpsc::{self, Receiver};

    use serde_json::json;

    use super::super::request::Method;
    use super::*;

    const MANNER: Manner = Manner {
        agent: "",
        accept: "application/scim+json",
        content: "application/scim+json; charset=utf-8",
        doubled_slash: false,
    };

    /// Reads one request; nothing when the client closed the connection.
    fn hear(stream: &mut BufReader<TcpStream>) -> Option<String> {
        let (mut head, mut length) = (String::new(), 0);
        while stream.read_line(&mut head).ok()? > 2 {
            let line = head.lines().last()?.to_ascii_lowercase();
            if let Some(value) = line.strip_prefix("content-length: ") {
                length = value.parse().ok()?;
            }
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body).ok()?;
        Some(head + std::str::from_utf8(&body).ok()?).filter(|heard| !heard.is_empty())
    }

    /// A server that gives these answers, one to a request, and tells what it was asked. An empty answer closes the
    /// connection instead.
    fn server(answers: &'static [&'static str]) -> (Client, Receiver<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}/scim/v2", listener.local_addr().unwrap());
        let (sender, asked) = mpsc::channel();
        thread::spawn(move || {
            let mut left = answers.iter();
            while left.len() > 0 {
                let mut stream = BufReader::new(listener.accept().unwrap().0);
                while let Some(request) = hear(&mut stream) {
                    _ = sender.send(request);
                    let Some(answer) = left.next().filter(|answer| !answer.is_empty()) else {
                        break;
                    };
                    let (head, body) = answer.split_once("\n\n").unwrap_or((answer, ""));
                    let (head, length) = (head.replace('\n', "\r\n"), body.len());
                    let whole =
                        format!("HTTP/1.1 {head}\r\nContent-Length: {length}\r\n\r\n{body}");
                    stream.get_mut().write_all(whole.as_bytes()).unwrap();
                }
            }
        });
        let token = HeaderValue::from_static("Bearer secret");
        let client = Client::new(base, token, MANNER, &Trust::Blind, 1).unwrap();
        (client, asked)
    }

    fn get() -> Request {
        Request::new(Method::Get, "/Users", "/Users?count=1")
    }

    #[test]
    fn requests_carry_what_the_provider_sends_and_no_more() {
        let (client, asked) = server(&[
            "201 Created\nContent-Type: application/SCIM+json;charset=UTF-8\n\n{\"id\":\"7\"}",
        ]);
        let request =
            Request::new(Method::Post, "/Users", "/Users").with(json!({"userName": "mira"}));
        let answer = client.send(&request).unwrap();
        assert_eq!((answer.status, answer.id()), (201, Some("7")));
        assert_eq!(answer.media.as_deref(), Some("application/scim+json"));
        let head = asked.recv().unwrap().to_ascii_lowercase();
        assert!(head.starts_with("post /scim/v2/users http/1.1"), "{head}");
        assert!(head.contains("authorization: bearer secret"), "{head}");
        assert!(
            head.contains("content-type: application/scim+json; charset=utf-8"),
            "{head}"
        );
        assert!(head.ends_with("{\"username\":\"mira\"}"), "{head}");
        assert!(!head.contains("user-agent"), "{head}");
    }

    #[test]
    fn a_closed_connection_is_replaced_once() {
        let (client, _asked) = server(&["204 No Content", "", "200 OK\n\n[]"]);
        assert!(!client.send(&get()).unwrap().repeated);
        assert!(client.send(&get()).unwrap().repeated);
        let record = client.recorder().take();
        assert_eq!((record.statuses[&200], record.error_count), (1, 0));
    }

    #[test]
    fn throttling_is_waited_out() {
        let (client, _asked) = server(&["429 Too Many Requests\nRetry-After: 0", "200 OK\n\n[]"]);
        assert_eq!(client.send(&get()).unwrap().status, 200);
        assert_eq!(client.recorder().count(Deed::Throttled), 1);
    }

    #[test]
    fn refused_credentials_stop_everything() {
        let (client, _asked) = server(&["401 Unauthorized\n\n{\"detail\":\"no\"}"]);
        let refused = Halt::Refused {
            status: 401,
            detail: "no".to_owned(),
        };
        assert_eq!(client.send(&get()).unwrap_err(), refused);
        assert_eq!(client.send(&get()).unwrap_err(), Halt::Elsewhere);
        assert_eq!(client.recorder().take().error_count, 1);
    }

    #[test]
    fn redirects_are_not_followed() {
        let (client, _asked) = server(&["302 Found\nLocation: http://example.net/"]);
        assert_eq!(client.send(&get()).unwrap().status, 302);
    }
}
