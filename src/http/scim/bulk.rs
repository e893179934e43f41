//! `POST /Bulk` (RFC 7644 §3.7).

use actix_web::HttpResponse;
use actix_web::web::Data;

use super::super::app::App;
use super::super::error::Answer;
use super::body::BulkBody;
use super::reply;
use crate::provision::{Ask, BulkRun};
use crate::scim::bulk::BulkRequest;

/// Carries out the operations in parts, so that a long request does not keep everybody else waiting.
pub(in crate::http) async fn run(
    ask: Ask,
    body: BulkBody,
    app: Data<App>,
) -> Result<HttpResponse, Answer> {
    ask.may_write()?;
    let request = BulkRequest::parse(body.0, ask.policy().dialect, &ask.limits)?;
    let mut run = BulkRun::new(&ask, request)?;
    while !run.is_done() {
        let asked = ask.clone();
        run = app
            .store
            .try_repeatable(move |tx| run.advance(tx, &asked))
            .await?;
    }
    app.count(&ask, run.tolerated(), &body.1);
    Ok(reply::json(run.response().to_string()))
}
