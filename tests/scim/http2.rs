//! HTTP/2 (RFC 9113) over TLS: chosen by ALPN, several requests on one connection.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::ServerName;
use rustls::{ClientConnection, StreamOwned};
use serde_json::Value;

use super::house::wire::pinned;
use super::people::{Idp, idp};

type Stream = StreamOwned<ClientConnection, TcpStream>;

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RESET: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GO_AWAY: u8 = 7;
const WINDOW: u8 = 8;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;
const ACKNOWLEDGED: u8 = 1;
const INITIAL_WINDOW: u8 = 4;

/// A connection on which these protocols were offered.
fn connect(idp: &Idp, protocols: &[&[u8]]) -> Stream {
    let pem = std::fs::read(idp.house.certificate()).unwrap();
    let mut config = Arc::unwrap_or_clone(pinned(&pem));
    config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
    let socket = idp.house.address().socket;
    let name = ServerName::from(socket.ip());
    let connection = ClientConnection::new(Arc::new(config), name).unwrap();
    let tcp = TcpStream::connect(socket).unwrap();
    tcp.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let mut stream = StreamOwned::new(connection, tcp);
    while stream.conn.is_handshaking() {
        stream.conn.complete_io(&mut stream.sock).unwrap();
    }
    stream
}

fn send(stream: &mut Stream, kind: u8, flags: u8, id: u32, payload: &[u8]) {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let mut frame = length[1..].to_vec();
    frame.extend([kind, flags]);
    frame.extend(id.to_be_bytes());
    frame.extend(payload);
    stream.write_all(&frame).unwrap();
}

fn receive(stream: &mut Stream) -> (u8, u8, u32, Vec<u8>) {
    let mut head = [0; 9];
    stream.read_exact(&mut head).unwrap();
    let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
    let id = u32::from_be_bytes([head[5], head[6], head[7], head[8]]);
    let mut payload = vec![0; usize::try_from(length).unwrap()];
    stream.read_exact(&mut payload).unwrap();
    (head[3], head[4], id, payload)
}

/// `:method: GET` and `:method: POST` in the static table.
const GET: u8 = 0x82;
const POST: u8 = 0x83;

/// The header fields of a request in the plainest form of HPACK (RFC 7541 §6.2): literals that nobody need
/// remember.
fn head(method: u8, path: &str, token: &str) -> Vec<u8> {
    // `:scheme: https` stands in the static table too.
    let mut block = vec![method, 0x87];
    let mut literal = |name: &[u8], value: &str| {
        block.extend(name);
        // No text here needs the longer form of a length.
        assert!(value.len() < 127);
        block.push(u8::try_from(value.len()).unwrap());
        block.extend(value.as_bytes());
    };
    literal(&[0x04], path);
    literal(&[0x01], "scim.example.org");
    literal(&[0x0f, 23 - 15], &format!("Bearer {token}"));
    block
}

#[test]
fn http2_is_chosen_by_who_offers_it_and_carries_several_requests_at_once() {
    let idp = idp();
    idp.user("ada@example.net");
    let mut stream = connect(&idp, &[b"h2", b"http/1.1"]);
    assert_eq!(stream.conn.alpn_protocol(), Some(&b"h2"[..]));
    stream
        .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        .unwrap();
    send(&mut stream, SETTINGS, 0, 0, &[]);
    let ids = [1, 3, 5];
    for id in ids {
        let block = head(GET, "/scim/v2/Users", idp.token());
        send(&mut stream, HEADERS, END_STREAM | END_HEADERS, id, &block);
    }
    let mut bodies = ids.map(|id| (id, Vec::new(), false));
    while bodies.iter().any(|(_, _, ended)| !ended) {
        let (kind, flags, id, payload) = receive(&mut stream);
        let body = bodies.iter_mut().find(|(of, ..)| *of == id);
        match (kind, body) {
            (SETTINGS, _) if flags & ACKNOWLEDGED == 0 => {
                send(&mut stream, SETTINGS, ACKNOWLEDGED, 0, &[]);
            }
            // `:status: 200` is entry 8 of the static table.
            (HEADERS, Some(_)) => assert_eq!(payload[0], 0x88),
            (DATA, Some((_, body, ended))) => {
                body.extend(payload);
                *ended = flags & END_STREAM != 0;
            }
            (RESET | GO_AWAY, _) => panic!("the server gave up: {kind} {payload:?}"),
            _ => {}
        }
    }
    for (_, body, _) in bodies {
        let list: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(list["totalResults"], 1);
        let location = list["Resources"][0]["meta"]["location"].as_str().unwrap();
        assert!(location.starts_with("https://scim.example.org/scim/v2/Users/"));
    }
}

/// A connection that was greeted, with what the server allows to be sent on it.
struct Session {
    stream: Stream,
    /// What may still be sent on the connection, and on the stream that is open.
    windows: (usize, usize),
    /// What may be sent on a stream when it is opened.
    initial: usize,
    last: u32,
}

impl Session {
    fn open(idp: &Idp) -> Self {
        let mut stream = connect(idp, &[b"h2"]);
        stream
            .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
            .unwrap();
        send(&mut stream, SETTINGS, 0, 0, &[]);
        Self {
            stream,
            windows: (65_535, 65_535),
            initial: 65_535,
            last: 0,
        }
    }

