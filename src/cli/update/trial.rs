//! A program that is run to see whether it works: in a process of its own, because it may become the owner
//! of the data, and for a limited time, because it may not work.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::cli::options::Place;
use crate::cli::problem::Problem;

/// How a run ended.
#[derive(Debug)]
pub(super) struct Trial {
    /// Its exit code; `None`: it was killed.
    pub(super) code: Option<i32>,
    /// What it answered.
    pub(super) stdout: String,
    stderr: String,
}

impl Trial {
    /// Runs `program ARGUMENTS…` on the installation at `place`, for so long at most.
    pub(super) fn run(
        program: &Path,
        arguments: &[&str],
        place: &Place,
        patience: Duration,
    ) -> Result<Self, Problem> {
        let mut command = Command::new(program);
        command.args(arguments);
        for (name, value) in [("--data-dir", &place.data_dir), ("--config", &place.config)] {
            if let Some(value) = value {
                command.arg(name).arg(value);
            }
        }
        wait(command, patience)
            .map_err(|error| Problem::refused(format!("{}: {error}", program.display())))
    }

    /// Its complaint, or else its answer, on one line.
    pub(super) fn said(&self) -> String {
        let mut texts = [&self.stderr, &self.stdout].into_iter();
        texts.find(|text| !text.trim().is_empty()).map_or_else(
            || match self.code {
                Some(code) => format!("exit code {code}"),
                None => "it was killed".to_owned(),
            },
            |text| text.trim().replace('\n', "; "),
        )
    }
}

/// What it says goes into files, so that nobody waits for a pipe.
fn wait(mut command: Command, patience: Duration) -> io::Result<Trial> {
    let (mut stdout, mut stderr) = (tempfile::tempfile()?, tempfile::tempfile()?);
    let mut child = command
        .stdin(Stdio::null())
        .stdout(stdout.try_clone()?)
        .stderr(stderr.try_clone()?)
        .spawn()?;
    let begun = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if begun.elapsed() > patience {
            child.kill()?;
            child.wait()?;
            return Err(io::Error::new(
                io::ErrorKind::TimedOut,
                format!("it does not end within {} s", patience.as_secs()),
            ));
        }
        std::thread::sleep(Duration::from_millis(10));
    };
    Ok(Trial {
        code: status.code(),
        stdout: all(&mut stdout)?,
        stderr: all(&mut stderr)?,
    })
}

/// As much of a file as is worth reading.
fn all(file: &mut File) -> io::Result<String> {
    let mut bytes = Vec::new();
    file.rewind()?;
    file.take(1 << 20).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_end_is_ended() {
        let mut command = Command::new("sleep");
        command.arg("600");
        let error = wait(command, Duration::from_millis(20)).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    #[test]
    fn a_complaint_is_on_one_line() {
        let mut command = Command::new("sh");
        command.args(["-c", "echo a; echo b >&2; echo c >&2; exit 3"]);
        let trial = wait(command, Duration::from_mins(1)).unwrap();
        assert_eq!((trial.code, trial.stdout.as_str()), (Some(3), "a\n"));
        assert_eq!(trial.said(), "b; c");
    }
}
