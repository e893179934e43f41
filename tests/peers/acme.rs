//! Pebble, the test server of Let's Encrypt: the binary gets a certificate from it, shows it, keeps it
//! and renews it. Everything is on loopback: pebble validates at the port of the server under test.

use std::fs::{self, File};
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, IsCa, KeyPair,
};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore};
use serde_json::json;
use tempfile::TempDir;

use crate::house::server::House;

const BOUND: Duration = Duration::from_mins(2);

/// Pebble and what it needs; ended when it is dropped.
struct Pebble {
    directory: TempDir,
    listen: SocketAddr,
    management: SocketAddr,
    running: Option<Child>,
}

impl Pebble {
    /// A place for it, with an authority that vouches for its own HTTPS. It does not run yet: it must know
    /// our port first, and we must know its address.
    fn prepare() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut authority = CertificateParams::new(Vec::new()).unwrap();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let mut subject = DistinguishedName::new();
        subject.push(DnType::CommonName, "authority of pebble");
        authority.distinguished_name = subject;
        let authority =
            CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
        let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
        let key = KeyPair::generate().unwrap();
        let leaf = CertificateParams::new(names).unwrap();
        let leaf = leaf.signed_by(&key, &authority).unwrap();
        for (name, pem) in [
            ("ca.pem", authority.pem()),
            ("cert.pem", leaf.pem()),
            ("key.pem", key.serialize_pem()),
        ] {
            fs::write(directory.path().join(name), pem).unwrap();
        }
        let [listen, management] = [(); 2].map(|()| free());
        Self {
            directory,
            listen,
            management,
            running: None,
        }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// The settings of an appliance that asks it.
    fn settings(&self) -> PathBuf {
        let path = self.file("appliance.toml");
        let text = format!(
            "[acme]\ndomains = ['localhost']\ncontact = ['ops@example.org']\naccept_terms = true\n\
             directory = 'https://{}/dir'\nca = 'ca.pem'\n",
            self.listen
        );
        fs::write(&path, text).unwrap();
        path
    }

