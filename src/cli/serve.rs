//! `appliance serve`: the server and its tasks, until told to stop.

use std::io::{ErrorKind, IsTerminal};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::json;

use super::board::Board;
use super::logging;
use super::print;
use super::problem::Problem;
use crate::base::{Clock, Settings, TlsSettings};
use crate::http::{self, App, Listening, ServeError, Sockets, certificate_concern};
use crate::operate::remains;
use crate::operate::status::Warning;
use crate::store::{Lock, Role, Store, StoreError, compact};
use crate::tasks::{Schedule, Task, integrity, memory, prune, watch};

/// How often is written down what requests only leave in memory: when a token was last used, and what
/// was tolerated.
const FLUSH: Duration = Duration::from_secs(30);

/// Serves until SIGTERM or SIGINT.
pub(super) fn run(settings: Settings) -> Result<(), Problem> {
    let sockets = Sockets::inherited().map_err(not_served)?;
    let _log = logging::start()?;
    // Before the database is opened: a newer version brings it to its format, and the server that has it
    // would not know that.
    let lock = Lock::take(&settings.data_dir).map_err(unusable)?;
    let remains = remains(&settings);
    let store = Store::open(&settings.data_dir, Role::Server).map_err(unusable)?;
    if let Some(remains) = remains {
        tracing::warn!("{remains}");
    }
    forget_traces(&store, &settings.data_dir).map_err(unusable)?;
    let board = Arc::new(Board::new(lock));
    let app = http::shared(App::new(store, settings, Clock::system()).map_err(unusable)?);
    let flushed = app.clone();
    let mut tasks = vec![Task {
        name: "write down what was only remembered",
        every: FLUSH,
        run: Box::new(move || flushed.flush().map_err(Into::into)),
    }];
    tasks.push(memory());
    let told = app.settings.clone();
    tasks.push(watch(
        app.store.clone(),
        app.settings.data_dir.clone(),
        app.clock.clone(),
        move |now| {
            let concern = certificate_concern(&told, now).1;
            let certificate = concern.map(|concern| Warning {
                connection: None,
                concern,
            });
            certificate.into_iter().collect()
        },
    ));
    let recorder = app.recorder();
    if let Some(recorder) = &recorder {
        tasks.push(prune::exchanges(Arc::clone(recorder), app.clock.clone()));
    }
    let stop = Arc::<AtomicBool>::default();
    let (store, clock, days) = (&app.store, &app.clock, app.settings.change_days);
    tasks.push(prune::tombstones(
        store.clone(),
        clock.clone(),
        Arc::clone(&stop),
    ));
    tasks.push(prune::changes(
        store.clone(),
        days,
        clock.clone(),
        Arc::clone(&stop),
    ));
    let schedule = Schedule::start(tasks).map_err(Problem::failed)?;
    let examination = Schedule::start(vec![examination(app.clone().into_inner(), &board, &stop)]);
    let examination = examination.map_err(Problem::failed)?;
    let served = http::run(
        app.clone(),
        sockets,
        |listening| announce(&board, &app, listening),
        |listening| publish(&board, &app.settings, listening),
    );
    stop.store(true, Ordering::Relaxed);
    drop((schedule, examination));
    if let Some(recorder) = recorder {
        recorder.close();
    }
    let flushed = app.flush().map_err(Problem::failed);
    app.store.close();
    served.map_err(not_served)?;
    flushed?;
    tracing::info!("stopped");
    Ok(())
}

/// After a connection was removed beside a server, the next start is when nobody waits for the file to be
/// written anew. Where that cannot be done now, a later start will.
fn forget_traces(store: &Store, directory: &Path) -> Result<(), StoreError> {
    if !store.read::<_, StoreError>(|view| view.has_traces())? {
        return Ok(());
    }
    match compact(directory) {
        Ok(()) => tracing::info!("the database was written anew: nothing removed shows in it"),
        Err(error) => tracing::warn!(
            %error,
            "the database could not be written anew: unused parts of it may show what was removed; the next \
             start tries again"
        ),
    }
    Ok(())
}

/// Looks through the database now and then; what was found is said in the lock file and in the metrics.
fn examination(app: Arc<App>, board: &Arc<Board>, stop: &Arc<AtomicBool>) -> Task {
    let board = Arc::clone(board);
    integrity(
        app.settings.data_dir.clone(),
        app.clock.clone(),
        Arc::clone(stop),
        move |found| {
            board.say([
                ("examined", json!(found.at.to_string())),
                ("complaints", json!(found.complaints)),
            ]);
            app.note_examination(found.clone());
        },
    )
}

