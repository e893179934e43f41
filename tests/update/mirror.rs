//! An HTTPS server on this machine, with a certificate of an authority of its own, that holds releases.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::{Value, json};

use super::archive::Archive;

/// What the server does when it is asked.
#[derive(Clone)]
pub(crate) enum Page {
    /// Sends this.
    Bytes(Vec<u8>),
    /// Sends this, compressed, though nobody asked for that.
    Compressed(Vec<u8>),
    /// Announces all of this, and sends half.
    Half(Vec<u8>),
    /// Says that it is there.
    Elsewhere(String),
    /// Sends as long as somebody reads.
    Endless,
}

type Pages = Arc<Mutex<HashMap<String, Page>>>;

/// Serves until the test ends.
pub(crate) struct Mirror {
    address: SocketAddr,
    pages: Pages,
}

impl Mirror {
    /// Starts it, and writes the certificate of its authority to `ca`.
    pub(crate) fn start(ca: &Path) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let config = Arc::new(certified(ca));
        let pages = Pages::default();
        let shared = Arc::clone(&pages);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (config, shared) = (Arc::clone(&config), Arc::clone(&shared));
                // A client that does not trust us, or was killed, goes away in the middle.
                std::thread::spawn(move || answer(stream, config, &shared));
            }
        });
        Self { address, pages }
    }

    /// The address of the manifest.
    pub(crate) fn url(&self) -> String {
        self.address_of("manifest.json")
    }

    /// The address of a file beside the manifest.
    pub(crate) fn address_of(&self, name: &str) -> String {
        format!("https://{}/releases/{name}", self.address)
    }

    /// Holds this file, beside what it holds.
    pub(crate) fn holds(&self, name: &str, page: Page) {
        let mut pages = self.pages.lock().unwrap();
        pages.insert(format!("/releases/{name}"), page);
    }

    /// Holds a manifest of these archives, and each of them with these bytes.
    pub(crate) fn offers(&self, releases: &[(&Archive, Vec<u8>)]) {
        let listed = releases.iter().map(|(archive, _)| {
            let asset = json!({"name": archive.name(), "url": archive.name()});
            json!({"version": archive.named, "assets": [asset]})
        });
        let listed: Vec<Value> = listed.collect();
        self.publishes(&json!({"schema": 1, "releases": listed}));
        for (archive, bytes) in releases {
            self.holds(&archive.name(), Page::Bytes(bytes.clone()));
        }
    }

    /// Holds this manifest.
    pub(crate) fn publishes(&self, manifest: &Value) {
        let text = manifest.to_string().into_bytes();
        self.holds("manifest.json", Page::Bytes(text));
    }
}

fn certified(ca: &Path) -> ServerConfig {
    let mut parameters = CertificateParams::new([]).unwrap();
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(parameters, KeyPair::generate().unwrap()).unwrap();
    std::fs::write(ca, authority.pem()).unwrap();
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(["127.0.0.1".to_owned()])
        .unwrap()
        .signed_by(&key, &authority)
        .unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
        )
        .unwrap()
}

fn answer(stream: TcpStream, config: Arc<ServerConfig>, pages: &Pages) -> std::io::Result<()> {
    let tls = ServerConnection::new(config).map_err(std::io::Error::other)?;
    let mut reader = BufReader::new(StreamOwned::new(tls, stream));
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
    while line != "\r\n" {
        line.clear();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
    }
    let found = pages.lock().unwrap().get(&path).cloned();
    let mut stream = reader.into_inner();
    let (status, headers, body) = match found {
        Some(Page::Bytes(body)) => ("200 OK", length(&body), body),
        Some(Page::Half(body)) => ("200 OK", length(&body), body[..body.len() / 2].to_vec()),
        Some(Page::Compressed(body)) => {
            let headers = format!("Content-Encoding: gzip\r\n{}", length(&body));
            ("200 OK", headers, body)
        }
        Some(Page::Elsewhere(address)) => {
            let headers = format!("Location: {address}\r\nContent-Length: 0\r\n");
            ("302 Found", headers, Vec::new())
        }
        Some(Page::Endless) => ("200 OK", String::new(), vec![b' '; 1 << 16]),
        None => ("404 Not Found", length(&[]), Vec::new()),
    };
    let head = format!("HTTP/1.1 {status}\r\n{headers}Connection: close\r\n\r\n");
    stream.write_all(head.as_bytes())?;
    stream.write_all(&body)?;
    // What has no length ends when the client goes away.
    while headers.is_empty() {
        stream.write_all(&body)?;
    }
    stream.conn.send_close_notify();
    stream.flush()
}

fn length(body: &[u8]) -> String {
    format!("Content-Length: {}\r\n", body.len())
}
