//! A running appliance on a free port, with a directory of its own.

use std::ffi::OsStr;
use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;
use tempfile::TempDir;

use super::client::Client;
use super::run::{Environment, Run, appliance};
use super::wire::{Address, pinned};

/// How long a start or a stop may take before a test gives up; what it *should* take is asserted where
/// it matters.
const BOUND: Duration = Duration::from_mins(1);

/// A running appliance; killed when it is dropped.
pub(crate) struct House {
    directory: TempDir,
    options: Vec<String>,
    environment: Environment,
    running: Option<Running>,
}

struct Running {
    child: Child,
    address: Address,
    base: String,
    /// When it was told to end.
    told: Instant,
}

/// How a server ended.
#[derive(Debug)]
pub(crate) struct Stopped {
    pub(crate) status: ExitStatus,
    pub(crate) took: Duration,
}

impl House {
    /// A fresh house, over HTTPS.
    #[track_caller]
    pub(crate) fn open() -> Self {
        Self::with(&[])
    }

    /// A fresh house with further options of `serve`.
    #[track_caller]
    pub(crate) fn with(options: &[&str]) -> Self {
        Self::under(Environment::new(), options)
    }

    /// The same, and the server and every command find these in their environment.
    #[track_caller]
    pub(crate) fn under(environment: Environment, options: &[&str]) -> Self {
        let mut house = Self {
            directory: tempfile::tempdir().unwrap(),
            options: options.iter().map(|option| (*option).to_owned()).collect(),
            environment,
            running: None,
        };
        house.start();
        house
    }

    /// Where its files are. The directory above belongs to the test.
    pub(crate) fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    /// Starts the server and waits until it listens; answers how long that took.
    #[track_caller]
    pub(crate) fn start(&mut self) -> Duration {
        assert!(self.running.is_none(), "it is running already");
        let log = OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.log_path())
            .unwrap();
        let begun = Instant::now();
        let local = self.options.iter().any(|option| option == "--local-listen");
        let off: &[&str] = if local {
            &[]
        } else {
            &["--local-listen", "off"]
        };
        let mut child = appliance()
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(off)
            .args(&self.options)
            .envs(self.environment.iter().cloned())
            .arg("--data-dir")
            .arg(self.data())
            .stdin(Stdio::null())
            .stdout(File::create(self.directory.path().join("stdout")).unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        let lock = self.data().join("appliance.lock");
        loop {
            if let Some(url) = announced(&lock, child.id()) {
                let took = begun.elapsed();
                self.running = Some(self.reached(child, &url));
                return took;
            }
            let ended = child.try_wait().unwrap();
            assert!(
                ended.is_none(),
                "the server ended: {ended:?}\n{}",
                self.log()
            );
            assert!(
                begun.elapsed() < BOUND,
                "the server does not listen\n{}",
                self.log()
            );
            std::thread::sleep(Duration::from_millis(3));
        }
    }

    fn reached(&self, child: Child, url: &str) -> Running {
        let (scheme, rest) = url.split_once("://").unwrap();
        let (host, path) = rest.split_once('/').unwrap();
        let tls = (scheme == "https").then(|| pinned(&std::fs::read(self.certificate()).unwrap()));
        Running {
            child,
            address: Address {
                socket: host.parse().unwrap(),
                tls,
            },
            base: format!("/{path}"),
            told: Instant::now(),
        }
    }

    /// The certificate file: the one that was given, or the one the server made.
    pub(crate) fn certificate(&self) -> PathBuf {
        let mut options = self.options.iter();
        match options.find(|option| *option == "--tls-cert") {
            Some(_) => options.next().unwrap().into(),
            None => self.data().join("certificate.pem"),
        }
    }

