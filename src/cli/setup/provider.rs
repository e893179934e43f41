//! The identity providers whose set-up is known.

use clap::ValueEnum;

/// An identity provider as it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum ProviderName {
    /// Microsoft Entra ID
    Entra,
    /// Okta
    Okta,
    /// OneLogin
    #[value(name = "onelogin")]
    OneLogin,
    /// JumpCloud
    #[value(name = "jumpcloud")]
    JumpCloud,
    /// Google Workspace
    Google,
    /// PingOne and PingFederate
    Ping,
    /// authentik
    Authentik,
    /// Keycloak with a SCIM client
    Keycloak,
    /// rauthy
    Rauthy,
}

impl ProviderName {
    /// As it is typed.
    pub(super) const fn typed(self) -> &'static str {
        match self {
            Self::Entra => "entra",
            Self::Okta => "okta",
            Self::OneLogin => "onelogin",
            Self::JumpCloud => "jumpcloud",
            Self::Google => "google",
            Self::Ping => "ping",
            Self::Authentik => "authentik",
            Self::Keycloak => "keycloak",
            Self::Rauthy => "rauthy",
        }
    }
}