    /// Starts it. It validates at `port`, and what it issues is good for so many seconds.
    fn start(&mut self, port: u16, seconds: u64) {
        let settings = json!({"pebble": {
            "listenAddress": self.listen,
            "managementListenAddress": self.management,
            "certificate": self.file("cert.pem"),
            "privateKey": self.file("key.pem"),
            "httpPort": 1,
            "tlsPort": port,
            "ocspResponderURL": "",
            "certificateValidityPeriod": seconds,
        }});
        fs::write(self.file("pebble.json"), settings.to_string()).unwrap();
        let log = File::create(self.file("log")).unwrap();
        let child = Command::new("pebble")
            .arg("-config")
            .arg(self.file("pebble.json"))
            .env("PEBBLE_VA_NOSLEEP", "1")
            // It refuses some requests at random otherwise, to see whether clients repeat them.
            .env("PEBBLE_WFE_NONCEREJECT", "0")
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .expect("pebble is installed by .ci/run");
        self.running = Some(child);
        let begun = Instant::now();
        while std::net::TcpStream::connect(self.listen).is_err() {
            assert!(begun.elapsed() < BOUND, "{}", self.log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn log(&self) -> String {
        fs::read_to_string(self.file("log")).unwrap_or_default()
    }

    /// The root above what it issues, which it makes anew at each start.
    fn root(&self) -> CertificateDer<'static> {
        let pem = Command::new("python3")
            .args(["-c", FETCH])
            .arg(format!("https://{}/roots/0", self.management))
            .env("SSL_CERT_FILE", self.file("ca.pem"))
            .output()
            .unwrap();
        assert!(pem.status.success(), "{}", crate::program::told(&pem));
        rustls::pki_types::pem::PemObject::from_pem_slice(&pem.stdout).unwrap()
    }

    fn stop(&mut self) {
        if let Some(mut running) = self.running.take() {
            running.kill().unwrap();
            running.wait().unwrap();
        }
    }
}

impl Drop for Pebble {
    fn drop(&mut self) {
        self.stop();
        if std::thread::panicking() {
            println!("pebble: {}", self.log());
        }
    }
}

const FETCH: &str =
    "import sys, urllib.request as r; print(r.urlopen(sys.argv[1], timeout=30).read().decode())";

/// An address on which nobody listens.
fn free() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap()
}

/// What a client is shown that asks for `localhost` and trusts this root alone; `None`: it refuses.
fn shown(house: &House, root: &CertificateDer<'static>) -> Option<CertificateDer<'static>> {
    let mut roots = RootCertStore::empty();
    roots.add(root.clone()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    let mut connection = ClientConnection::new(Arc::new(config), name).unwrap();
    let mut tcp = std::net::TcpStream::connect(house.address().socket).unwrap();
    tcp.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    while connection.is_handshaking() {
        connection.complete_io(&mut tcp).ok()?;
    }
    Some(connection.peer_certificates()?[0].clone().into_owned())
}

/// Waits until such a client is shown something that `wanted` accepts.
fn comes_to_show(
    house: &House,
    root: &CertificateDer<'static>,
    wanted: impl Fn(&CertificateDer<'static>) -> bool,
) -> CertificateDer<'static> {
    let begun = Instant::now();
    loop {
        if let Some(shown) = shown(house, root).filter(&wanted) {
            return shown;
        }
        assert!(begun.elapsed() < BOUND, "{}", house.log());
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_certificate_is_issued_kept_and_shown() {
    let mut pebble = Pebble::prepare();
    let settings = pebble.settings();
    let settings = settings.to_str().unwrap();
    let mut house = House::with(&["--config", settings]);
    let status = |house: &House| house.cli(&["status", "--json", "--config", settings]);
    // Nobody issues anything yet: our own certificate answers, and the reason is told.
    house.idp().get("/Users").is(200);
    house.log_when(|log| log.contains("no certificate"));
    let told = status(&house).exits(5).stdout;
    assert!(told.contains("certificateStale"), "{told}");
    assert!(told.contains("check `acme.directory`"), "{told}");

    pebble.start(house.address().socket.port(), 90 * 24 * 60 * 60);
    let root = pebble.root();
    house.reload();
    let issued = comes_to_show(&house, &root, |_| true);
    house.log_when(|log| log.contains("the certificate that was issued now is shown"));
    let told: serde_json::Value = serde_json::from_str(&status(&house).stdout).unwrap();
    assert_eq!(told["certificate"]["selfSigned"], false, "{told}");
    assert!(
        !told["warnings"].to_string().contains("ertificate"),
        "{told}"
    );

    // It outlives a restart, and is shown from the first connection on though nobody would issue it now.
    pebble.stop();
    house.restart();
    assert_eq!(shown(&house, &root), Some(issued));
    let kept = house.data().join("acme");
    assert_eq!(mode(&kept), 0o700);
    for file in fs::read_dir(&kept).unwrap() {
        assert_eq!(mode(&file.unwrap().path()), 0o600);
    }
}

#[test]
fn a_certificate_is_renewed_when_two_thirds_of_its_time_are_over() {
    let mut pebble = Pebble::prepare();
    let settings = pebble.settings();
    let house = House::with(&["--config", settings.to_str().unwrap()]);
    pebble.start(house.address().socket.port(), 30);
    let root = pebble.root();
    house.log_when(|log| log.contains("no certificate"));
    house.reload();
    let first = comes_to_show(&house, &root, |_| true);
    comes_to_show(&house, &root, |shown| *shown != first);
}

#[test]
fn a_domain_that_leads_elsewhere_is_reported_with_the_remedy() {
    let mut pebble = Pebble::prepare();
    let settings = pebble.settings();
    let settings = settings.to_str().unwrap();
    let house = House::with(&["--config", settings]);
    pebble.start(free().port(), 90 * 24 * 60 * 60);
    house.log_when(|log| log.contains("no certificate"));
    house.reload();
    house.log_when(|log| log.contains("could not validate `localhost`"));
    let told = house.cli(&["status", "--config", settings]).exits(5).stderr;
    assert!(
        told.contains("it connects to port 443 of `localhost`"),
        "{told}"
    );
    house.idp().get("/Users").is(200);
}
