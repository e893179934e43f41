//! The body of a PATCH.

use appliance::base::Limits;
use appliance::scim::patch::{PatchRequest, apply};
use appliance::scim::{dialect, json};

use super::sample::{DIALECTS, PEOPLE, SCHEMAS, assert_canonical, assert_civil, reading};

pub(crate) fn run(bytes: &[u8]) {
    let body = match json::parse(bytes, Limits::DEFAULT.json_depth) {
        Ok(body) => body,
        Err(error) => return assert_civil(&error),
    };
    for (kind, before) in &*PEOPLE {
        for dialect in DIALECTS {
            let (body, _) = dialect::rewrite_patch(dialect, *kind, &SCHEMAS, body.clone());
            let request = match PatchRequest::parse(body, *kind, &SCHEMAS, &reading()) {
                Ok(request) => request.split_members().0,
                Err(error) => {
                    assert_civil(&error);
                    continue;
                }
            };
            match apply(before, &request, &SCHEMAS, *kind, dialect) {
                Ok(after) => assert_canonical(*kind, &after.attributes),
                Err(error) => assert_civil(&error),
            }
        }
    }
}
