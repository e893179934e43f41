//! Every URL on one page.

use actix_web::guard::{self, Guard};
use actix_web::http::Method;
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{FromRequest, Handler, HttpResponse, Resource, Responder, Scope};

use super::address::{BASE, TOKENS};
use super::error;
use super::oauth;
use super::scim::id::Id;
use super::scim::{bulk, discovery, resources, search};
use crate::scim::{Kind, ScimError};

/// What one resource answers.
const ONE: &str = "GET, HEAD, PUT, PATCH, DELETE, OPTIONS";

/// Registers the whole surface of RFC 7644 §3.2. What is not here is 404, for those who may ask.
///
/// They are tried in this order, so what is asked most comes first.
pub(super) fn all(config: &mut ServiceConfig) {
    config
        .service(
            web::scope(BASE)
                .service(
                    only("", "GET, HEAD, OPTIONS")
                        .route(web::get().to(search::everything))
                        .route(web::head().to(search::everything)),
                )
                .service(
                    only("/.search", "POST, OPTIONS")
                        .route(web::post().to(search::everything_posted)),
                )
                .configure(|config| resource_routes(config, Kind::User))
                .configure(|config| resource_routes(config, Kind::Group))
                .service(only("/Bulk", "POST, OPTIONS").route(web::post().to(bulk::run)))
                .configure(discovery_routes)
                .service(web::resource("/Me").to(async || me()))
                .service(web::resource("/Me/{rest:.*}").to(async || me())),
        )
        .service(
            web::resource(TOKENS)
                .route(web::post().to(oauth::token))
                .route(web::method(Method::OPTIONS).to(async || options("POST, OPTIONS")))
                .default_service(web::to(async || oauth::not_allowed())),
        )
        .default_service(web::to(async || error::refused(&error::nothing())));
}

fn discovery_routes(config: &mut ServiceConfig) {
    const ALLOWED: &str = "GET, HEAD, OPTIONS";
    config
        .service(
            only("/ServiceProviderConfig", ALLOWED)
                .route(web::get().to(discovery::service_provider_config))
                .route(web::head().to(discovery::service_provider_config)),
        )
        .service(
            only("/ResourceTypes", ALLOWED)
                .route(web::get().to(discovery::resource_types))
                .route(web::head().to(discovery::resource_types)),
        )
        .service(
            only("/ResourceTypes/{name}", ALLOWED)
                .route(web::get().to(discovery::resource_type))
                .route(web::head().to(discovery::resource_type)),
        )
        .service(
            only("/Schemas", ALLOWED)
                .route(web::get().to(discovery::schemas))
                .route(web::head().to(discovery::schemas)),
        )
        .service(
            only("/Schemas/{urn}", ALLOWED)
                .route(web::get().to(discovery::schema))
                .route(web::head().to(discovery::schema)),
        );
}

/// The same paths and methods for users and groups; the kind is data of the scope. What is below it and
/// has no name is an id: a pattern in braces would be a regular expression, which was a fifth of a read.
fn resource_routes(config: &mut ServiceConfig, kind: Kind) {
    config.service(
        web::scope(&format!("/{}", kind.endpoint()))
            .app_data(Data::new(kind))
            .service(
                only("", "GET, HEAD, POST, OPTIONS")
                    .route(web::get().to(search::list))
                    .route(web::head().to(search::list))
                    .route(web::post().to(resources::create)),
            )
            .service(only("/.search", "POST, OPTIONS").route(web::post().to(search::posted)))
            .service(below(guard::Get(), resources::read))
            .service(below(guard::Patch(), resources::patch))
            .service(below(guard::Put(), resources::replace))
            .service(below(guard::Delete(), resources::delete))
            .service(below(guard::Head(), resources::read))
            .default_service(web::to(async |_: Id, method: Method| {
                if method == Method::OPTIONS {
                    options(ONE)
                } else {
                    error::method_not_allowed(ONE)
                }
            })),
    );
}

/// Whatever is below a path, if it is asked for in this way.
fn below<H, Arguments>(asked: impl Guard + 'static, handler: H) -> Scope
where
    H: Handler<Arguments>,
    Arguments: FromRequest + 'static,
    H::Output: Responder + 'static,
{
    web::scope("")
        .guard(asked)
        .default_service(web::to(handler))
}

/// A path that answers these methods: OPTIONS lists them, any other is 405.
fn only(path: &str, allowed: &'static str) -> Resource {
    web::resource(path)
        .route(web::method(Method::OPTIONS).to(move || async move { options(allowed) }))
        .default_service(web::to(move || async move {
            error::method_not_allowed(allowed)
        }))
}

fn options(allowed: &'static str) -> HttpResponse {
    HttpResponse::NoContent()
        .insert_header(("Allow", allowed))
        .finish()
}

/// RFC 7644 §3.11: a token of ours stands for a connection, not for a person.
fn me() -> HttpResponse {
    error::refused(&ScimError::not_implemented(
        "/Me: a token of this server stands for a connection, so there is no `me`; use /Users",
    ))
}
