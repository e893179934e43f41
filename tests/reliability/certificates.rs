//! R34, R36: a certificate is replaced while connections go on, and a bad one is not taken.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde_json::Value;
use tempfile::TempDir;

use super::house::client::Client;
use super::house::server::House;
use super::house::wire::{Wire, pinned};

/// A certificate for the loopback address, and its key, as PEM texts.
struct Pair {
    certificate: String,
    key: String,
}

impl Pair {
    /// Good until the end of this year.
    fn until(year: i32) -> Self {
        let mut parameters = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
        parameters.not_before = date_time_ymd(2020, 1, 1);
        parameters.not_after = date_time_ymd(year, 12, 31);
        let key = KeyPair::generate().unwrap();
        Self {
            certificate: parameters.self_signed(&key).unwrap().pem(),
            key: key.serialize_pem(),
        }
    }

    fn good() -> Self {
        Self::until(2090)
    }

    fn der(&self) -> CertificateDer<'static> {
        CertificateDer::from_pem_slice(self.certificate.as_bytes()).unwrap()
    }
}

/// A server with certificate files that a test replaces.
struct Shop {
    house: House,
    idp: Client,
    certificate: PathBuf,
    key: PathBuf,
    /// All certificates that were ever good here.
    trusted: String,
    _files: TempDir,
}

impl Shop {
    fn open(pair: &Pair) -> Self {
        let files = tempfile::tempdir().unwrap();
        let [certificate, key] = ["chain.pem", "key.pem"].map(|name| files.path().join(name));
        replace(&certificate, &pair.certificate);
        replace(&key, &pair.key);
        let [one, two] = [&certificate, &key].map(|path| path.to_str().unwrap());
        let house = House::with(&["--tls-cert", one, "--tls-key", two]);
        Self {
            idp: house.idp(),
            house,
            certificate,
            key,
            trusted: pair.certificate.clone(),
            _files: files,
        }
    }

    fn replace(&mut self, pair: &Pair) {
        self.trusted.push_str(&pair.certificate);
        replace(&self.certificate, &pair.certificate);
        replace(&self.key, &pair.key);
    }

