//! Who plays: from the command line to the script of a provider.

use super::address::Address;
use super::command::{EntraArgs, Flag, Provider};
use super::entra::{Entra, Shape};
use super::habits::Habits;
use super::providers::{Authentik, Google, JumpCloud, Keycloak, Okta, OneLogin, Ping, Rauthy};
use super::routine::Routine;
use super::script::Script;

/// The script of the provider that was asked for.
pub(super) fn script(provider: &Provider, address: &Address) -> Box<dyn Script> {
    match provider {
        Provider::Entra(args) => Box::new(entra(args, address)),
        Provider::Okta(args) => played(Okta {
            wizard: args.wizard,
        }),
        Provider::Onelogin(_) => played(OneLogin),
        Provider::Jumpcloud(_) => played(JumpCloud),
        Provider::Google(_) => played(Google),
        Provider::Ping(_) => played(Ping),
        Provider::Authentik(_) => played(Authentik::default()),
        Provider::Keycloak(_) => played(Keycloak),
        Provider::Rauthy(_) => played(Rauthy),
    }
}

fn played(habits: impl Habits + 'static) -> Box<dyn Script> {
    Box::new(Routine(Box::new(habits)))
}

/// Entra's updates have both shapes, one after the other, unless one is asked for or the Tenant URL has the flag.
fn entra(args: &EntraArgs, address: &Address) -> Entra {
    let (initial, second, last) = match args.flag {
        Some(Flag::Off) => (Shape::Classic, Shape::Classic, Shape::Classic),
        Some(Flag::On) => (Shape::Compliant, Shape::Compliant, Shape::Compliant),
        None if address.flagged => (Shape::Compliant, Shape::Compliant, Shape::Compliant),
        None => (Shape::Classic, Shape::Classic, Shape::Compliant),
    };
    Entra {
        initial,
        second,
        last,
    }
}
