//! What a signed token says, and what is expected of it.

use jiff::SignedDuration;
use serde::Deserialize;
use uuid::Uuid;

use crate::base::{EntraSettings, SignedFlaw, Timestamp};

/// How far the clocks of the identity provider and of this machine may be apart.
const SKEW: SignedDuration = SignedDuration::from_mins(5);

/// The claims that are looked at; all of them must be there.
#[derive(Debug, Deserialize)]
pub(in crate::http) struct Claims {
    tid: String,
    iss: String,
    aud: String,
    appid: String,
    /// Seconds since 1970, as `nbf`.
    exp: i64,
    nbf: i64,
}

impl Claims {
    /// The tenant that it says it comes from.
    pub(in crate::http) fn tenant(&self) -> Option<Uuid> {
        Uuid::try_parse(&self.tid).ok()
    }

    /// Whether it says what a token of this tenant says that was made for us and is good now.
    pub(in crate::http) fn check(
        &self,
        expected: &EntraSettings,
        tenant: Uuid,
        now: Timestamp,
    ) -> Result<(), SignedFlaw> {
        let at = |seconds: i64| Timestamp::from_millis(seconds.saturating_mul(1_000));
        if self.tenant() != Some(tenant) {
            return Err(SignedFlaw::Tenant);
        }
        if self.iss != expected.issuer_of(tenant) {
            return Err(SignedFlaw::Issuer);
        }
        if !self.aud.eq_ignore_ascii_case(&expected.audience) {
            return Err(SignedFlaw::Audience);
        }
        if !self.appid.eq_ignore_ascii_case(&expected.application) {
            return Err(SignedFlaw::Application);
        }
        if at(self.exp).plus(SKEW) <= now {
            return Err(SignedFlaw::Expired);
        }
        if at(self.nbf).plus(-SKEW) > now {
            return Err(SignedFlaw::NotYet);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TENANT: Uuid = Uuid::from_u128(0x3f1c_9b5e_0000_4000_8000_0000_0000_000a);

    fn claims() -> Claims {
        let expected = EntraSettings::default();
        Claims {
            tid: TENANT.to_string(),
            iss: expected.issuer_of(TENANT),
            aud: expected.audience,
            appid: expected.application,
            exp: 10_000,
            nbf: 9_000,
        }
    }

    #[track_caller]
    fn check(claims: &Claims, second: i64, expected: Result<(), SignedFlaw>) {
        let now = Timestamp::from_millis(second * 1_000);
        assert_eq!(
            claims.check(&EntraSettings::default(), TENANT, now),
            expected
        );
    }

    #[test]
    fn the_clocks_may_be_five_minutes_apart() {
        check(&claims(), 9_000 - 300, Ok(()));
        check(&claims(), 9_000 - 301, Err(SignedFlaw::NotYet));
        check(&claims(), 10_000 + 299, Ok(()));
        check(&claims(), 10_000 + 300, Err(SignedFlaw::Expired));
    }

    #[test]
    fn every_claim_counts() {
        let other = || "11111111-0000-4000-8000-000000000000".to_owned();
        let with = |change: fn(&mut Claims, String)| {
            let mut claims = claims();
            change(&mut claims, other());
            claims
        };
        for (claims, flaw) in [
            (with(|claims, other| claims.tid = other), SignedFlaw::Tenant),
            (with(|claims, other| claims.iss = other), SignedFlaw::Issuer),
            (
                with(|claims, other| claims.aud = other),
                SignedFlaw::Audience,
            ),
            (
                with(|claims, other| claims.appid = other),
                SignedFlaw::Application,
            ),
        ] {
            check(&claims, 9_500, Err(flaw));
        }
        // The issuer ends in a slash, and without it is another one.
        let mut bare = claims();
        bare.iss.pop();
        check(&bare, 9_500, Err(SignedFlaw::Issuer));
    }
}
