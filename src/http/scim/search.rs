//! Queries: by GET and by POST, on one kind and on all (RFC 7644 §3.4.2 and §3.4.3).

use actix_web::HttpResponse;
use actix_web::web::Data;

use super::super::app::App;
use super::super::aside::aside;
use super::super::error::Answer;
use super::body::Body;
use super::query::Pairs;
use super::reply;
use crate::provision::{self, Ask, Question};
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

/// What is a look into an index is answered at once, unless it finds many; the rest on a thread of its own,
/// so that the requests of others do not wait behind it.
async fn answer(ask: Ask, kinds: &[Kind], query: &ListQuery, app: Data<App>) -> Reply {
    let question = Question::read(&ask, kinds, query)?;
    if question.is_quick() {
        let look = |view: &View<'_>| provision::list_at_once(view, &ask, &question, &app.cursors);
        if let Some(text) = app.store.read(look)? {
            return Ok(reply::json(text));
        }
    }
    let look = move || {
        let list = |view: &View<'_>| provision::list(view, &ask, &question, &app.cursors);
        app.store.read_long(list)
    };
    Ok(reply::json(aside(look).await??))
}