/// Says that the server is there: in the lock file, in the log, and on a terminal to whoever started it. Where
/// there is no terminal, the log says how to get the first token.
fn announce(board: &Board, app: &App, listening: &Listening) {
    publish(board, &app.settings, listening);
    let Listening {
        url,
        local,
        certificate,
        ..
    } = listening;
    // After the file, so that whoever waits for this line finds it written.
    let fingerprint = certificate.as_ref().map(|shown| shown.fingerprint.as_str());
    let local = local.map(|address| format!("http://{address}"));
    tracing::info!(url, local, certificate = fingerprint, "listening on {url}");
    if let Some(shown) = certificate.as_ref().filter(|shown| shown.self_signed) {
        tracing::warn!(
            "the certificate is self-signed (SHA-256 {}): Entra ID accepts only one that chains to a public \
             root, or its on-premises provisioning agent in front; give one with --tls-cert and --tls-key, \
             or have one issued by setting `acme.domains`",
            shown.fingerprint
        );
    }
    let command = token_command(&app.settings.data_dir);
    if std::io::stderr().is_terminal() {
        print::note(&welcome(&command, listening));
    } else if has_no_token(&app.store) {
        tracing::info!("nobody has a token yet: `{command}` makes one, and shows it once");
    }
}

/// Says in the lock file, for the commands on this machine, how the server is reached, and how it stands
/// with its certificate.
fn publish(board: &Board, settings: &Settings, listening: &Listening) {
    let Listening {
        url,
        local,
        certificate,
        problem,
    } = listening;
    let fingerprint = certificate.as_ref().map(|shown| &shown.fingerprint);
    let mut facts = vec![
        ("pid", json!(std::process::id())),
        ("url", json!(url)),
        (
            "local",
            json!(local.map(|address| format!("http://{address}"))),
        ),
        ("certificate", json!(fingerprint)),
        ("certificateProblem", json!(problem)),
    ];
    if let TlsSettings::Files { certificate, key } = &settings.tls {
        facts.push(("tlsCert", json!(certificate.display().to_string())));
        facts.push(("tlsKey", json!(key.display().to_string())));
    }
    board.say(facts);
}

/// Whether no token was ever made. Where that cannot be found out, something else will be said.
fn has_no_token(store: &Store) -> bool {
    let tokens = store.read(|view| view.tokens());
    tokens.is_ok_and(|tokens| tokens.is_empty())
}

/// What makes a token for this server; it can be pasted.
fn token_command(data_dir: &Path) -> String {
    let program = std::env::args_os()
        .next()
        .unwrap_or_else(|| "appliance".into());
    format!(
        "{} token new --data-dir {}",
        program.display(),
        data_dir.display()
    )
}

/// What somebody needs next who has just started a server by hand.
fn welcome(command: &str, listening: &Listening) -> String {
    let certificate = match &listening.certificate {
        Some(shown) => format!("SHA-256 {}", shown.fingerprint),
        None => "none: nothing is encrypted here".to_owned(),
    };
    format!(
        "\n  Tenant URL    {}\n  Certificate   {certificate}\n  Token         {command}\n\n  \
         Run that command in another terminal; it shows the token once. Paste Tenant URL and token\n  \
         into the identity provider. Ctrl-C stops the server.\n",
        listening.url,
    )
}

fn unusable(error: StoreError) -> Problem {
    match error {
        StoreError::InUse => Problem::refused(error)
            .hint("stop the other server, or choose another directory with --data-dir"),
        StoreError::Newer { .. } => {
            Problem::refused(error).hint("install the version that last used this data")
        }
        StoreError::Foreign | StoreError::Restoring => Problem::refused(error),
        // Neither goes away by itself, so a service manager must not try again and again.
        StoreError::Corrupt { .. } => {
            Problem::refused(error).hint("`appliance check` says more; a backup may be needed")
        }
        StoreError::Io { ref cause, .. } if will_not_do(cause.kind()) => Problem::refused(error)
            .hint("the account of the service must own the data directory and be able to write it"),
        // A file system that met an error is mounted anew some day, and then the next start is a good one.
        StoreError::Io { ref cause, .. } if cause.kind() == ErrorKind::ReadOnlyFilesystem => {
            Problem::failed(error).hint(
                "the file system takes nothing: either it met an error, of which `dmesg` tells, or the unit \
                 of the service does not allow this directory (`ReadWritePaths=`)",
            )
        }
        _ => Problem::failed(error),
    }
}

const fn will_not_do(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::PermissionDenied | ErrorKind::NotADirectory)
}

fn not_served(error: ServeError) -> Problem {
    match error {
        ServeError::Unencrypted(_) => Problem::refused(error)
            .hint("listen on 127.0.0.1, or add --tls-force if something in front encrypts"),
        ServeError::Inherited { .. } => Problem::usage(error)
            .hint("the socket unit must say ListenStream= with a port, and Accept=no"),
        ServeError::Tls(ref cause) => {
            let remedy = cause.remedy();
            let problem = Problem::usage(error);
            match remedy {
                Some(remedy) => problem.hint(remedy),
                None => problem,
            }
        }
        ServeError::Bind { ref source, .. } if source.kind() == ErrorKind::PermissionDenied => {
            Problem::usage(error).hint(
                "ports below 1024 are root's: appliance.socket hands one over, or choose another with \
                 --listen",
            )
        }
        ServeError::Bind { .. } | ServeError::Run(_) => Problem::failed(error),
    }
}
