//! A resource changed in parts (RFC 7644 §3.5.2).

use serde_json::Value;

use super::change;
use super::guard;
use super::seats;
use super::tolerated;
use crate::provision::caller::Ask;
use crate::provision::failure::Failure;
use crate::provision::outcome::Outcome;
use crate::provision::tolerated::Tolerated;
use crate::scim::dialect::{self, Rewrite};
use crate::scim::patch::{self, MemberChange, PatchRequest, Patched};
use crate::scim::project::Projection;
use crate::scim::{Kind, Precondition, Reading, ResourceId, ScimError};
use crate::store::Tx;

/// A PATCH request: rewritten by the dialect of the connection, its paths found in the schemas, and
/// what it says of membership set apart. Made before the request waits for the writer.
#[derive(Debug)]
pub struct Patch {
    request: PatchRequest,
    members: Vec<MemberChange>,
    tolerated: Vec<Tolerated>,
}

impl Patch {
    /// Reads the body of a PATCH.
    pub fn read(ask: &Ask, kind: Kind, body: Value) -> Result<Self, ScimError> {
        ask.check_kind(kind)?;
        let policy = ask.policy();
        let (body, rewrites) = dialect::rewrite_patch(policy.dialect, kind, ask.schemas(), body);
        let reading = Reading::new(policy, &ask.limits);
        let request = PatchRequest::parse(body, kind, ask.schemas(), &reading)?;
        let tolerated = Tolerated::list(rewrites, request.dropped().to_vec());
        let (request, members) = request.split_members();
        Ok(Self {
            request,
            members,
            tolerated,
        })
    }

    /// What was bent or left out.
    pub fn tolerated(&self) -> &[Tolerated] {
        &self.tolerated
    }
}

/// Carries out all operations, in order, or none.
pub fn patch(
    tx: &Tx<'_>,
    ask: &Ask,
    kind: Kind,
    id: &ResourceId,
    patch: &Patch,
    given: &Precondition,
    projection: &Projection,
) -> Result<Outcome, Failure> {
    guard::watched(tx, ask, |tx| {
        let stored = change::find(tx, ask, kind, id, given)?;
        let before = stored.attributes()?;
        let wished = seats::wished(&stored, &before);
        let Patched { attributes, made } = patch::apply(
            &wished,
            &patch.request,
            ask.schemas(),
            kind,
            ask.policy().dialect,
        )?;
        for attribute in &made {
            tolerated::count(tx, ask, Rewrite::WITHOUT_TARGET, attribute)?;
        }
        change::carry_out(
            tx,
            ask,
            "patch",
            stored,
            &before,
            attributes,
            &patch.members,
            projection,
        )
    })
}
