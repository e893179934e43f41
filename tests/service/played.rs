//! systemd, played: opens the socket, hands it over, listens to what the service says.

use std::net::{SocketAddr, TcpListener};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixDatagram;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;

use crate::house::client::Client;
use crate::house::wire::Address;

/// How long anything may take before a test gives up.
const BOUND: Duration = Duration::from_secs(30);

/// A service that systemd would have started.
pub(crate) struct Service {
    directory: TempDir,
    notices: UnixDatagram,
    child: Child,
}

impl Service {
    /// Starts `appliance serve --tls off OPTIONS…` with this socket, as systemd would by
    /// `appliance.socket`, and with a watchdog of two seconds.
    pub(crate) fn start(socket: OwnedFd, options: &[&str]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let place = directory.path().join("notify");
        let notices = UnixDatagram::bind(&place).unwrap();
        notices.set_read_timeout(Some(BOUND)).unwrap();
        let mut command = Command::new("sh");
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("APPLIANCE_") {
                command.env_remove(&name);
            }
        }
        let child = command
            // A socket is handed over as file 3, to the process that is named.
            .args([
                "-c",
                "LISTEN_PID=$$ WATCHDOG_PID=$$ exec \"$0\" \"$@\" 3<&0 </dev/null",
                env!("CARGO_BIN_EXE_appliance"),
            ])
            .args(["serve", "--tls", "off", "--local-listen", "off"])
            .args(options)
            .env("LISTEN_FDS", "1")
            .env("WATCHDOG_USEC", "2000000")
            .env("NOTIFY_SOCKET", &place)
            .env("STATE_DIRECTORY", directory.path().join("state"))
            .stdin(Stdio::from(socket))
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(directory.path().join("stderr")).unwrap())
            .spawn()
            .unwrap();
        Self {
            directory,
            notices,
            child,
        }
    }

    /// The next notice that says `what`, in full; others before it are passed over.
    #[track_caller]
    pub(crate) fn says(&self, what: &str) -> String {
        let begun = Instant::now();
        let mut heard = Vec::new();
        let mut buffer = [0; 4_096];
        while begun.elapsed() < BOUND {
            let Ok(length) = self.notices.recv(&mut buffer) else {
                break;
            };
            let notice = String::from_utf8_lossy(&buffer[..length]).into_owned();
            if notice.lines().any(|line| line == what) {
                return notice;
            }
            heard.push(notice);
        }
        panic!("no {what} in {heard:?}\n{}", self.log());
    }

    pub(crate) fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.child.id()).unwrap();
        kill(Pid::from_raw(pid), signal).unwrap();
    }

    /// Waits for its end.
    #[track_caller]
    pub(crate) fn ended(&mut self) -> ExitStatus {
        let begun = Instant::now();
        while begun.elapsed() < BOUND {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            std::thread::sleep(Duration::from_millis(3));
        }
        panic!("it does not end\n{}", self.log());
    }

    /// What it wrote to its standard error.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.directory.path().join("stderr")).unwrap()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A socket that listens on a free port of this address, and where that is.
pub(crate) fn socket(address: &str) -> (OwnedFd, SocketAddr) {
    let listener = TcpListener::bind((address, 0)).unwrap();
    let bound = listener.local_addr().unwrap();
    (listener.into(), bound)
}

/// Somebody without a token who knocks there.
pub(crate) fn stranger(socket: SocketAddr) -> Client {
    Client::new(Address { socket, tls: None }, "/scim/v2".to_owned(), None)
}
