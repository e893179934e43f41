//! Lines go to the journal with their fields, if stderr is connected to it.

use std::os::unix::fs::MetadataExt;

use crate::house::run::appliance;
use crate::house::server::House;

/// What runs in a mount namespace of its own: a socket where the journal's would be, and a server whose
/// stderr is what `JOURNAL_STREAM` says.
const JOURNAL: &str = r#"
import os, socket, subprocess, sys
os.makedirs("/run/systemd/journal")
journal = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
journal.bind("/run/systemd/journal/socket")
journal.settimeout(20)
stderr = open("/run/stderr", "w+b")
at = os.fstat(stderr.fileno())
os.environ["JOURNAL_STREAM"] = f"{at.st_dev}:{at.st_ino}"
server = subprocess.Popen(sys.argv[1:], stderr=stderr)
try:
    while True:
        entry = journal.recv(65536)
        if b"listening" in entry:
            break
finally:
    server.terminate()
    server.wait()
sys.stdout.buffer.write(entry)
stderr.seek(0)
sys.stdout.buffer.write(b"STDERR<" + stderr.read() + b">")
"#;

#[test]
fn fields_are_fields_in_the_journal() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = std::process::Command::new("unshare");
    command
        .args(["--user", "--map-root-user", "--mount", "sh", "-c"])
        .arg("mount -t tmpfs none /run && exec python3 -c \"$0\" \"$@\"")
        .arg(JOURNAL)
        .arg(env!("CARGO_BIN_EXE_appliance"))
        .args(["serve", "--listen", "127.0.0.1:0", "--local-listen", "off"])
        .arg("--data-dir")
        .arg(folder.path().join("data"));
    let output = match command.output() {
        Ok(output) if output.status.success() => output,
        other => {
            println!("skipped: no mount namespace here: {other:?}");
            return;
        }
    };
    let entry = String::from_utf8_lossy(&output.stdout);
    for part in [
        "listening on https://127.0.0.1:",
        "URL\n",
        "CERTIFICATE\n",
        "SYSLOG_IDENTIFIER",
        "STDERR<>",
    ] {
        assert!(entry.contains(part), "no {part:?} in {entry:?}");
    }
}

#[test]
fn lines_stay_on_stderr_when_it_is_not_connected_to_the_journal() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("stderr");
    let stderr = std::fs::File::create(&file).unwrap();
    let other = std::fs::metadata(folder.path()).unwrap();
    let mut child = appliance()
        .args(["serve", "--listen", "127.0.0.1:0", "--local-listen", "off"])
        .arg("--data-dir")
        .arg(folder.path().join("data"))
        .env("JOURNAL_STREAM", format!("{}:{}", other.dev(), other.ino()))
        .stderr(stderr)
        .spawn()
        .unwrap();
    let begun = std::time::Instant::now();
    let found = loop {
        let log = std::fs::read_to_string(&file).unwrap();
        if log.contains("listening") || begun.elapsed().as_secs() > 20 {
            break log;
        }
        std::thread::sleep(std::time::Duration::from_millis(3));
    };
    child.kill().unwrap();
    child.wait().unwrap();
    let line: serde_json::Value = serde_json::from_str(
        found
            .lines()
            .find(|line| line.contains("listening"))
            .unwrap(),
    )
    .unwrap();
    assert!(line["url"].as_str().unwrap().starts_with("https://"));
}

#[test]
fn the_first_start_says_where_it_listens_and_how_to_get_a_token() {
    let mut house = House::open();
    let command = format!("token new --data-dir {}", house.data().display());
    let log = house.log_when(|log| log.contains("nobody has a token yet"));
    let fingerprint = house.published()["certificate"].to_string();
    for part in [&command, &house.url(), fingerprint.trim_matches('"')] {
        assert!(log.contains(part), "{part}: {log}");
    }
    house.idp();
    house.restart();
    house.log_when(|log| log.matches("listening on").count() == 2);
    house.stop();
    assert_eq!(house.log().matches("nobody has a token yet").count(), 1);
}
