//! The route of a path, as log lines name it.

use super::address::{BASE, TOKENS};

/// The route that a path takes, as log lines name it, and the id in the path. Not as the client spelled
/// it: that may say something about a person.
pub(super) fn of_path(path: &str) -> Option<(&'static str, Option<&str>)> {
    let Some(rest) = path.strip_prefix(BASE) else {
        return (path == TOKENS).then_some((TOKENS, None));
    };
    let mut parts = rest.split('/');
    // What precedes the first slash: nothing, or the path has another beginning.
    if parts.next() != Some("") {
        return None;
    }
    let parts = [parts.next(), parts.next(), parts.next()];
    let route = match parts {
        [None, ..] => BASE,
        [Some("Users"), None, _] => "/scim/v2/Users",
        [Some("Groups"), None, _] => "/scim/v2/Groups",
        [Some("Users"), Some(".search"), None] => "/scim/v2/Users/.search",
        [Some("Groups"), Some(".search"), None] => "/scim/v2/Groups/.search",
        [Some("Users"), id, None] => return Some(("/scim/v2/Users/{id}", id)),
        [Some("Groups"), id, None] => return Some(("/scim/v2/Groups/{id}", id)),
        [Some(".search"), None, _] => "/scim/v2/.search",
        [Some("Bulk"), None, _] => "/scim/v2/Bulk",
        [Some("ServiceProviderConfig"), None, _] => "/scim/v2/ServiceProviderConfig",
        [Some("ResourceTypes"), None, _] => "/scim/v2/ResourceTypes",
        [Some("ResourceTypes"), Some(_), None] => "/scim/v2/ResourceTypes/{name}",
        [Some("Schemas"), None, _] => "/scim/v2/Schemas",
        [Some("Schemas"), Some(_), None] => "/scim/v2/Schemas/{urn}",
        [Some("Me"), None, _] => "/scim/v2/Me",
        [Some("Me"), ..] => "/scim/v2/Me/{rest}",
        _ => return None,
    };
    Some((route, None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_says_nothing_about_a_person() {
        assert_eq!(of_path("/scim/v2"), Some(("/scim/v2", None)));
        assert_eq!(of_path("/scim/v2/Users"), Some(("/scim/v2/Users", None)));
        assert_eq!(
            of_path("/scim/v2/Users/ada"),
            Some(("/scim/v2/Users/{id}", Some("ada")))
        );
        assert_eq!(
            of_path("/scim/v2/Groups/.search"),
            Some(("/scim/v2/Groups/.search", None))
        );
        assert_eq!(
            of_path("/scim/v2/Schemas/urn:ada"),
            Some(("/scim/v2/Schemas/{urn}", None))
        );
        assert_eq!(of_path("/oauth/token"), Some(("/oauth/token", None)));
        for nowhere in ["/", "/scim/v2x", "/scim/v2/ada", "/scim/v2/Users/ada/b"] {
            assert_eq!(of_path(nowhere), None, "{nowhere}");
        }
    }
}
