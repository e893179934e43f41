//! The identity providers that update by PUT, one file for each: nothing but their habits.
//!
//! What they send follows their documentation, public captures, and for authentik and rauthy their source code.

mod authentik;
mod google;
mod jumpcloud;
mod keycloak;
mod okta;
mod onelogin;
mod ping;
mod rauthy;

pub(super) use authentik::Authentik;
pub(super) use google::Google;
pub(super) use jumpcloud::JumpCloud;
pub(super) use keycloak::Keycloak;
pub(super) use okta::Okta;
pub(super) use onelogin::OneLogin;
pub(super) use ping::Ping;
pub(super) use rauthy::Rauthy;
