//! Every URL on one page.

use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{HttpResponse, Resource};

use super::address::{BASE, TOKENS};
use super::error;
use super::oauth;
use super::scim::{bulk, discovery, resources, search};
use crate::scim::{Kind, ScimError};

/// Registers the whole surface of RFC 7644 §3.2. What is not here is 404, for those who may ask.
///
/// They are tried in this order, and a path with a part in braces costs a regular expression, so what is
/// asked most comes first.
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
                .route(
                    web::method(actix_web::http::Method::OPTIONS)
                        .to(async || options("POST, OPTIONS")),
                )
                .default_service(web::to(async || oauth::not_allowed())),
        )
        .default_service(web::to(async || nothing()));
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

/// The same paths and methods for users and groups; the kind is data of the route.
fn resource_routes(config: &mut ServiceConfig, kind: Kind) {
    let endpoint = kind.endpoint();
    config
        .service(
            only(&format!("/{endpoint}"), "GET, HEAD, POST, OPTIONS")
                .app_data(Data::new(kind))
                .route(web::get().to(search::list))
                .route(web::head().to(search::list))
                .route(web::post().to(resources::create)),
        )
        .service(
            only(&format!("/{endpoint}/.search"), "POST, OPTIONS")
                .app_data(Data::new(kind))
                .route(web::post().to(search::posted)),
        )
        .service(
            only(
                &format!("/{endpoint}/{{id}}"),
                "GET, HEAD, PUT, PATCH, DELETE, OPTIONS",
            )
            .app_data(Data::new(kind))
            .route(web::get().to(resources::read))
            .route(web::head().to(resources::read))
            .route(web::put().to(resources::replace))
            .route(web::patch().to(resources::patch))
            .route(web::delete().to(resources::delete)),
        );
}

/// A path that answers these methods: OPTIONS lists them, any other is 405.
fn only(path: &str, allowed: &'static str) -> Resource {
    web::resource(path)
        .route(
            web::method(actix_web::http::Method::OPTIONS)
                .to(move || async move { options(allowed) }),
        )
        .default_service(web::to(move || async move { not_allowed(allowed) }))
}

fn options(allowed: &'static str) -> HttpResponse {
    HttpResponse::NoContent()
        .insert_header(("Allow", allowed))
        .finish()
}

fn not_allowed(allowed: &'static str) -> HttpResponse {
    error::method_not_allowed(allowed)
}

/// RFC 7644 §3.11: a token of ours stands for a connection, not for a person.
fn me() -> HttpResponse {
    error::refused(&ScimError::not_implemented(
        "/Me: a token of this server stands for a connection, so there is no `me`; use /Users",
    ))
}

fn nothing() -> HttpResponse {
    error::refused(&ScimError::not_found(
        "nothing is here; the base is /scim/v2, with Users, Groups, Bulk, Schemas, ResourceTypes and \
         ServiceProviderConfig below it",
    ))
}
