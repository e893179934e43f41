//! A server on this machine that publishes a key set over HTTPS, under an authority of its own, and counts
//! who asks for it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use tempfile::TempDir;

/// What it answers.
pub(crate) enum Published {
    /// These keys, or what is none.
    Document(String),
    /// 500.
    Failure,
    /// Somewhere else, where the keys are said to be.
    Elsewhere(String),
    /// Nothing; the connection stays open.
    Silence,
    /// A document that never ends.
    Endless,
}

struct State {
    published: Published,
    /// The paths that were asked for.
    asked: Vec<String>,
    /// Connections that get no answer.
    held: Vec<Stream>,
}

type Stream = StreamOwned<ServerConnection, TcpStream>;

/// Serves until the test ends.
pub(crate) struct KeyServer {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    folder: TempDir,
}

impl KeyServer {
    pub(crate) fn start(keys: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (authority, tls) = certified();
        std::fs::write(folder.path().join("ca.pem"), authority).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(Mutex::new(State {
            published: Published::Document(keys.to_owned()),
            asked: Vec::new(),
            held: Vec::new(),
        }));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (tls, state) = (Arc::clone(&tls), Arc::clone(&shared));
                std::thread::spawn(move || {
                    let stream = StreamOwned::new(ServerConnection::new(tls).unwrap(), stream);
                    // Whoever has gone by now does not want it.
                    let _ = answer(stream, &state);
                });
            }
        });
        Self {
            address,
            state,
            folder,
        }
    }

    /// The address that the setting `entra.keys` names.
    pub(crate) fn keys(&self) -> String {
        format!("https://{}/{{tenant}}/discovery/keys", self.address)
    }

    /// The certificate of the authority that vouches for it.
    pub(crate) fn authority(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// Answers otherwise from now on.
    pub(crate) fn publishes(&self, published: Published) {
        self.state.lock().unwrap().published = published;
    }

    /// The paths that were asked for so far.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.state.lock().unwrap().asked.clone()
    }
}

/// An authority in PEM form, and the certificate that it issued to this machine.
fn certified() -> (String, Arc<ServerConfig>) {
    let key = KeyPair::generate().unwrap();
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let pem = authority.self_signed(&key).unwrap().pem();
    let issuer = Issuer::new(authority, key);

    let key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap();
    let chain: Vec<CertificateDer<'static>> =
        vec![leaf.signed_by(&key, &issuer).unwrap().der().clone()];
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    (pem, Arc::new(config))
}

fn answer(mut stream: Stream, state: &Mutex<State>) -> std::io::Result<()> {
    let mut lines = BufReader::new(Read::by_ref(&mut stream)).lines();
    let first = lines.next().unwrap_or(Ok(String::new()))?;
    for line in lines {
        if line?.is_empty() {
            break;
        }
    }
    let mut state = state.lock().unwrap();
    let path = first.split(' ').nth(1).unwrap_or_default();
    state.asked.push(path.to_owned());
    let (status, location, body) = match &state.published {
        Published::Document(text) => ("200 OK", "", text.clone()),
        Published::Failure => ("500 Internal Server Error", "", String::new()),
        Published::Elsewhere(address) => ("302 Found", address.as_str(), String::new()),
        Published::Silence => {
            state.held.push(stream);
            return Ok(());
        }
        Published::Endless => {
            drop(state);
            stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"keys\": [")?;
            // Far more than anybody should read; it ends when nobody does.
            for _ in 0..10_000 {
                stream.write_all(&[b' '; 16 << 10])?;
            }
            return Ok(());
        }
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nLocation: {location}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(body.as_bytes())?;
    stream.conn.send_close_notify();
    stream.flush()
}
