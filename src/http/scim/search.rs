//! Queries: by GET and by POST, on one kind and on all (RFC 7644 §3.4.2 and §3.4.3).

use actix_web::HttpResponse;
use actix_web::web::Data;

use super::super::app::App;
use super::super::aside::aside;
use super::super::error::Answer;
use super::body::Body;
use super::query::Pairs;
use super::reply;
use crate::provision::{self, Ask, Failure, Question};
use crate::scim::Kind;
use crate::scim::list::ListQuery;
use crate::store::View;

type Reply = Result<HttpResponse, Answer>;

/// `GET /Users` and `GET /Groups`.
pub(in crate::http) async fn list(
    ask: Ask,
    kind: Data<Kind>,
    pairs: Pairs,
    app: Data<App>,
) -> Reply {
    let query = ListQuery::from_pairs(pairs.iter(), &ask.limits)?;
    answer(ask, &[**kind], &query, app).await
}

/// `POST /Users/.search` and `POST /Groups/.search`.
pub(in crate::http) async fn posted(
    ask: Ask,
    kind: Data<Kind>,
    body: Body,
    app: Data<App>,
) -> Reply {
    let query = ListQuery::from_body(&body.0, ask.policy().dialect, &ask.limits)?;
    answer(ask, &[**kind], &query, app).await
}

/// `GET` of the base.
pub(in crate::http) async fn everything(ask: Ask, pairs: Pairs, app: Data<App>) -> Reply {
    let query = ListQuery::from_pairs(pairs.iter(), &ask.limits)?;
    answer(ask, &Kind::ALL, &query, app).await
}

/// `POST /.search`.
pub(in crate::http) async fn everything_posted(ask: Ask, body: Body, app: Data<App>) -> Reply {
    let query = ListQuery::from_body(&body.0, ask.policy().dialect, &ask.limits)?;
    answer(ask, &Kind::ALL, &query, app).await
}

/// What is a look into an index is answered at once; the rest on a thread of its own, so that the
/// requests of others do not wait behind it.
async fn answer(ask: Ask, kinds: &[Kind], query: &ListQuery, app: Data<App>) -> Reply {
    let question = Question::read(&ask, kinds, query)?;
    let quick = question.is_quick();
    let look = move |app: &App, view: &View<'_>| -> Result<String, Failure> {
        provision::list(view, &ask, &question, &app.cursors)
    };
    let text = if quick {
        app.store.read(|view| look(&app, view))?
    } else {
        aside(move || app.store.read_long(|view| look(&app, view))).await??
    };
    Ok(reply::json(text))
}
