//! How many allocations a request costs the server on the hot paths. The count does not depend on how
//! busy the machine is, so it is a gate: what is above it has become wasteful, and says so here.
#![cfg(test)]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use appliance::base::{Clock, PlainToken, Settings, TlsSettings};
use appliance::http::{self, App, Sockets};
use appliance::store::{NewToken, Role, Scope, Store, TokenKind};
use serde_json::json;

#[global_allocator]
static ALLOCATIONS: dhat::Alloc = dhat::Alloc;

/// Requests over which the count is taken.
const REQUESTS: u64 = 200;

/// A connection to a server in this very process; it allocates nothing itself once it is there.
struct Client {
    stream: TcpStream,
    token: String,
    buffer: Box<[u8]>,
}

impl Client {
    fn request(&self, method: &str, path: &str, body: &str) -> Vec<u8> {
        format!(
            "{method} /scim/v2{path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\n\
             Content-Type: application/scim+json\r\nContent-Length: {}\r\n\r\n{body}",
            self.token,
            body.len()
        )
        .into_bytes()
    }

    /// Sends it and reads the whole reply; its status and its text.
    fn exchange(&mut self, request: &[u8]) -> (u16, &str) {
        self.stream.write_all(request).unwrap();
        let mut filled = 0;
        loop {
            let read = self.stream.read(&mut self.buffer[filled..]).unwrap();
            assert!(read > 0, "the server hung up");
            filled += read;
            let text = std::str::from_utf8(&self.buffer[..filled]).unwrap();
            let Some((head, body)) = text.split_once("\r\n\r\n") else {
                continue;
            };
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "))
                .map_or(0, |length| length.parse().unwrap());
            if body.len() >= length {
                let status = head.split(' ').nth(1).unwrap().parse().unwrap();
                let text = std::str::from_utf8(&self.buffer[..filled]).unwrap();
                return (status, text.split_once("\r\n\r\n").unwrap().1);
            }
        }
    }

    /// Allocations for each of many requests made by `request`, each answered with `status`.
    fn cost(&mut self, status: u16, request: impl Fn(&Self, u64) -> Vec<u8>) -> u64 {
        let requests: Vec<Vec<u8>> = (0..REQUESTS + 20).map(|turn| request(self, turn)).collect();
        let (warm, counted) = requests.split_at(20);
        for request in warm {
            assert_eq!(self.exchange(request).0, status);
        }
        let before = dhat::HeapStats::get().total_blocks;
        for request in counted {
            let (found, text) = self.exchange(request);
            assert_eq!(found, status, "{text}");
        }
        (dhat::HeapStats::get().total_blocks - before) / REQUESTS
    }
}

fn person(number: u64) -> String {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": format!("u{number}@example.net"),
        "externalId": format!("E{number}"),
        "displayName": format!("Person {number}"),
        "active": true,
        "name": {"givenName": "Ada", "familyName": format!("Number {number}")},
        "emails": [{"value": format!("u{number}@example.net"), "type": "work", "primary": true}],
    })
    .to_string()
}

/// A server in this process, and a client of it.
fn open(directory: &tempfile::TempDir) -> Client {
    let mut settings = Settings::with_defaults(directory.path().to_owned());
    settings.listen = "127.0.0.1:0".parse().unwrap();
    settings.local_listen = None;
    settings.tls = TlsSettings::Off { forced: false };
    let store = Store::open(directory.path(), Role::Server).unwrap();
    let token = PlainToken::generate().unwrap();
    let digest = token.digest();
    store
        .write(move |tx| {
            tx.insert_token(&NewToken {
                connection: 1,
                name: "gate".into(),
                kind: TokenKind::Bearer,
                digest,
                scope: Scope::Provision,
                created: Clock::system().now(),
                expires: None,
            })
        })
        .wait()
        .unwrap();
    let app = http::shared(App::new(store, settings, Clock::system()).unwrap());
    let (ready, listening) = mpsc::channel();
    thread::spawn(move || {
        http::run(
            app,
            Sockets::default(),
            |listening| ready.send(listening.url.clone()).unwrap(),
            |_| {},
        )
        .unwrap();
    });
    let url = listening.recv_timeout(Duration::from_secs(30)).unwrap();
    let address = url.trim_start_matches("http://").split('/').next().unwrap();
    let stream = TcpStream::connect(address).unwrap();
    stream.set_nodelay(true).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    Client {
        stream,
        token: token.expose().to_owned(),
        buffer: vec![0; 1 << 20].into(),
    }
}

#[test]
fn a_request_allocates_no_more_than_it_did() {
    let directory = tempfile::tempdir().unwrap();
    let _counted = dhat::Profiler::builder().testing().build();
    let mut client = open(&directory);

    let create = client.cost(201, |client, turn| {
        client.request("POST", "/Users", &person(turn))
    });
    let find = "/Users?filter=userName+eq+%22u7%40example.net%22";
    let request = client.request("GET", find, "");
    let body: serde_json::Value = serde_json::from_str(client.exchange(&request).1).unwrap();
    let id = body["Resources"][0]["id"].as_str().unwrap().to_owned();

    let matched = client.cost(200, |client, _| client.request("GET", find, ""));
    let path = format!("/Users/{id}");
    let read = client.cost(200, |client, _| client.request("GET", &path, ""));
    let changed = client.cost(200, |client, turn| {
        let body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [
                {"op": "Replace", "path": "displayName", "value": format!("Person {turn}!")},
                {"op": "Replace", "path": "active", "value": "True"},
            ],
        });
        client.request("PATCH", &path, &body.to_string())
    });
    let page = client.cost(200, |client, _| {
        client.request("GET", "/Users?startIndex=1&count=100", "")
    });
    // Some fifth above what was found; what is written down behind the answers is counted too, and comes
    // in gusts.
    let counts = [
        ("create", create, 500),
        ("match", matched, 300),
        ("get", read, 210),
        ("patch", changed, 520),
        ("page of 100", page, 1_300),
    ];
    for (what, count, most) in counts {
        assert!(
            count <= most,
            "{what}: {count} allocations a request, at most {most}: {counts:?}"
        );
    }
}