    #[track_caller]
    fn running(&self) -> &Running {
        self.running.as_ref().expect("the server is not running")
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> Address {
        self.running().address.clone()
    }

    /// The base address as a client knows it.
    pub(crate) fn url(&self) -> String {
        let Running { address, base, .. } = self.running();
        let scheme = if address.tls.is_some() {
            "https"
        } else {
            "http"
        };
        format!("{scheme}://{}{base}", address.socket)
    }

    /// An identity provider with a fresh token for the `default` connection.
    #[track_caller]
    pub(crate) fn idp(&self) -> Client {
        self.idp_of("default")
    }

    /// An identity provider with a fresh token for this connection.
    #[track_caller]
    pub(crate) fn idp_of(&self, connection: &str) -> Client {
        self.client(
            &self
                .cli(&["token", "new", "--connection", connection])
                .prints(),
        )
    }

    /// A new connection with these settings, and an identity provider with a token for it.
    #[track_caller]
    pub(crate) fn connection(&self, name: &str, settings: &[&str]) -> Client {
        self.cli(&["connection", "new", name]).exits(0);
        if !settings.is_empty() {
            self.cli(&[&["connection", "set", name], settings].concat())
                .exits(0);
        }
        self.idp_of(name)
    }

    /// Somebody whose token may only read.
    #[track_caller]
    pub(crate) fn reader(&self) -> Client {
        self.client(&self.cli(&["token", "new", "--scope", "read"]).prints())
    }

    /// Somebody without a token.
    #[track_caller]
    pub(crate) fn stranger(&self) -> Client {
        let Running { address, base, .. } = self.running();
        Client::new(address.clone(), base.clone(), None)
    }

    /// Somebody with this token.
    #[track_caller]
    pub(crate) fn client(&self, token: &str) -> Client {
        let Running { address, base, .. } = self.running();
        Client::new(address.clone(), base.clone(), Some(token.to_owned()))
    }

    /// Runs a command on the same data.
    pub(crate) fn cli<S: AsRef<OsStr>>(&self, args: &[S]) -> Run {
        Run::under(&self.environment, &self.data(), args)
    }

    /// What `GET` of this path on the local listener answers: the status and the text.
    #[track_caller]
    pub(crate) fn local(&self, path: &str) -> (u16, String) {
        let lock = std::fs::read_to_string(self.data().join("appliance.lock")).unwrap();
        let lock: Value = serde_json::from_str(&lock).unwrap();
        let address = lock["local"]
            .as_str()
            .unwrap()
            .strip_prefix("http://")
            .unwrap();
        let address = Address {
            socket: address.parse().unwrap(),
            tls: None,
        };
        let ask = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        let reply = Client::new(address, String::new(), None)
            .raw(ask.as_bytes())
            .unwrap();
        (reply.status, reply.text())
    }

    /// The process of the server.
    pub(crate) fn pid(&self) -> u32 {
        self.running().child.id()
    }

    /// A kibibyte figure of the server's `/proc/PID/status`, such as `VmHWM:`.
    pub(crate) fn memory(&self, name: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid())).unwrap();
        let line = status.lines().find(|line| line.starts_with(name)).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }

    /// Ends the server as a power cut would: SIGKILL, nothing said.
    #[track_caller]
    pub(crate) fn kill(&mut self) {
        let mut running = self.running.take().expect("the server is not running");
        running.child.kill().unwrap();
        running.child.wait().unwrap();
    }

    /// Asks the server to end, with SIGTERM, and waits until it did.
    #[track_caller]
    pub(crate) fn stop(&mut self) -> Stopped {
        self.terminate();
        self.ended()
    }

    /// Sends SIGTERM and waits for nothing.
    #[track_caller]
    pub(crate) fn terminate(&mut self) {
        let running = self.running.as_mut().expect("the server is not running");
        running.told = Instant::now();
        self.signal(Signal::SIGTERM);
    }

    /// Sends SIGHUP: the server is to look for a new certificate.
    #[track_caller]
    pub(crate) fn reload(&self) {
        self.signal(Signal::SIGHUP);
    }

    #[track_caller]
    fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(i32::try_from(self.pid()).unwrap()), signal).unwrap();
    }

    /// Waits until the server has ended; says how long that took since it was told to.
    #[track_caller]
    pub(crate) fn ended(&mut self) -> Stopped {
        let mut running = self.running.take().expect("the server is not running");
        loop {
            let took = running.told.elapsed();
            if let Some(status) = running.child.try_wait().unwrap() {
                return Stopped { status, took };
            }
            if took > BOUND {
                running.child.kill().unwrap();
                running.child.wait().unwrap();
                panic!("the server does not stop\n{}", self.log());
            }
            std::thread::sleep(Duration::from_millis(3));
        }
    }

    /// Stops and starts it.
    #[track_caller]
    pub(crate) fn restart(&mut self) -> Duration {
        self.stop();
        self.start()
    }

    fn log_path(&self) -> PathBuf {
        self.directory.path().join("stderr")
    }

    /// The log as soon as it satisfies `enough`: lines are written behind the answers.
    #[track_caller]
    pub(crate) fn log_when(&self, enough: impl Fn(&str) -> bool) -> String {
        let begun = Instant::now();
        loop {
            let log = self.log();
            if enough(&log) {
                return log;
            }
            assert!(
                begun.elapsed() < Duration::from_secs(10),
                "the log lacks something:\n{log}"
            );
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// What the server says in its lock file of how it is reached.
    pub(crate) fn published(&self) -> Value {
        let text = std::fs::read_to_string(self.data().join("appliance.lock")).unwrap();
        serde_json::from_str(&text).unwrap()
    }

    /// What the server wrote to its standard error so far, over all starts.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.log_path()).unwrap_or_default()
    }
}

impl Drop for House {
    fn drop(&mut self) {
        if let Some(mut running) = self.running.take() {
            let _ = running.child.kill();
            let _ = running.child.wait();
        }
        if std::thread::panicking() {
            let log = self.log();
            let lines: Vec<&str> = log.lines().rev().take(20).collect();
            for line in lines.iter().rev() {
                println!("log: {line}");
            }
        }
    }
}

/// The base address that the server with this process id wrote into its lock file.
fn announced(lock: &Path, pid: u32) -> Option<String> {
    let text = std::fs::read_to_string(lock).ok()?;
    let json: Value = serde_json::from_str(&text).ok()?;
    (json.get("pid")?.as_u64()? == u64::from(pid)).then_some(())?;
    json.get("url")?.as_str().map(str::to_owned)
}
