//! A server on this machine that publishes a key set, and counts who asks for it.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// What it answers, and what it was asked for.
#[derive(Default)]
struct State {
    /// The key set; without one it answers 500.
    keys: Option<String>,
    asked: Vec<String>,
}

/// Serves until the test ends.
pub(crate) struct KeyServer {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

impl KeyServer {
    pub(crate) fn start(keys: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(Mutex::new(State {
            keys: Some(keys.to_owned()),
            asked: Vec::new(),
        }));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                answer(stream, &shared);
            }
        });
        Self { address, state }
    }

    /// The setting that names it.
    pub(crate) fn setting(&self) -> String {
        format!("http://{}/{{tenant}}/discovery/keys", self.address)
    }

    /// Publishes other keys from now on; `None`: fails.
    pub(crate) fn publishes(&self, keys: Option<String>) {
        self.state.lock().unwrap().keys = keys;
    }

    /// The paths that were asked for so far.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.state.lock().unwrap().asked.clone()
    }
}

fn answer(mut stream: TcpStream, state: &Mutex<State>) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    let Some(Ok(first)) = lines.next() else {
        return;
    };
    while lines
        .next()
        .is_some_and(|line| line.is_ok_and(|line| !line.is_empty()))
    {}
    let mut state = state.lock().unwrap();
    let path = first.split(' ').nth(1).unwrap_or_default();
    state.asked.push(path.to_owned());
    let (status, body) = match &state.keys {
        Some(keys) => ("200 OK", keys.as_str()),
        None => ("500 Internal Server Error", ""),
    };
    let length = body.len();
    // Whoever has gone by now does not want it.
    let _ = write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    );
}
