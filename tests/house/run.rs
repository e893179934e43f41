//! One run of the real binary.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{Read, Seek, Write};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// What a command printed, and how it ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) code: Option<i32>,
    what: String,
}

/// Names and values that a process finds beside what it inherits.
pub(crate) type Environment = Vec<(&'static str, std::ffi::OsString)>;

/// How long a command may take before a test gives up on it.
const BOUND: Duration = Duration::from_mins(1);

/// The binary with nothing inherited that could configure it, and with the widest umask there is: what
/// it creates must be narrow by its own doing.
pub(crate) fn appliance() -> Command {
    begun_by("exec \"$0\" \"$@\"")
}

/// The binary as a line of the shell begins it.
fn begun_by(line: &str) -> Command {
    let mut command = Command::new("sh");
    command.args([
        "-c",
        &format!("trap '' XFSZ; umask 000; {line}"),
        env!("CARGO_BIN_EXE_appliance"),
    ]);
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("APPLIANCE_") || text == "STATE_DIRECTORY" || text == "NOTIFY_SOCKET" {
            command.env_remove(&name);
        }
    }
    command
}

impl Run {
    /// Runs `appliance ARGS… --data-dir DIRECTORY` to its end.
    pub(crate) fn new<S: AsRef<OsStr>>(directory: &Path, args: &[S]) -> Self {
        Self::with_input(directory, args, "")
    }

    /// The same with more in its environment.
    pub(crate) fn under<S: AsRef<OsStr>>(more: &Environment, directory: &Path, args: &[S]) -> Self {
        let mut command = appliance();
        command.envs(more.iter().cloned());
        Self::of(command, directory, args, "")
    }

    /// The same with a text on its standard input.
    pub(crate) fn with_input<S: AsRef<OsStr>>(directory: &Path, args: &[S], input: &str) -> Self {
        Self::of(appliance(), directory, args, input)
    }

    /// The same where no file may grow beyond so many bytes, as on a full disk.
    pub(crate) fn bounded<S: AsRef<OsStr>>(directory: &Path, args: &[S], bytes: u64) -> Self {
        let line = format!("exec prlimit --fsize={bytes} \"$0\" \"$@\"");
        Self::of(begun_by(&line), directory, args, "")
    }

    fn of<S: AsRef<OsStr>>(
        mut command: Command,
        directory: &Path,
        args: &[S],
        input: &str,
    ) -> Self {
        let mut stdin = tempfile::tempfile().unwrap();
        stdin.write_all(input.as_bytes()).unwrap();
        stdin.rewind().unwrap();
        let [mut stdout, mut stderr] = [(); 2].map(|()| tempfile::tempfile().unwrap());
        let mut child = command
            .args(args)
            .arg("--data-dir")
            .arg(directory)
            .stdin(stdin)
            .stdout(stdout.try_clone().unwrap())
            .stderr(stderr.try_clone().unwrap())
            .spawn()
            .unwrap();
        let begun = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break Some(status);
            }
            if begun.elapsed() > BOUND {
                child.kill().unwrap();
                child.wait().unwrap();
                break None;
            }
            std::thread::sleep(Duration::from_millis(2));
        };
        let words: Vec<_> = args
            .iter()
            .map(|arg| arg.as_ref().to_string_lossy())
            .collect();
        Self {
            stdout: all(&mut stdout),
            stderr: all(&mut stderr),
            code: status.and_then(|status| status.code()),
            what: words.join(" "),
        }
    }

    /// Asserts the exit code.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        let Self {
            what,
            stdout,
            stderr,
            ..
        } = &self;
        assert_eq!(
            self.code,
            Some(code),
            "`appliance {what}`\nstdout: {stdout}\nstderr: {stderr}"
        );
        self
    }

    /// Asserts success and answers what was printed, without the blanks around it.
    #[track_caller]
    pub(crate) fn prints(self) -> String {
        self.exits(0).stdout.trim().to_owned()
    }
}

fn all(file: &mut File) -> String {
    let mut bytes = Vec::new();
    file.rewind().unwrap();
    file.read_to_end(&mut bytes).unwrap();
    String::from_utf8_lossy(&bytes).into_owned()
}
