//! The listener: bound, served and drained.

use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use actix_web::middleware::from_fn;
use actix_web::web::Data;
use actix_web::{HttpServer, rt};

use super::app::App;
use super::pulse::Beats;
use super::serve_error::ServeError;
use super::signals::{Signals, Wish};
use super::sockets::Sockets;
use super::tls::{Certificate, Keeper};
use super::{address, door, local, notice, routes};
use crate::base::{Settings, TlsSettings};

/// How long the head of a request may take to arrive.
const HEAD: Duration = Duration::from_secs(5);
/// How long a TLS handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(4);
/// How long an idle connection is kept.
const KEEP_ALIVE: Duration = Duration::from_mins(1);
/// How long requests that are running may go on after the server was told to stop.
const DRAIN_SECONDS: u64 = 8;
/// Connections that one worker accepts; more wait in the queue of the system.
const CONNECTIONS: usize = 2_048;

/// TLS handshakes that one worker has at once. Of those who connect and say nothing, so many may come in
/// [`HANDSHAKE`] until others wait; one that is under way takes some 20 KiB.
const HANDSHAKES: usize = 1_024;

/// A server that accepts connections.
#[derive(Debug, Clone)]
pub struct Listening {
    /// The base address for clients on this machine, or the public one where it is configured.
    pub url: String,
    /// Where health and metrics answer, if they do.
    pub local: Option<SocketAddr>,
    /// The certificate that is shown; `None` without TLS.
    pub certificate: Option<Certificate>,
    /// What stands in the way of a newer certificate, in words, with the remedy.
    pub problem: Option<String>,
}

/// Serves until SIGTERM or SIGINT, then stops accepting, lets running requests finish for a bounded
/// time, and returns. `ready` is called once, when connections are accepted; the service manager is
/// told after it. `renewed` is called whenever the certificate, or what stands in the way of a newer
/// one, may have changed. Where there are `sockets`, they are served instead of the configured address.
pub fn run(
    app: Data<App>,
    sockets: Sockets,
    ready: impl FnOnce(&Listening),
    renewed: impl Fn(&Listening),
) -> Result<(), ServeError> {
    rt::System::new().block_on(serve(app, sockets, ready, renewed))
}

/// Half of the processors answer requests, at least one does: the writer, reads that take long, and whoever
/// else is on the machine want theirs. Measured on two of them, with eight clients on the same machine: one
/// worker answers 1.3 to 1.4 times the match queries that two do, each for 21 µs of a processor instead of 30,
/// and the slowest hundredth within 0.4 ms instead of 2; what is written is written as fast.
fn workers() -> usize {
    std::thread::available_parallelism().map_or(1, |cores| cores.get().div_ceil(2))
}

