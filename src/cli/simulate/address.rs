//! The Tenant URL, as people paste it.

use super::error::SimulateError;

/// Entra's flag in a Tenant URL.
const FLAG: &str = "aadOptscim062020";

/// Where the server is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    /// The base of all requests, without a slash at its end.
    pub(super) base: String,
    /// Whether the compatibility flag is part of the URL.
    pub(super) flagged: bool,
}

impl Address {
    /// Reads a Tenant URL. Blanks around it, a slash at its end and a query are forgiven.
    pub(super) fn parse(url: &str) -> Result<Self, SimulateError> {
        let flaw = |why| SimulateError::BadUrl {
            url: url.to_owned(),
            why,
        };
        let (base, query) = match url.trim().split_once('?') {
            Some((base, query)) => (base, query),
            None => (url.trim(), ""),
        };
        let base = base.trim_end_matches('/');
        let Some(rest) = base
            .strip_prefix("https://")
            .or_else(|| base.strip_prefix("http://"))
        else {
            return Err(flaw("it must begin with https:// or http://"));
        };
        let host = rest.split('/').next().unwrap_or_default();
        if host.is_empty() || base.contains(char::is_whitespace) {
            return Err(flaw("it has no host, or a blank within"));
        }
        if host.contains('@') {
            return Err(flaw("credentials do not belong into it"));
        }
        Ok(Self {
            base: base.to_owned(),
            flagged: query.contains(FLAG),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pasted_tenant_url_is_understood() {
        let address = Address::parse(" https://127.0.0.1:8443/scim/v2/?aadOptscim062020 ").unwrap();
        assert_eq!(address.base, "https://127.0.0.1:8443/scim/v2");
        assert!(address.flagged);
        assert!(!Address::parse("http://[::1]:1/scim/v2").unwrap().flagged);
    }

    #[test]
    fn other_text_is_refused() {
        for url in [
            "",
            "localhost:8443",
            "https://",
            "ftp://host/",
            "https://a b/",
            "https://me:secret@host/",
        ] {
            assert!(Address::parse(url).is_err(), "{url}");
        }
    }
}
