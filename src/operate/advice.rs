//! What was tolerated, in the operator's words, and what to change at the identity provider.

use crate::scim::dialect::Rewrite;

/// What a deviation means and what ends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Advice {
    /// The name of the rewrite, as it is counted.
    pub what: &'static str,
    /// What the identity provider does.
    pub means: &'static str,
    /// What to change there.
    pub remedy: &'static str,
}

const FLAG: &str = "Entra ID: append ?aadOptscim062020 to the Tenant URL and save; elsewhere: have the attribute mapped with its own type";

const ADVICE: [Advice; 16] = [
    Advice {
        what: "JSON in a text",
        means: "the attributes of a change come as JSON in a text, where an object belongs",
        remedy: "Keycloak: update its SCIM client; its members of a group are taken in the same request, so \
                 until then it is harmless",
    },
    Advice {
        what: "boolean as text",
        means: "true and false come as texts, \"True\" and \"False\"",
        remedy: FLAG,
    },
    Advice {
        what: "displayName for display",
        means: "the name of one of several values comes as `displayName`; SCIM calls it `display`",
        remedy: "write `display` in the mapping or the template of this attribute",
    },
    Advice {
        what: "extension attribute without its URN",
        means: "an attribute of an extension comes under its bare name",
        remedy: "map to the full name, \
                 urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department in place of \
                 department",
    },
    Advice {
        what: "letter case",
        means: "words of the protocol come in the wrong letter case, such as `Add` for `add`",
        remedy: "Entra ID: append ?aadOptscim062020 to the Tenant URL and save; elsewhere it is harmless",
    },
    Advice {
        what: "list for a single value",
        means: "a list comes where there can be only one value",
        remedy: FLAG,
    },
    Advice {
        what: "name from SCIM 1.1",
        means: "a reference comes under its old name, such as `managerId`",
        remedy: "choose SCIM 2.0 in the connector, or write `\"manager\": {\"value\": …}` in its template",
    },
    Advice {
        what: "path for a name",
        means: "a path such as `name.givenName` comes where an object belongs",
        remedy: "nothing: Entra ID sends it so with the flag aadOptscim062020, and means the same",
    },
    Advice {
        what: Rewrite::WITHOUT_TARGET,
        means: "a value is to be replaced where there is none; it is made",
        remedy: "nothing: Entra ID does so when it takes the value for present; with dialect=strict it is \
                 refused (noTarget)",
    },
    Advice {
        what: "scalar in an object",
        means: "simple values come wrapped in objects, as jobs from before 2018 send them",
        remedy: "Entra ID: the provisioning job is an old one; add the application anew, so that it \
                 gets a present one",
    },
    Advice {
        what: "schema URN spelt wrongly",
        means: "the URN of a schema lacks a colon",
        remedy: "correct it in the attribute mapping: it ends in `2.0:User`",
    },
    Advice {
        what: "schemas incomplete",
        means: "`schemas` does not name what is sent",
        remedy: "name urn:ietf:params:scim:schemas:core:2.0:User (for groups: Group) in the template",
    },
    Advice {
        what: "schemas missing",
        means: "requests come without `schemas`",
        remedy: "add `schemas` to the template of the connector; until then it is harmless",
    },
    Advice {
        what: "single value for a list",
        means: "a single value comes where several are possible",
        remedy: "map to a value with its type, such as emails[type eq \"work\"].value",
    },
    Advice {
        what: "text for an object",
        means: "a text comes where an object belongs, such as a manager's id alone",
        remedy: FLAG,
    },
    Advice {
        what: "userName of somebody deleted",
        means: "somebody who was deleted is renamed, with an object id in front of the userName; the good \
                name is kept",
        remedy: "nothing: Entra ID does so with everybody in its recycle bin, and takes it back when it \
                 restores them",
    },
];

/// The advice on what was counted under this name.
pub fn on(what: &str) -> Option<&'static Advice> {
    ADVICE.iter().find(|advice| advice.what == what)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_rewrite_has_its_advice_and_every_advice_its_rewrite() {
        let advised: BTreeSet<&str> = ADVICE.iter().map(|advice| advice.what).collect();
        assert_eq!(advised, Rewrite::NAMES.into_iter().collect());
        assert_eq!(advised.len(), ADVICE.len());
    }
}
