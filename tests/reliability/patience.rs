//! R13, R16, R29, R30: strangers, slow ones and crowds do not keep others from working, and nobody
//! learns anything from how long an answer takes.

use std::io;
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use nix::sys::resource::{Resource, getrlimit, setrlimit};
use serde_json::json;

use super::house::client::Client;
use super::house::server::House;
use super::house::wire::Wire;

/// The quickest of three creates with a read behind it: the machine may be busy with something else.
fn quickest(idp: &Client, name: &str) -> Duration {
    (0..3)
        .map(|number| {
            let begun = Instant::now();
            let id = idp.user(&format!("{name}{number}@example.net"));
            idp.get(&format!("/Users/{id}")).is(200);
            begun.elapsed()
        })
        .min()
        .unwrap()
}

/// A connection that stops at some point and waits.
enum Slow {
    /// Not even a handshake.
    Silent(TcpStream),
    /// Something was sent, and the rest is missing.
    Stuck(Box<Wire>),
}

impl Slow {
    fn open(idp: &Client, socket: std::net::SocketAddr, stage: usize) -> Self {
        let auth = format!("Host: x\r\nAuthorization: Bearer {}\r\n", idp.token());
        let sent = match stage {
            0 => return Self::Silent(TcpStream::connect(socket).unwrap()),
            1 => String::from("G"),
            2 => String::from("GET /scim/v2/Users HTTP/1.1\r\nHost: x\r\n"),
            3 => format!("POST /scim/v2/Users HTTP/1.1\r\n{auth}Content-Length: 100\r\n\r\n"),
            4 => format!(
                "POST /scim/v2/Users HTTP/1.1\r\n{auth}Content-Length: 100\r\n\r\n{{\"userName\""
            ),
            _ => format!(
                "POST /scim/v2/Bulk HTTP/1.1\r\n{auth}Transfer-Encoding: chunked\r\n\r\n5\r\n{{\"Ope\r\n"
            ),
        };
        let mut wire = idp.wire();
        wire.send(sent.as_bytes()).unwrap();
        Self::Stuck(Box::new(wire))
    }

    /// Whether the server ends it, or answers it with a refusal, before `left` is over.
    fn ends_within(self, left: Duration) -> bool {
        match self {
            Self::Silent(stream) => {
                stream.set_read_timeout(Some(left)).unwrap();
                let mut stream = stream;
                match io::Read::read(&mut stream, &mut [0; 16]) {
                    Ok(_) => true,
                    Err(error) => error.kind() != io::ErrorKind::WouldBlock,
                }
            }
            Self::Stuck(mut wire) => {
                wire.patience(left);
                match wire.reply() {
                    Ok(reply) => reply.status >= 400,
                    Err(error) => error.kind() != io::ErrorKind::WouldBlock,
                }
            }
        }
    }
}

#[test]
fn slow_connections_are_ended_and_hinder_nobody() {
    let house = House::open();
    let idp = house.idp();
    let socket = house.address().socket;
    let begun = Instant::now();
    let slow: Vec<Slow> = (0..150)
        .map(|number| Slow::open(&idp, socket, number % 6))
        .collect();
    let healthy = quickest(&idp, "healthy");
    assert!(healthy <= Duration::from_millis(500), "{healthy:?}");
    let bound = Duration::from_secs(35);
    for (number, slow) in slow.into_iter().enumerate() {
        let left = bound
            .saturating_sub(begun.elapsed())
            .max(Duration::from_millis(1));
        assert!(
            slow.ends_within(left),
            "connection {number}, stage {}",
            number % 6
        );
    }
    idp.get("/Users").counts(3);
}

