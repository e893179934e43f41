//! What ends the refusals of a credential, in the operator's words.

/// What is to be done about a credential that is refused for this reason, as refusals are counted by it;
/// `None` where nobody but the client can do anything.
pub fn of_refusal(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "missing" => {
            "the identity provider shows none that could be read: paste a token of `appliance token new` \
             where it asks for a bearer token (Entra ID: Secret Token; Okta: HTTP Header)"
        }
        "foreign" => {
            "it is none that an appliance made: paste what `appliance token new` printed, and not a \
             certificate or a client secret"
        }
        "damaged" => "paste it anew, all of it and nothing around it",
        "unknown" => {
            "it was made by another installation, or after the backup that this one was restored from: \
             `appliance token new` makes one to paste"
        }
        "expired" => {
            "`appliance token rotate` with its ID makes a successor to paste into the identity provider"
        }
        "revoked" => {
            "`appliance token new` makes another to paste; if its successor is in place already, somebody \
             still shows the old one"
        }
        "unknown client" | "wrong secret" => {
            "paste client id and secret anew; `appliance token rotate` with its ID makes another secret"
        }
        "signed token whose time is over" | "signed token that is not good yet" => {
            "compare the clock of this machine with that of the identity provider"
        }
        "signed token of another tenant" => {
            "`appliance connection set NAME tenant_id=… entra_jwt=on` takes the tokens of a tenant"
        }
        "signed token of another issuer"
        | "signed token for another audience"
        | "signed token of another application" => {
            "it is for another service than ours; where it is meant, `[entra]` of the settings file says \
             what is expected"
        }
        "signed token with an unknown key" => {
            "new keys are looked for once a minute; if it stays so, see `entra.keys` and the log"
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_that_an_operator_can_end_says_how() {
        assert!(of_refusal("expired").unwrap().contains("token rotate"));
        // The client asks for another by itself.
        assert_eq!(of_refusal("stale"), None);
        assert_eq!(of_refusal("signed token with a wrong signature"), None);
    }
}