async fn serve(
    app: Data<App>,
    sockets: Sockets,
    ready: impl FnOnce(&Listening),
    renewed: impl Fn(&Listening),
) -> Result<(), ServeError> {
    let settings = app.settings.clone();
    let loopback_only = settings.tls == TlsSettings::Off { forced: false };
    if loopback_only && sockets.is_empty() && !settings.listen.ip().is_loopback() {
        return Err(ServeError::Unencrypted(settings.listen));
    }
    let mut keeper = Keeper::new(&settings, &app.clock)?;
    let workers = workers();
    let shared = app.clone();
    let beats = Beats::of(workers);
    let beating = beats.clone();
    let server = HttpServer::new(move || {
        beating.begin();
        actix_web::App::new()
            .app_data(shared.clone())
            .configure(routes::all)
            .wrap(from_fn(door::pass))
    })
    .workers(workers)
    .client_request_timeout(HEAD)
    .client_disconnect_timeout(HEAD)
    .tls_handshake_timeout(HANDSHAKE)
    .keep_alive(KEEP_ALIVE)
    // Over HTTP/2 an answer is more than one write, and the second would wait for the client to confirm the
    // first: 40 ms (RFC 9293 §3.7.4).
    .tcp_nodelay(true)
    .max_connections(CONNECTIONS)
    .max_connection_rate(HANDSHAKES)
    .shutdown_timeout(DRAIN_SECONDS)
    .disable_signals();
    let config = keeper.as_ref().map(Keeper::config).transpose()?;
    let wanted = wanted(&settings);
    let server = if sockets.is_empty() {
        let bound = match config {
            Some(config) => server.bind_rustls_0_23(wanted, config),
            None => server.bind(wanted),
        };
        bound.map_err(|source| ServeError::Bind {
            address: wanted,
            source,
        })?
    } else {
        let listeners = sockets.into_listeners(loopback_only)?.into_iter();
        listeners
            .enumerate()
            .try_fold(server, |server, (index, listener)| {
                let with_it = match config.clone() {
                    Some(config) => server.listen_rustls_0_23(listener, config),
                    None => server.listen(listener),
                };
                with_it.map_err(|source| ServeError::Inherited { index, source })
            })?
    };
    let bound = server.addrs().first().copied().unwrap_or(wanted);
    let local = local::bind(app.clone(), settings.local_listen)?;
    let server = server.run();
    let handle = server.handle();
    let mut signals = Signals::catch()?;
    let mut running = rt::spawn(server);
    let locally = local.as_ref().map(|(_, bound)| *bound);
    let local = local.map(|(local, _)| (local.handle(), rt::spawn(local)));
    let url = url(&settings, bound);
    let listening = |keeper: &Option<Keeper>| Listening {
        url: url.clone(),
        local: locally,
        certificate: keeper.as_ref().map(Keeper::certificate),
        problem: keeper.as_ref().and_then(Keeper::problem),
    };
    ready(&listening(&keeper));
    let status = format!("Serving {url}");
    let pulse = beats.watch(app, status.clone()).map_err(ServeError::Run)?;
    notice::ready(&status);
    loop {
        tokio::select! {
            wish = signals.next() => match wish {
                Wish::Stop => break,
                Wish::Look => {
                    notice::reloading();
                    if let Some(keeper) = &mut keeper {
                        keeper.look();
                    }
                    notice::ready(&status);
                }
            },
            () = fresh(&mut keeper) => {}
            // Nobody told it to: whoever watches the service has to see that it is gone.
            early = &mut running => {
                drop(pulse);
                return left(early);
            }
        }
        renewed(&listening(&keeper));
    }
    notice::stopping();
    drop(pulse);
    handle.stop(true).await;
    if let Some((handle, task)) = local {
        handle.stop(false).await;
        ended(task).await?;
    }
    ended(running).await
}

/// Waits until there is something new about the certificate; for ever where there is none.
async fn fresh(keeper: &mut Option<Keeper>) {
    match keeper {
        Some(keeper) => keeper.renewed().await,
        None => std::future::pending().await,
    }
}

type Ended = Result<io::Result<()>, rt::task::JoinError>;

/// How a server that was told to stop has ended.
async fn ended(task: impl Future<Output = Ended>) -> Result<(), ServeError> {
    task.await
        .map_err(|error| ServeError::Run(io::Error::other(error)))?
        .map_err(ServeError::Run)
}

/// Why a server that nobody told to stop has ended.
fn left(ended: Ended) -> Result<(), ServeError> {
    let cause = match ended {
        Ok(Ok(())) => io::Error::other("the server has stopped by itself"),
        Ok(Err(cause)) => cause,
        Err(panicked) => io::Error::other(panicked),
    };
    Err(ServeError::Run(cause))
}

/// The address to listen on. A machine without IPv6 cannot listen on `[::]`, and nobody wants to
/// configure that.
fn wanted(settings: &Settings) -> SocketAddr {
    if settings.listen.ip().is_unspecified() && !has_ipv6() {
        SocketAddr::from((Ipv4Addr::UNSPECIFIED, settings.listen.port()))
    } else {
        settings.listen
    }
}

fn has_ipv6() -> bool {
    std::net::UdpSocket::bind("[::1]:0").is_ok()
}

/// The base address under which this server is reached from here.
fn url(settings: &Settings, bound: SocketAddr) -> String {
    if let Some(url) = &settings.public_url {
        return format!("{}{}", url.trim_end_matches('/'), address::BASE);
    }
    let scheme = match settings.tls {
        TlsSettings::Off { .. } => "http",
        TlsSettings::SelfSigned | TlsSettings::Files { .. } | TlsSettings::Acme(_) => "https",
    };
    let host = if bound.ip().is_unspecified() {
        format!("localhost:{}", bound.port())
    } else {
        bound.to_string()
    };
    format!("{scheme}://{host}{}", address::BASE)
}
