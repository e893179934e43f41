//! `If-Match` and `If-None-Match`.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{HeaderMap, HeaderName, IF_MATCH, IF_NONE_MATCH};
use actix_web::{FromRequest, HttpRequest};

use super::super::error::Answer;
use crate::scim::{Precondition, ScimError};

impl FromRequest for Precondition {
    type Error = Answer;
    type Future = Ready<Result<Self, Answer>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(read(request.headers()))
    }
}

fn read(headers: &HeaderMap) -> Result<Precondition, Answer> {
    if !headers.contains_key(IF_MATCH) && !headers.contains_key(IF_NONE_MATCH) {
        return Ok(Precondition::default());
    }
    let if_match = joined(headers, &IF_MATCH)?;
    let if_none_match = joined(headers, &IF_NONE_MATCH)?;
    Ok(Precondition::parse(
        if_match.as_deref(),
        if_none_match.as_deref(),
    )?)
}

/// All values of a header as one list (RFC 9110 §5.3).
fn joined(headers: &HeaderMap, name: &HeaderName) -> Result<Option<String>, Answer> {
    let values: Result<Vec<&str>, _> = headers.get_all(name).map(|value| value.to_str()).collect();
    let values =
        values.map_err(|_| ScimError::bad_request(format_args!("{name}: expected entity tags")))?;
    Ok((!values.is_empty()).then(|| values.join(", ")))
}