#[test]
fn a_body_that_trickles_is_ended_too() {
    let house = House::open();
    let idp = house.idp();
    let mut wire = idp.wire();
    let head = format!(
        "POST /scim/v2/Users HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Length: 1000\r\n\r\n",
        idp.token()
    );
    wire.send(head.as_bytes()).unwrap();
    let begun = Instant::now();
    // One byte now and then keeps no connection alive: the whole body has ten seconds.
    while wire.send(b" ").is_ok() {
        wire.patience(Duration::from_millis(400));
        match wire.reply() {
            Ok(reply) => {
                assert_eq!(reply.status, 408, "{}", reply.text());
                break;
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(_) => break,
        }
        assert!(
            begun.elapsed() < Duration::from_secs(20),
            "it trickles for ever"
        );
    }
    idp.get("/Users").counts(0);
}

#[test]
fn six_hundred_idle_connections_do_no_harm() {
    // Each needs a handle here and one in the server, which inherits the limit.
    let (_, most) = getrlimit(Resource::RLIMIT_NOFILE).unwrap();
    setrlimit(Resource::RLIMIT_NOFILE, most.min(65_536), most).unwrap();
    let house = House::open();
    let idp = house.idp();
    let idle: Vec<Wire> = (0..600)
        .map(|_| {
            let mut wire = idp.wire();
            // With a request behind it the connection is established and kept.
            wire.send(b"GET /scim/v2 HTTP/1.1\r\nHost: x\r\n\r\n")
                .unwrap();
            wire
        })
        .collect();
    let healthy = quickest(&idp, "healthy");
    assert!(healthy <= Duration::from_millis(500), "{healthy:?}");
    assert_eq!(idle.len(), 600);
    idp.get("/Users").counts(3);
}

#[test]
fn wrong_tokens_never_lock_out_the_good_one() {
    let house = House::open();
    let idp = house.idp();
    let flooding = AtomicBool::new(true);
    let slowest = std::thread::scope(|scope| {
        for number in 0..8 {
            let (house, flooding) = (&house, &flooding);
            scope.spawn(move || {
                let stranger = house.client(&format!("appliance_wrong{number}"));
                for _ in 0..100_000 {
                    if !flooding.load(Ordering::Relaxed) {
                        return;
                    }
                    let reply = stranger.request("GET", "/Users").try_send().unwrap();
                    // 401, or 429 once it is too much; never anything else.
                    assert!(matches!(reply.status, 401 | 429), "{}", reply.told());
                }
            });
        }
        // The best of three rounds: the machine may be busy with something else.
        let slowest = (0..3).map(|round| slowest_create(&idp, round)).min();
        flooding.store(false, Ordering::Relaxed);
        slowest.unwrap()
    });
    assert!(slowest <= Duration::from_secs(2), "{slowest:?}");
}

/// The slowest of forty creates.
fn slowest_create(idp: &Client, round: usize) -> Duration {
    (0..40)
        .map(|number| {
            let begun = Instant::now();
            idp.user(&format!("good{round}-{number}@example.net"));
            begun.elapsed()
        })
        .max()
        .unwrap()
}

/// The median time of an answer to each of two tokens, asked in turns.
fn medians(house: &House, tokens: [&str; 2]) -> [Duration; 2] {
    let clients = tokens.map(|token| house.client(token));
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..400 {
        for (client, times) in clients.iter().zip(&mut times) {
            let begun = Instant::now();
            client.get("/Users").is(401);
            times.push(begun.elapsed());
        }
    }
    times.map(|mut times| {
        times.sort();
        times[times.len() / 2]
    })
}

#[test]
fn the_time_of_a_refusal_does_not_tell_how_near_a_token_was() {
    let house = House::open();
    let near = house.idp();
    let far = house.idp();
    // Both were good, so both have the right form; one shares nothing with a good token any more, the
    // other is still in the database.
    house.cli(&["token", "revoke", "1"]).exits(0);
    let other = House::open().idp().token().to_owned();
    far.get("/Users").is(200);
    let mut last = [Duration::ZERO; 2];
    let alike = (0..5).any(|_| {
        last = medians(&house, [near.token(), &other]);
        let [left, right] = last;
        let difference = left.abs_diff(right);
        difference <= Duration::from_micros(150) || difference <= left.max(right) / 10
    });
    assert!(alike, "{last:?}");
}

#[test]
fn a_client_that_goes_away_in_the_middle_leaves_nothing() {
    let house = House::open();
    let idp = house.idp();
    let body = json!({"userName": "half@example.net"}).to_string();
    for cut in 0..body.len() {
        let mut wire = idp.wire();
        let request = format!(
            "POST /scim/v2/Users HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Length: {}\r\n\r\n{}",
            idp.token(),
            body.len(),
            &body[..cut]
        );
        wire.send(request.as_bytes()).unwrap();
    }
    idp.get("/Users").counts(0);
}
