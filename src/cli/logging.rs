//! Where log lines go: to stderr, for people on a terminal and as JSON for everything else.

use std::io::{self, IsTerminal};

use tracing_appender::non_blocking::WorkerGuard;
use tracing_subscriber::EnvFilter;

/// What is logged unless the operator says otherwise: everything of ours from `info` up, and of the
/// libraries what somebody should look at.
const DEFAULT: &str = "warn,appliance=info";

/// Starts logging. Lines are written by a thread of their own, so that a slow terminal never holds up
/// an answer; the guard writes what is left when it is dropped.
///
/// `APPLIANCE_LOG` chooses what is logged, in the syntax of tracing's `EnvFilter`; the default is
/// [`DEFAULT`].
pub(super) fn start() -> WorkerGuard {
    let filter =
        EnvFilter::try_from_env("APPLIANCE_LOG").unwrap_or_else(|_| EnvFilter::new(DEFAULT));
    let (lines, guard) = tracing_appender::non_blocking::NonBlockingBuilder::default()
        // A line that is lost would be one that an operator looks for.
        .lossy(false)
        .finish(io::stderr());
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(lines)
        .with_target(false);
    let started = if io::stderr().is_terminal() {
        lines.try_init()
    } else {
        lines.json().flatten_event(true).with_ansi(false).try_init()
    };
    // The only failure is a logger that is there already, which will do as well.
    drop(started);
    std::panic::set_hook(Box::new(|panic| {
        // The message may quote what somebody sent; the place is enough to find it.
        let place = panic.location().map(ToString::to_string);
        tracing::error!(place, "panic");
    }));
    guard
}
