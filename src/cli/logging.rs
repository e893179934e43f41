//! Where log lines go: to the journal with their fields where systemd collects them; else to stderr, for
//! people on a terminal and as JSON for everything else.

use std::io::{self, IsTerminal};

use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

use super::gathered::{Gathered, Rest};
use super::json_lines::JsonLines;
use crate::base::count_panic;

/// What is logged unless the operator says otherwise: everything of ours from `info` up, and of the
/// libraries what somebody should look at. What is no HTTP is answered 400 and is nobody's error here, though
/// the library that reads it says so: whoever scans a network would fill the log.
const DEFAULT: &str = "warn,actix_http::h1=off,appliance=info";

/// Where lines are going. Lines on stderr are written by a thread of their own, so that a slow terminal
/// never holds up an answer: lines are lost before that happens, and counted. Dropping this writes what is left.
pub(super) struct Log {
    _rest: Option<Rest>,
}

/// Starts logging.
///
/// `APPLIANCE_LOG` chooses what is logged, in the syntax of tracing's `EnvFilter`; the default is
/// [`DEFAULT`].
pub(super) fn start() -> io::Result<Log> {
    let wanted = std::env::var("APPLIANCE_LOG").unwrap_or_default();
    let (filter, mistake) =
        match EnvFilter::try_new(if wanted.is_empty() { DEFAULT } else { &wanted }) {
            Ok(filter) => (filter, None),
            Err(mistake) => (EnvFilter::new(DEFAULT), Some(mistake)),
        };
    let (lines, rest) = if let Some(journal) = journal() {
        (journal.boxed(), None)
    } else {
        let (lines, rest) = stderr()?;
        (lines, Some(rest))
    };
    // The only failure is a logger that is there already, which will do as well.
    drop(
        tracing_subscriber::registry()
            .with(lines.with_filter(filter))
            .try_init(),
    );
    if let Some(mistake) = mistake {
        tracing::warn!(
            %mistake,
            "APPLIANCE_LOG cannot be understood, so that the default {DEFAULT} holds; it is a list such as \
             `warn,appliance=debug`"
        );
    }
    std::panic::set_hook(Box::new(|panic| {
        count_panic();
        // The message may quote what somebody sent; the place is enough to find it.
        let place = panic.location().map(ToString::to_string);
        tracing::error!(place, "panic");
    }));
    Ok(Log { _rest: rest })
}

/// The journal, if stderr is connected to it. Fields become fields there: `journalctl -u appliance
/// REQUEST=…`.
fn journal() -> Option<tracing_journald::Layer> {
    let stream = std::env::var("JOURNAL_STREAM").ok()?;
    let stderr = nix::sys::stat::fstat(io::stderr()).ok()?;
    // Somebody may have sent stderr elsewhere, and must find the lines there.
    if stream != format!("{}:{}", stderr.st_dev, stderr.st_ino) {
        return None;
    }
    let layer = tracing_journald::layer().ok()?;
    Some(
        layer
            .with_field_prefix(None)
            .with_syslog_identifier("appliance".to_owned()),
    )
}

type Lines = Box<dyn Layer<tracing_subscriber::Registry> + Send + Sync>;

fn stderr() -> io::Result<(Lines, Rest)> {
    let (lines, rest) = Gathered::before(io::stderr(), |lost| {
        tracing::warn!(
            lost,
            "{lost} lines were lost here: nobody read them in time"
        );
    })?;
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(lines)
        .with_target(false);
    let lines = if io::stderr().is_terminal() {
        lines.boxed()
    } else {
        lines.event_format(JsonLines).with_ansi(false).boxed()
    };
    Ok((lines, rest))
}
