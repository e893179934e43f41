//! One run of the binary, and what it said.

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A data directory of its own, gone at the end of the test.
pub(crate) struct House {
    folder: TempDir,
}

impl House {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        // An installed settings file of this machine must not take part.
        std::fs::write(folder.path().join("empty.toml"), "").unwrap();
        Self { folder }
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// `appliance` with these words, split at blanks, on the data of this house.
    pub(crate) fn run(&self, words: &str) -> Run {
        Run::new(&self.path("empty.toml"))
            .args(words.split_whitespace())
            .env("APPLIANCE_DATA_DIR", self.data())
    }

    /// The same, with so many KiB of memory of its own and no more.
    pub(crate) fn run_within(&self, kib: u32, words: &str) -> Run {
        let mut run = self.run("");
        let inner = std::mem::replace(&mut run.command, Command::new("sh"));
        run.command
            .args(["-c", &format!("ulimit -d {kib}; exec \"$0\" \"$@\"")]);
        run.command.arg(inner.get_program());
        for (name, value) in inner.get_envs() {
            match value {
                Some(value) => run.command.env(name, value),
                None => run.command.env_remove(name),
            };
        }
        run.args(words.split_whitespace())
    }
}

/// A command that is about to run.
pub(crate) struct Run {
    command: Command,
    stdin: String,
}

impl Run {
    fn new(config: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_appliance"));
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("APPLIANCE_") {
                command.env_remove(name);
            }
        }
        command
            .env_remove("STATE_DIRECTORY")
            .env("APPLIANCE_CONFIG", config);
        Self {
            command,
            stdin: String::new(),
        }
    }

    pub(crate) fn args<A: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.command.args(args);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn stdin(mut self, text: &str) -> Self {
        text.clone_into(&mut self.stdin);
        self
    }

    /// Runs it to its end, which must have this exit code.
    #[track_caller]
    pub(crate) fn exits(mut self, code: i32) -> Said {
        let mut child = self
            .command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A command that reads no stdin may have closed it; that is no failure.
        let _ = child.stdin.take().unwrap().write_all(self.stdin.as_bytes());
        let output = child.wait_with_output().unwrap();
        let said = Said {
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        };
        assert_eq!(
            output.status.code(),
            Some(code),
            "{:?}\nstdout: {}\nstderr: {}",
            self.command,
            said.stdout,
            said.stderr
        );
        said
    }
}

/// What a command said.
pub(crate) struct Said {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Said {
    #[track_caller]
    pub(crate) fn complains(&self, text: &str) -> &Self {
        assert_eq!(self.stdout, "", "an error has no answer");
        self.mentions(text)
    }

    #[track_caller]
    pub(crate) fn mentions(&self, text: &str) -> &Self {
        assert!(
            self.stderr.contains(text),
            "no `{text}` in: {}",
            self.stderr
        );
        self
    }

    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap()
    }
}
