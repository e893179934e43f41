//! Who asks: from the `Authorization` header to a caller, or to what is wrong with it.

use std::sync::Arc;
use std::time::Instant;

use actix_web::http::header::{AUTHORIZATION, HeaderMap};

use super::app::App;
use super::jwt::{Found, Signed, looks_signed};
use super::log;
use super::throttle::Later;
use super::visit::{RefusedCredential, Visit};
use crate::base::{Refusal, SignedFlaw, Timestamp, TokenDigest, TokenFlaw};
use crate::provision::{Caller, Denied, Failure};
use crate::scim::ScimError;

/// Somebody, or why nobody.
type Known = Result<Caller, RefusedCredential>;

/// Seconds after which keys that could not be fetched are worth another try.
const KEYS_AGAIN: u32 = 60;

/// Who asks. Only for a token that an identity provider signed itself is there ever anything to wait for.
pub(super) async fn caller(
    app: &App,
    headers: &HeaderMap,
    now: Timestamp,
) -> Result<Known, Failure> {
    let credential = match credential(headers) {
        Ok(credential) => credential,
        Err(why) => return Ok(Err(RefusedCredential::strange(Refusal::Missing, why))),
    };
    if looks_signed(credential) {
        return signed(app, credential, now).await;
    }
    let digest = match TokenDigest::of(credential) {
        Ok(digest) => digest,
        Err(flaw) => return Ok(Err(flaw.into())),
    };
    Ok(app.caller(&digest, now)?.map_err(|why| denied(app, why)))
}

/// What is to be remembered of a credential that was one of ours once, or looks so.
pub(super) fn denied(app: &App, why: Denied) -> RefusedCredential {
    RefusedCredential {
        kind: why.kind(),
        why: why.to_string(),
        token: why.whose().map(|(token, _)| token),
        entrance: why
            .whose()
            .and_then(|(_, connection)| app.entrance(connection)),
    }
}

/// Notes what was wrong with a credential, and whose token it was; the answer does not tell. Whoever
/// comes with too many of them is told to come later, which is no word about the credential either.
pub(super) fn refuse(
    app: &App,
    visit: &mut Visit,
    refused: RefusedCredential,
) -> Result<(), Later> {
    app.meters.refusal(refused.kind);
    app.tally
        .refusal(refused.kind, refused.token, visit.now, visit.peer);
    app.throttle.refusal(visit.peer, Instant::now())?;
    log::denied(visit, &refused.why);
    visit.refused = Some(Arc::new(refused));
    Ok(())
}

/// Who comes with a signed token. What it says is compared first: only for a token that may be good are
/// keys looked for, and only then is its signature worth the time.
async fn signed(app: &App, credential: &str, now: Timestamp) -> Result<Known, Failure> {
    let directory = app.directory()?;
    if !directory.takes_signed() {
        return Ok(Err(TokenFlaw::Foreign.into()));
    }
    let token = match Signed::parse(credential) {
        Ok(token) => token,
        Err(flaw) => return Ok(Err(flaw.into())),
    };
    let Some(tenant) = token.claims.tenant() else {
        return Ok(Err(SignedFlaw::Malformed.into()));
    };
    let caller = match directory.signed(tenant, now) {
        Ok(caller) => caller,
        Err(Denied::Unknown) => return Ok(Err(SignedFlaw::Tenant.into())),
        Err(why) => return Ok(Err(denied(app, why))),
    };
    let expected = &app.settings.entra;
    let checked = match token.claims.check(expected, tenant, now) {
        Ok(()) => match app.ring.find(tenant, &token.key, Instant::now()).await {
            Found::Key(key) => token.verify(&key),
            Found::Unknown => Err(SignedFlaw::Key),
            Found::Unavailable => {
                return Err(ScimError::try_again(
                    "the keys of the identity provider cannot be fetched at the moment, so its \
                     signature cannot be checked; nothing was changed, try again later",
                    KEYS_AGAIN,
                )
                .into());
            }
        },
        Err(flaw) => Err(flaw),
    };
    Ok(match checked {
        Ok(()) => Ok(caller),
        Err(flaw) => Err(RefusedCredential {
            token: Some(caller.token),
            entrance: Some(caller.entrance),
            ..flaw.into()
        }),
    })
}

/// The bearer token of a request: from exactly one `Authorization` header and from nowhere else
/// (RFC 6750 §2.1).
fn credential(headers: &HeaderMap) -> Result<&str, &'static str> {
    let mut values = headers.get_all(AUTHORIZATION);
    let value = values.next().ok_or("no credential")?;
    if values.next().is_some() {
        return Err("more than one Authorization header");
    }
    let value = value
        .to_str()
        .map_err(|_| "a credential that is not text")?;
    let (scheme, token) = value
        .trim()
        .split_once([' ', '\t'])
        .ok_or("an Authorization header without scheme and token")?;
    if scheme.eq_ignore_ascii_case("bearer") {
        Ok(token.trim())
    } else {
        Err("another scheme than Bearer")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::HeaderValue;

    fn headers(values: &[&'static str]) -> HeaderMap {
        values
            .iter()
            .map(|value| (AUTHORIZATION, HeaderValue::from_static(value)))
            .collect()
    }

    #[test]
    fn a_token_comes_from_one_authorization_header() {
        assert_eq!(credential(&headers(&["Bearer abc"])), Ok("abc"));
        assert_eq!(credential(&headers(&["  bearer \t abc  "])), Ok("abc"));
        for wrong in [
            &[][..],
            &["Bearer"],
            &["abc"],
            &["Basic abc"],
            &["Bearer a", "Bearer a"],
        ] {
            assert!(credential(&headers(wrong)).is_err(), "{wrong:?}");
        }
    }
}
