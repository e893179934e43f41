//! One resource: create, read, replace, patch, delete.

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;

use super::super::app::App;
use super::super::aside::aside;
use super::super::error::Answer;
use super::body::Body;
use super::id::Id;
use super::query::Pairs;
use super::reply;
use crate::provision::{self, Ask, Failure, Outcome, Shown};
use crate::scim::project::Projection;
use crate::scim::{Kind, Precondition, ScimError};
use crate::store::View;

type Reply = Result<HttpResponse, Answer>;

/// `POST /Users` and `POST /Groups` (RFC 7644 §3.3).
pub(in crate::http) async fn create(
    ask: Ask,
    kind: Data<Kind>,
    pairs: Pairs,
    body: Body,
    app: Data<App>,
) -> Reply {
    ask.may_write()?;
    let kind = **kind;
    let projection = projection(&ask, kind, &pairs)?;
    let incoming = provision::Incoming::read(&ask, kind, body.0)?;
    app.count(&ask, incoming.tolerated(), &body.1);
    let (base, shown) = (ask.base.clone(), Arc::clone(&projection));
    let outcome = app
        .store
        .try_repeatable(move |tx| provision::create(tx, &ask, kind, &incoming, &shown))
        .await?;
    reply::outcome(&outcome.done()?, &base, &projection)
}

/// `GET /Users/{id}` and `GET /Groups/{id}` (RFC 7644 §3.4.1). The members of a group may be many: they are
/// read on a thread of their own.
pub(in crate::http) async fn read(
    ask: Ask,
    kind: Data<Kind>,
    id: Id,
    pairs: Pairs,
    given: Precondition,
    app: Data<App>,
) -> Reply {
    let kind = **kind;
    let projection = projection(&ask, kind, &pairs)?;
    let id = id.of(kind)?;
    let base = Arc::clone(&ask.base);
    let long = provision::shows_members(kind, &projection);
    let look = move |view: &View<'_>| -> Result<(Shown, Option<String>), Failure> {
        let shown = provision::read(view, &ask, kind, &id, &projection)?;
        if given.not_modified(shown.etag())? {
            return Ok((shown, None));
        }
        let text = shown.text(&ask.base, &projection)?;
        Ok((shown, Some(text)))
    };
    let (shown, text) = if long {
        aside(move || app.store.read_long(look)).await??
    } else {
        app.store.read(look)?
    };
    Ok(match text {
        Some(text) => reply::written(StatusCode::OK, &shown, &base, text),
        None => reply::not_modified(&shown),
    })
}

/// `PUT /Users/{id}` (RFC 7644 §3.5.1).
pub(in crate::http) async fn replace(
    ask: Ask,
    kind: Data<Kind>,
    id: Id,
    pairs: Pairs,
    given: Precondition,
    body: Body,
    app: Data<App>,
) -> Reply {
    ask.may_write()?;
    let kind = **kind;
    let projection = projection(&ask, kind, &pairs)?;
    let id = id.of(kind)?;
    let incoming = provision::Incoming::read(&ask, kind, body.0)?;
    app.count(&ask, incoming.tolerated(), &body.1);
    let (base, shown) = (ask.base.clone(), Arc::clone(&projection));
    let outcome = app
        .store
        .try_repeatable(move |tx| {
            provision::replace(tx, &ask, kind, &id, &incoming, &given, &shown)
        })
        .await?;
    reply::outcome(&outcome.done()?, &base, &projection)
}

/// `PATCH /Users/{id}` (RFC 7644 §3.5.2). A user is answered with 200 and the resource; a group with
/// 204, unless attributes were asked for: its member list may be very long.
pub(in crate::http) async fn patch(
    ask: Ask,
    kind: Data<Kind>,
    id: Id,
    pairs: Pairs,
    given: Precondition,
    body: Body,
    app: Data<App>,
) -> Reply {
    ask.may_write()?;
    let kind = **kind;
    let asked = projection(&ask, kind, &pairs)?;
    let brief = kind == Kind::Group && pairs.value("attributes").is_none();
    let projection = if brief {
        Arc::new(Projection::nothing())
    } else {
        asked
    };
    let id = id.of(kind)?;
    let request = provision::Patch::read(&ask, kind, body.0)?;
    app.count(&ask, request.tolerated(), &body.1);
    let (base, shown) = (ask.base.clone(), Arc::clone(&projection));
    let outcome = app
        .store
        .try_repeatable(move |tx| provision::patch(tx, &ask, kind, &id, &request, &given, &shown))
        .await?;
    let outcome = outcome.done()?;
    if brief {
        return Ok(reply::no_content(outcome.shown()));
    }
    reply::outcome(&outcome, &base, &projection)
}

/// `DELETE /Users/{id}` (RFC 7644 §3.6).
pub(in crate::http) async fn delete(
    ask: Ask,
    kind: Data<Kind>,
    id: Id,
    given: Precondition,
    app: Data<App>,
) -> Reply {
    ask.may_write()?;
    let kind = **kind;
    let id = id.of(kind)?;
    let outcome: Outcome = app
        .store
        .try_repeatable(move |tx| provision::delete(tx, &ask, kind, &id, &given))
        .await?;
    Ok(reply::no_content(outcome.done()?.shown()))
}

/// What the answer is to show: the writer asks for it too.
fn projection(ask: &Ask, kind: Kind, pairs: &Pairs) -> Result<Arc<Projection>, ScimError> {
    Projection::parse(
        pairs.once("attributes")?,
        pairs.once("excludedAttributes")?,
        kind,
        ask.schemas(),
        ask.shown(kind),
    )
    .map(Arc::new)
}