    /// What a new connection is shown.
    fn shown(&self) -> CertificateDer<'static> {
        let mut address = self.house.address();
        address.tls = Some(pinned(self.trusted.as_bytes()));
        Wire::open(&address).unwrap().certificate().unwrap()
    }

    /// Waits until new connections are shown this.
    #[track_caller]
    fn comes_to_show(&self, pair: &Pair) {
        let begun = Instant::now();
        while self.shown() != pair.der() {
            assert!(
                begun.elapsed() < Duration::from_secs(30),
                "another certificate is shown"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// What `status` warns of, with the settings of the server.
    fn warnings(&self) -> String {
        let settings = self.certificate.with_file_name("appliance.toml");
        let [certificate, key] = [&self.certificate, &self.key].map(|path| path.display());
        let text = format!("tls_cert = \"{certificate}\"\ntls_key = \"{key}\"\n");
        replace(&settings, &text);
        let args = ["status", "--config", settings.to_str().unwrap()];
        self.house.cli(&args).exits(5).stderr
    }

    /// Asks for the files to be read now, and waits until they were refused for this reason; answers what
    /// the server says of it.
    #[track_caller]
    fn refuses(&self, why: &str) -> String {
        self.house.reload();
        self.published_when(|problem| problem.is_some_and(|problem| problem.contains(why)))
            .unwrap()
    }

    /// What the server says stands in the way of a newer certificate, as soon as it satisfies `enough`.
    #[track_caller]
    fn published_when(&self, enough: impl Fn(Option<&str>) -> bool) -> Option<String> {
        let begun = Instant::now();
        loop {
            let published = self.house.published();
            let problem = published["certificateProblem"].as_str();
            if enough(problem) {
                return problem.map(str::to_owned);
            }
            assert!(begun.elapsed() < Duration::from_secs(30), "{published}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

/// Puts a file in the place of another, at once.
fn replace(path: &Path, text: &str) {
    let beside = path.with_extension("beside");
    fs::write(&beside, text).unwrap();
    fs::set_permissions(&beside, Permissions::from_mode(0o600)).unwrap();
    fs::rename(&beside, path).unwrap();
}

#[test]
fn a_new_certificate_is_shown_while_no_connection_is_dropped() {
    let [before, after] = [(); 2].map(|()| Pair::good());
    let mut shop = Shop::open(&before);
    assert_eq!(shop.shown(), before.der());
    let working = AtomicBool::new(true);
    let answered = AtomicU64::new(0);
    let idp = &shop.idp;
    let wires: Vec<_> = (0..8).map(|_| idp.wire()).collect();
    let request = format!(
        "GET /scim/v2/Users HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\n\r\n",
        idp.token()
    );
    std::thread::scope(|scope| {
        for mut wire in wires {
            let (working, answered, request) = (&working, &answered, &request);
            scope.spawn(move || {
                for _ in 0..10_000 {
                    if !working.load(Ordering::Relaxed) {
                        return;
                    }
                    wire.send(request.as_bytes()).unwrap();
                    assert_eq!(wire.reply().unwrap().status, 200);
                    answered.fetch_add(1, Ordering::Relaxed);
                    std::thread::sleep(Duration::from_millis(10));
                }
            });
        }
        shop.replace(&after);
        // Nobody says so: the files are watched.
        shop.comes_to_show(&after);
        let so_far = answered.load(Ordering::Relaxed);
        let begun = Instant::now();
        while answered.load(Ordering::Relaxed) < so_far + 16 {
            assert!(begun.elapsed() < Duration::from_secs(30));
            std::thread::sleep(Duration::from_millis(5));
        }
        working.store(false, Ordering::Relaxed);
    });
    // The log and the lock file tell of it.
    let told = |log: &str| {
        let line = log
            .lines()
            .find(|line| line.contains("a new certificate is shown"))?;
        let line: Value = serde_json::from_str(line).unwrap();
        line["certificate"].as_str().map(str::to_owned)
    };
    let fingerprint = told(&shop.house.log_when(|log| told(log).is_some()));
    let begun = Instant::now();
    while shop.house.published()["certificate"].as_str() != fingerprint.as_deref() {
        assert!(begun.elapsed() < Duration::from_secs(30));
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_hangup_is_a_request_to_look_again() {
    let [before, after] = [(); 2].map(|()| Pair::good());
    let mut shop = Shop::open(&before);
    shop.idp.get("/Users").is(200);
    shop.house.reload();
    shop.house
        .log_when(|log| log.contains("SIGHUP") && log.contains("the certificate is the same"));
    shop.replace(&after);
    shop.house.reload();
    shop.comes_to_show(&after);
    // This client knows the old one only, and goes on with the connection it has.
    shop.idp.get("/Users").is(200);
}

#[test]
fn a_bad_certificate_leaves_the_previous_one_in_its_place_and_is_reported() {
    let good = Pair::good();
    let other = Pair::good();
    let expired = Pair::until(2024);
    let mut shop = Shop::open(&good);
    let half = &other.certificate[..other.certificate.len() / 2];
    let cases = [
        ("nonsense", &*good.key, "chain.pem: expected certificates"),
        ("", &good.key, "chain.pem: expected certificates"),
        (half, &other.key, "chain.pem: expected certificates"),
        (
            &good.certificate,
            "nonsense",
            "key.pem: expected a private key",
        ),
        (&good.certificate, &other.key, "is not the private key of"),
        (&expired.certificate, &expired.key, "expired on 2024-12-31"),
    ];
    for (certificate, key, why) in cases {
        replace(&shop.certificate, certificate);
        replace(&shop.key, key);
        let problem = shop.refuses(why);
        assert_eq!(shop.shown(), good.der(), "{why}");
        let warned = shop.warnings();
        assert!(warned.contains(&problem), "{warned}");
        assert_eq!(warned.lines().count(), 1, "{warned}");
    }
    replace(&shop.certificate, &other.certificate);
    replace(&shop.key, &other.key);
    fs::set_permissions(&shop.key, Permissions::from_mode(0o604)).unwrap();
    shop.refuses("other accounts may read this private key");
    fs::remove_file(&shop.key).unwrap();
    shop.refuses("No such file");
    assert_eq!(shop.shown(), good.der());
    // All is well again with a good one, and then nothing is reported any more.
    shop.replace(&other);
    shop.comes_to_show(&other);
    shop.published_when(|problem| problem.is_none());
}

#[test]
fn a_certificate_that_arrives_before_its_key_is_taken_when_both_are_there() {
    let [before, after] = [(); 2].map(|()| Pair::good());
    let mut shop = Shop::open(&before);
    replace(&shop.certificate, &after.certificate);
    shop.refuses("is not the private key of");
    assert_eq!(shop.shown(), before.der());
    shop.trusted.push_str(&after.certificate);
    replace(&shop.key, &after.key);
    shop.comes_to_show(&after);
}
