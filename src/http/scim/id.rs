//! The id in the path of one resource.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use super::super::error::{self, Answer};
use crate::provision::Ask;
use crate::scim::{Kind, ResourceId, ScimError};

/// What follows `/Users/` or `/Groups/`, as it was sent; one part of a path and no more.
#[derive(Debug)]
pub(in crate::http) struct Id(String);

impl Id {
    /// The id. What is no id of ours belongs to nobody.
    pub(super) fn of(&self, kind: Kind) -> Result<ResourceId, ScimError> {
        self.0.parse().map_err(|_| Ask::not_found(kind))
    }
}

impl FromRequest for Id {
    type Error = Answer;
    type Future = Ready<Result<Self, Answer>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let rest = request.match_info().unprocessed();
        let id = rest.strip_prefix('/').filter(|id| !id.contains('/'));
        ready(match id {
            Some(id) => Ok(Self(id.to_owned())),
            None => Err(error::nothing().into()),
        })
    }
}
