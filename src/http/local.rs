//! The second listener, for the machine itself: is the service alive, can it write, and how does it do?

use std::net::SocketAddr;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::web::{self, Data};
use actix_web::{HttpResponse, HttpServer, rt};

use super::app::App;
use super::aside::aside;
use super::metrics;
use super::serve_error::ServeError;
use crate::operate::{Failure, health};
use crate::store::StoreError;

/// The media type of metrics.
const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// How long the writer may take to answer before it counts as gone.
const PATIENCE: Duration = Duration::from_secs(10);

/// Binds the local listener, unless it is off, and says where it is. It has no authentication, so only loopback will do.
pub(super) fn bind(
    app: Data<App>,
    listen: Option<SocketAddr>,
) -> Result<Option<(Server, SocketAddr)>, ServeError> {
    let Some(listen) = listen else {
        return Ok(None);
    };
    if !listen.ip().is_loopback() {
        return Err(ServeError::Unencrypted(listen));
    }
    let server = HttpServer::new(move || {
        actix_web::App::new()
            .app_data(app.clone())
            .route("/healthz", web::get().to(async || alive()))
            .route("/readyz", web::get().to(ready))
            .route("/metrics", web::get().to(measured))
    })
    .workers(1)
    .disable_signals()
    .bind(listen)
    .map_err(|source| ServeError::Bind {
        address: listen,
        source,
    })?;
    let bound = server.addrs().first().copied().unwrap_or(listen);
    Ok(Some((server.run(), bound)))
}

/// The process answers.
fn alive() -> HttpResponse {
    HttpResponse::Ok().body("alive\n")
}

/// A transaction can be committed, there is room for it, and the database was found sound; else 503 with
/// every reason, a line each.
async fn ready(app: Data<App>) -> HttpResponse {
    let mut reasons: Vec<String> = health::no_room(&app.settings.data_dir)
        .into_iter()
        .collect();
    // Writing for nothing wears the disk, so a bare transaction will do unless writes failed before.
    let failing = app.store.load().failing;
    let written = app.store.try_write(move |tx| {
        if failing {
            tx.prove_writable()?;
        }
        Ok::<(), StoreError>(())
    });
    match rt::time::timeout(PATIENCE, written).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => reasons.push(format!("the database cannot be written: {error}")),
        Err(_) => reasons.push("the writer does not answer".to_owned()),
    }
    let complaint = app.examination().and_then(|found| found.complaint());
    reasons.extend(complaint.map(|what| StoreError::Corrupt { what }.to_string()));
    if reasons.is_empty() {
        return HttpResponse::Ok().body("ready\n");
    }
    tracing::error!(reasons = reasons.join("; "), "not ready");
    HttpResponse::ServiceUnavailable().body(reasons.join("\n") + "\n")
}

/// The page for a monitoring system. It asks the database, so it is made off the event loop.
async fn measured(app: Data<App>) -> HttpResponse {
    let page = aside(move || metrics::read(&app)).await;
    match page.map_err(Failure::from).flatten() {
        Ok(page) => HttpResponse::Ok().content_type(OPENMETRICS).body(page),
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "no metrics");
            HttpResponse::ServiceUnavailable().body("the database cannot be read\n")
        }
    }
}
