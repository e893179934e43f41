//! What ends the refusals of a credential, in the operator's words.

use crate::base::{Refusal, SignedFlaw};

/// What is to be done about a credential that is refused for this reason; `None` where nobody but the client
/// can do anything.
pub fn of_refusal(kind: Refusal) -> Option<&'static str> {
    Some(match kind {
        Refusal::Missing => {
            "the identity provider shows none that could be read: paste a token of `appliance token new` \
             where it asks for a bearer token (Entra ID: Secret Token; Okta: HTTP Header)"
        }
        Refusal::Foreign => {
            "it is none that an appliance made: paste what `appliance token new` printed, and not a \
             certificate or a client secret"
        }
        Refusal::Damaged => "paste it anew, all of it and nothing around it",
        Refusal::Unknown => {
            "it was made by another installation, or after the backup that this one was restored from: \
             `appliance token new` makes one to paste"
        }
        Refusal::Expired => {
            "`appliance token rotate` with its ID makes a successor to paste into the identity provider"
        }
        Refusal::Revoked => {
            "`appliance token new` makes another to paste; if its successor is in place already, somebody \
             still shows the old one"
        }
        Refusal::UnknownClient | Refusal::WrongSecret => {
            "paste client id and secret anew; `appliance token rotate` with its ID makes another secret"
        }
        Refusal::Signed(SignedFlaw::Expired | SignedFlaw::NotYet) => {
            "compare the clock of this machine with that of the identity provider"
        }
        Refusal::Signed(SignedFlaw::Tenant) => {
            "`appliance connection set NAME tenant_id=… entra_jwt=on` takes the tokens of a tenant"
        }
        Refusal::Signed(SignedFlaw::Issuer | SignedFlaw::Audience | SignedFlaw::Application) => {
            "it is for another service than ours; where it is meant, `[entra]` of the settings file says \
             what is expected"
        }
        Refusal::Signed(SignedFlaw::Key) => {
            "new keys are looked for once a minute; if it stays so, see `entra.keys` and the log"
        }
        Refusal::Stale
        | Refusal::Signed(SignedFlaw::Malformed | SignedFlaw::Algorithm | SignedFlaw::Signature) => {
            return None;
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_that_an_operator_can_end_says_how() {
        assert!(
            of_refusal(Refusal::Expired)
                .unwrap()
                .contains("token rotate")
        );
        // The client asks for another by itself.
        assert_eq!(of_refusal(Refusal::Stale), None);
        assert_eq!(of_refusal(Refusal::Signed(SignedFlaw::Signature)), None);
    }
}
