//! What a client asks for, and how it says who it is.

use std::fmt;

use data_encoding::BASE64;

use super::error::OauthError;

/// A request for an access token (RFC 6749 §4.4.2).
#[derive(Debug)]
pub(super) struct Wanted {
    /// How it wants to get it.
    pub(super) grant: String,
    /// What it wants to do with it.
    pub(super) scope: Option<String>,
    /// Who it is; `None`: it does not say so in a way that can be read.
    pub(super) client: Option<Credentials>,
}

/// What a client shows (RFC 6749 §2.3.1).
pub(super) struct Credentials {
    pub(super) id: String,
    pub(super) secret: String,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(hidden)")
    }
}

/// Reads the form, and who asks: in an `Authorization` header or in the form, and not in both.
pub(super) fn read(authorization: Option<&str>, body: &[u8]) -> Result<Wanted, OauthError> {
    let mut grant = None;
    let mut scope = None;
    let mut id = None;
    let mut secret = None;
    for (name, value) in form_urlencoded::parse(body) {
        let place = match &*name {
            "grant_type" => &mut grant,
            "scope" => &mut scope,
            "client_id" => &mut id,
            "client_secret" => &mut secret,
            // RFC 6749 §3.2: what is not known is ignored.
            _ => continue,
        };
        // And what has no value counts as left out.
        if value.is_empty() {
            continue;
        }
        if place.replace(value.into_owned()).is_some() {
            return Err(OauthError::Request("a parameter is there twice"));
        }
    }
    let client = match (authorization, id, secret) {
        (Some(_), _, Some(_)) => {
            return Err(OauthError::Request(
                "the client shows its secret in the Authorization header and in the body: choose one",
            ));
        }
        (Some(header), id, None) => {
            let basic = basic(header);
            let differs = |basic: &Credentials| id.is_some_and(|id| id != basic.id);
            if basic.as_ref().is_some_and(differs) {
                return Err(OauthError::Request(
                    "client_id is another one than in the Authorization header",
                ));
            }
            basic
        }
        (None, Some(id), Some(secret)) => Some(Credentials { id, secret }),
        (None, ..) => None,
    };
    Ok(Wanted {
        grant: grant.ok_or(OauthError::Request("grant_type is missing"))?,
        scope,
        client,
    })
}

/// HTTP Basic, with id and secret encoded like a form (RFC 6749 §2.3.1).
fn basic(header: &str) -> Option<Credentials> {
    let (scheme, encoded) = header.trim().split_once([' ', '\t'])?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = BASE64.decode(encoded.trim().as_bytes()).ok()?;
    let text = String::from_utf8(decoded).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some(Credentials {
        id: decoded_value(id),
        secret: decoded_value(secret),
    })
}

/// A value without a name, as a form would hold it.
fn decoded_value(text: &str) -> String {
    let named = format!("value={}", text.replace('&', "%26"));
    form_urlencoded::parse(named.as_bytes())
        .next()
        .map_or_else(String::new, |(_, value)| value.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRANT: &str = "grant_type=client_credentials";

    fn header(text: &str) -> String {
        format!("Basic {}", BASE64.encode(text.as_bytes()))
    }

    #[track_caller]
    fn who(header: Option<&str>, body: &str) -> (String, String) {
        let client = read(header, body.as_bytes()).unwrap().client.unwrap();
        (client.id, client.secret)
    }

    #[test]
    fn a_client_says_who_it_is_in_the_header_or_in_the_form() {
        let expected = ("a b".to_owned(), "c&d:e".to_owned());
        assert_eq!(who(Some(&header("a+b:c%26d%3Ae")), GRANT), expected);
        assert_eq!(who(Some(&header("a+b:c&d:e")), GRANT), expected);
        let form = format!("{GRANT}&client_id=a+b&client_secret=c%26d%3Ae&unknown=1&scope=");
        assert_eq!(who(None, &form), expected);
        let both = format!("{GRANT}&client_id=a+b");
        assert_eq!(who(Some(&header("a+b:c&d:e")), &both), expected);
    }

    #[test]
    fn what_is_said_twice_or_not_at_all_is_refused() {
        let refused = |header: Option<&str>, body: &str| read(header, body.as_bytes()).unwrap_err();
        let good = header("a:b");
        for (header, body) in [
            (Some(good.as_str()), format!("{GRANT}&client_secret=b")),
            (Some(&good), format!("{GRANT}&client_id=other")),
            (Some(&good), format!("{GRANT}&{GRANT}")),
            (Some(&good), String::new()),
            (Some(&good), "grant_type=".to_owned()),
        ] {
            assert!(
                matches!(refused(header, &body), OauthError::Request(_)),
                "{body}"
            );
        }
        let nobody = |header: Option<&str>, body: &str| {
            read(header, body.as_bytes()).unwrap().client.is_none()
        };
        for wrong in [
            "Basic",
            "Bearer YTpi",
            "Basic YQ==",
            "Basic !",
            "Basic /w==",
        ] {
            assert!(nobody(Some(wrong), GRANT), "{wrong}");
        }
        assert!(nobody(None, GRANT));
        assert!(nobody(None, &format!("{GRANT}&client_id=a")));
    }
}
