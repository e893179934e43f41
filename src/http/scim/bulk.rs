//! `POST /Bulk` (RFC 7644 §3.7).

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::web::Data;

use super::super::app::App;
use super::super::error::{Answer, log};
use super::body::BulkBody;
use super::reply;
use crate::provision::{Ask, BulkRun, Failure};
use crate::scim::bulk::BulkRequest;

/// Carries out the operations in parts, so that a long request does not keep everybody else waiting. What
/// was committed is answered for, even if a later part cannot be carried out.
pub(in crate::http) async fn run(
    ask: Ask,
    body: BulkBody,
    app: Data<App>,
) -> Result<HttpResponse, Answer> {
    ask.may_write()?;
    let request = BulkRequest::parse(body.0, ask.policy().dialect, &ask.limits)?;
    let mut run = BulkRun::new(&ask, request)?;
    while !run.is_done() {
        let (asked, reached) = (ask.clone(), Arc::new(run));
        let from = Arc::clone(&reached);
        let advanced = app
            .store
            .try_repeatable(move |tx| from.advance(tx, &asked))
            .await;
        run = match advanced {
            Ok(further) => further,
            Err(failure) if reached.is_begun() => {
                if let Failure::Broken(error) = &failure {
                    log(error);
                }
                let mut reached = Arc::unwrap_or_clone(reached);
                reached.break_off(&ask);
                reached
            }
            Err(failure) => return Err(failure.into()),
        };
    }
    app.count(&ask, run.tolerated(), &body.1);
    Ok(reply::json(run.response().to_string()))
}