    /// Sends a whole request, however early it is answered, and reads its answer. A stream that is reset is a
    /// failure, at whatever time.
    fn ask(&mut self, head: &[u8], body: &[u8]) -> Value {
        let id = if self.last == 0 { 1 } else { self.last + 2 };
        (self.last, self.windows.1) = (id, self.initial);
        send(&mut self.stream, HEADERS, END_HEADERS, id, head);
        let mut answer = Vec::new();
        let (mut rest, mut ended) = (body, false);
        while !rest.is_empty() {
            let size = rest
                .len()
                .min(16_384)
                .min(self.windows.0)
                .min(self.windows.1);
            if size == 0 {
                ended |= self.receive(&mut answer);
                continue;
            }
            let (now, later) = rest.split_at(size);
            let flags = if later.is_empty() { END_STREAM } else { 0 };
            send(&mut self.stream, DATA, flags, id, now);
            self.windows = (self.windows.0 - size, self.windows.1 - size);
            rest = later;
        }
        while !ended {
            ended = self.receive(&mut answer);
        }
        serde_json::from_slice(&answer).unwrap()
    }

    /// Reads one frame; answers whether it ended the answer.
    fn receive(&mut self, answer: &mut Vec<u8>) -> bool {
        let (kind, flags, of, payload) = receive(&mut self.stream);
        let number = |bytes: &[u8]| {
            let number = u32::from_be_bytes(bytes.try_into().unwrap());
            usize::try_from(number).unwrap()
        };
        match kind {
            SETTINGS if flags & ACKNOWLEDGED == 0 => {
                for setting in payload
                    .chunks(6)
                    .filter(|setting| setting[1] == INITIAL_WINDOW)
                {
                    let initial = number(&setting[2..]);
                    self.windows.1 = self.windows.1 + initial - self.initial;
                    self.initial = initial;
                }
                send(&mut self.stream, SETTINGS, ACKNOWLEDGED, 0, &[]);
            }
            WINDOW if of == 0 => self.windows.0 += number(&payload),
            WINDOW if of == self.last => self.windows.1 += number(&payload),
            RESET | GO_AWAY => panic!("the server gave up: {kind} {payload:?}"),
            DATA if of == self.last => {
                answer.extend(payload);
                return flags & END_STREAM != 0;
            }
            _ => {}
        }
        false
    }
}

#[test]
fn a_refusal_arrives_though_nobody_wanted_the_body() {
    let idp = idp();
    let mut session = Session::open(&idp);
    let known = idp.token();
    let nobody = "/scim/v2/Users/00000000-0000-7000-8000-000000000000";
    for size in [8_000, 300_000] {
        for (method, path, token, status) in [
            (POST, "/scim/v2/Users", "stranger", "401"),
            (POST, "/scim/v2/Nothing", known, "404"),
            (POST, "/nothing", known, "404"),
            (POST, nobody, known, "405"),
            (POST, "/scim/v2/Schemas", known, "405"),
            (POST, "/scim/v2/Me", known, "501"),
        ] {
            let answer = session.ask(&head(method, path, token), &vec![b'x'; size]);
            assert_eq!(answer["status"], status, "{path}");
        }
    }
}

/// The library for HTTP/2 queues empty frames without limit where nobody reads them (RUSTSEC-2026-0258).
/// Here a body is read while it comes, and let go of with the answer.
#[test]
fn frames_with_nothing_in_them_cost_no_memory() {
    let idp = idp();
    idp.user("ada@example.net");
    let start = idp.house.memory("VmHWM:");
    let empty = [0, 0, 0, DATA, 0, 0, 0, 0, 1].repeat(1_000);
    for (method, token) in [(POST, idp.token()), (POST, "stranger"), (GET, idp.token())] {
        let mut stream = connect(&idp, &[b"h2"]);
        stream
            .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
            .unwrap();
        send(&mut stream, SETTINGS, 0, 0, &[]);
        let block = head(method, "/scim/v2/Users", token);
        send(&mut stream, HEADERS, END_HEADERS, 1, &block);
        for _ in 0..1_000 {
            stream.write_all(&empty).unwrap();
        }
        // Its echo says that everything before it was taken in.
        send(&mut stream, PING, 0, 0, &[7; 8]);
        while receive(&mut stream).0 != PING {}
    }
    let peak = idp.house.memory("VmHWM:");
    assert!(peak < start + (32 << 10), "from {start} to {peak} KiB");
}

#[test]
fn a_body_that_is_too_large_is_told_so_to_whoever_is_still_sending_it() {
    let idp = idp();
    let mut session = Session::open(&idp);
    let body = vec![b'x'; 5 << 20];
    let head = head(POST, "/scim/v2/Users", idp.token());
    let mut announced = head.clone();
    // `content-length` in the static table.
    announced.extend([0x0f, 28 - 15, 7]);
    announced.extend(body.len().to_string().bytes());
    for head in [head, announced] {
        assert_eq!(session.ask(&head, &body)["status"], "413");
    }
    idp.get("/Users").counts(0);
}

#[test]
fn http11_is_chosen_where_nothing_newer_is_offered() {
    let idp = idp();
    let chosen = |protocols: &[&[u8]]| {
        let stream = connect(&idp, protocols);
        stream.conn.alpn_protocol().map(<[u8]>::to_vec)
    };
    assert_eq!(chosen(&[b"http/1.1"]).unwrap(), b"http/1.1");
    assert_eq!(chosen(&[]), None);
}
