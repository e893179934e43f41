//! `/ServiceProviderConfig`, `/ResourceTypes` and `/Schemas` (RFC 7644 §4).

use actix_web::web::{Data, Path};
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use serde_json::Value;

use super::super::address;
use super::super::app::App;
use super::super::error::Answer;
use super::super::visit::Visit;
use super::accept;
use super::query::Pairs;
use super::reply;
use crate::provision::{self, Ask};
use crate::scim::ScimError;
use crate::scim::list::{ListResponse, Position};

/// `GET /ServiceProviderConfig`. It needs nobody who asks: the operator may show it to everybody. How one may
/// come in is said of the connection of whoever asks, or of all.
pub(in crate::http) async fn service_provider_config(
    request: HttpRequest,
    pairs: Pairs,
    app: Data<App>,
) -> Result<HttpResponse, Answer> {
    accept::check(request.headers())?;
    no_filter(&pairs)?;
    let (peer, connection) = match request.extensions().get::<Visit>() {
        Some(visit) => (
            visit.peer,
            visit.entrance().map(|entrance| entrance.connection.number),
        ),
        None => (None, None),
    };
    let base = address::base(&app.settings, &request, peer);
    let tokens = address::tokens(&base);
    let has_clients = app.directory()?.admits_clients(connection, app.clock.now());
    let document = provision::service_provider_config(
        &base,
        &app.settings.limits,
        has_clients.then_some(&tokens),
    );
    Ok(reply::json(document.to_string()))
}

/// `GET /ResourceTypes`.
pub(in crate::http) async fn resource_types(
    ask: Ask,
    pairs: Pairs,
) -> Result<HttpResponse, Answer> {
    no_filter(&pairs)?;
    Ok(all(&provision::resource_types(&ask)))
}

/// `GET /ResourceTypes/{name}`.
pub(in crate::http) async fn resource_type(
    ask: Ask,
    name: Path<String>,
    pairs: Pairs,
) -> Result<HttpResponse, Answer> {
    no_filter(&pairs)?;
    one(provision::resource_types(&ask), &name)
}

/// `GET /Schemas`.
pub(in crate::http) async fn schemas(ask: Ask, pairs: Pairs) -> Result<HttpResponse, Answer> {
    no_filter(&pairs)?;
    Ok(all(&provision::schemas(&ask)))
}

/// `GET /Schemas/{urn}`.
pub(in crate::http) async fn schema(
    ask: Ask,
    urn: Path<String>,
    pairs: Pairs,
) -> Result<HttpResponse, Answer> {
    no_filter(&pairs)?;
    one(provision::schemas(&ask), &urn)
}

/// RFC 7644 §4: a filter on these is 403, so that nobody takes the whole for a part.
fn no_filter(pairs: &Pairs) -> Result<(), ScimError> {
    match pairs.value("filter") {
        None => Ok(()),
        Some(_) => Err(ScimError::forbidden(
            "filter: what the server says of itself is not filtered; leave it out",
        )),
    }
}

/// Sorting and paging are ignored here, as RFC 7644 §4 orders: always everything.
fn all(documents: &[Value]) -> HttpResponse {
    let list = ListResponse {
        total: documents.len() as u64,
        position: Position::Index(1),
        resources: documents.iter().map(Value::to_string).collect(),
    };
    reply::json(list.to_json())
}

fn one(documents: Vec<Value>, id: &str) -> Result<HttpResponse, Answer> {
    let found = documents.into_iter().find(|document| {
        document
            .get("id")
            .and_then(Value::as_str)
            .is_some_and(|known| known.eq_ignore_ascii_case(id))
    });
    match found {
        Some(document) => Ok(reply::json(document.to_string())),
        None => {
            Err(ScimError::not_found("nothing has this name; the list shows what there is").into())
        }
    }
}
