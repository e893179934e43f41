//! The second listener, for the machine itself: is the service alive, and can it write?

use std::net::SocketAddr;

use actix_web::dev::Server;
use actix_web::web::{self, Data};
use actix_web::{HttpResponse, HttpServer};

use super::app::App;
use super::serve_error::ServeError;
use crate::store::StoreError;

/// Binds the local listener, unless it is off. It has no authentication, so only loopback will do.
pub(super) fn bind(
    app: Data<App>,
    listen: Option<SocketAddr>,
) -> Result<Option<Server>, ServeError> {
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
    })
    .workers(1)
    .disable_signals()
    .bind(listen)
    .map_err(|source| ServeError::Bind {
        address: listen,
        source,
    })?;
    Ok(Some(server.run()))
}

/// The process answers.
fn alive() -> HttpResponse {
    HttpResponse::Ok().body("alive\n")
}

/// A transaction can be committed.
async fn ready(app: Data<App>) -> HttpResponse {
    match app.store.try_write(|_| Ok::<(), StoreError>(())).await {
        Ok(()) => HttpResponse::Ok().body("ready\n"),
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "not ready");
            HttpResponse::ServiceUnavailable().body("the database cannot be written\n")
        }
    }
}
