//! The question's circumstances, from what the door learnt.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest};

use super::super::address;
use super::super::app::App;
use super::super::error::Answer;
use super::super::visit::Visit;
use super::accept;
use crate::provision::Ask;
use crate::scim::ScimError;
use crate::store::StoreError;

impl FromRequest for Ask {
    type Error = Answer;
    type Future = Ready<Result<Self, Answer>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(ask(request))
    }
}

fn ask(request: &HttpRequest) -> Result<Ask, Answer> {
    let app = request.app_data::<Data<App>>().ok_or(StoreError::Stopped)?;
    let visit = request
        .extensions()
        .get::<Visit>()
        .cloned()
        .ok_or_else(|| ScimError::unauthorized("a valid bearer token is needed"))?;
    let caller = visit
        .caller
        .ok_or_else(|| ScimError::unauthorized("a valid bearer token is needed"))?;
    accept::check(request.headers())?;
    Ok(Ask {
        caller,
        now: visit.now,
        request: visit.request,
        base: address::base(&app.settings, request, visit.peer).into(),
        limits: app.settings.limits,
    })
}
