//! One run of the real binary.

use std::ffi::OsStr;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// What a command printed, and how it ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) code: Option<i32>,
    what: String,
}

/// The binary with nothing inherited that could configure it.
pub(crate) fn appliance() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_appliance"));
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("APPLIANCE_") || name == "STATE_DIRECTORY" || name == "NOTIFY_SOCKET" {
            command.env_remove(name.as_ref());
        }
    }
    command
}

impl Run {
    /// Runs `appliance ARGS… --data-dir DIRECTORY` to its end.
    pub(crate) fn new<S: AsRef<OsStr>>(directory: &Path, args: &[S]) -> Self {
        Self::with_input(directory, args, "")
    }

    /// The same with a text on its standard input.
    pub(crate) fn with_input<S: AsRef<OsStr>>(directory: &Path, args: &[S], input: &str) -> Self {
        let mut command = appliance();
        command
            .args(args)
            .arg("--data-dir")
            .arg(directory)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let what = args
            .iter()
            .map(|arg| arg.as_ref().to_string_lossy().into_owned())
            .collect::<Vec<_>>()
            .join(" ");
        let mut child = command.spawn().unwrap();
        // A command that does not read its input closes it: no fault of the test.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let output = child.wait_with_output().unwrap();
        Self {
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            code: output.status.code(),
            what,
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
