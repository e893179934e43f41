//! A signed token in its compact form (RFC 7515 §7.1).

use data_encoding::BASE64URL_NOPAD;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::claims::Claims;
use super::keys::Key;
use crate::base::SignedFlaw;

/// The longest that is read: what Entra ID sends has about two thousand letters.
const LONGEST: usize = 16 << 10;

/// A signed token whose signature nobody has looked at yet.
#[derive(Debug)]
pub(in crate::http) struct Signed<'a> {
    /// What it says.
    pub(in crate::http) claims: Claims,
    /// The key that it says it was signed with.
    pub(in crate::http) key: String,
    message: &'a str,
    signature: Vec<u8>,
}

/// RFC 7515 §4.1: what is not named here has no bearing on us.
#[derive(Deserialize)]
struct Head {
    alg: String,
    kid: Option<String>,
    /// Extensions that must be understood, or the token be refused; we understand none.
    crit: Option<Value>,
}

/// Whether a credential can only be meant as a signed token: it starts with a JSON object.
pub(in crate::http) fn looks_signed(credential: &str) -> bool {
    credential.starts_with("eyJ")
}

impl<'a> Signed<'a> {
    /// Reads a token. The algorithm is ours to choose, never the token's: `none`, and a public key used as
    /// a secret (HS256), are refused here (RFC 8725 §3.1).
    pub(in crate::http) fn parse(text: &'a str) -> Result<Self, SignedFlaw> {
        if text.len() > LONGEST {
            return Err(SignedFlaw::Malformed);
        }
        let (signed, signature) = text.rsplit_once('.').ok_or(SignedFlaw::Malformed)?;
        let (head, claims) = signed.split_once('.').ok_or(SignedFlaw::Malformed)?;
        let head: Head = json(head)?;
        if head.alg != "RS256" || head.crit.is_some() {
            return Err(SignedFlaw::Algorithm);
        }
        Ok(Self {
            claims: json(claims)?,
            key: head.kid.ok_or(SignedFlaw::Key)?,
            message: signed,
            signature: decoded(signature)?,
        })
    }

    /// Whether this key signed it.
    pub(in crate::http) fn verify(&self, key: &Key) -> Result<(), SignedFlaw> {
        key.verify(self.message.as_bytes(), &self.signature)
            .map_err(|_| SignedFlaw::Signature)
    }
}

fn decoded(part: &str) -> Result<Vec<u8>, SignedFlaw> {
    BASE64URL_NOPAD
        .decode(part.as_bytes())
        .map_err(|_| SignedFlaw::Malformed)
}

fn json<T: DeserializeOwned>(part: &str) -> Result<T, SignedFlaw> {
    serde_json::from_slice(&decoded(part)?).map_err(|_| SignedFlaw::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(head: &str, claims: &str) -> String {
        let [head, claims] = [head, claims].map(|part| BASE64URL_NOPAD.encode(part.as_bytes()));
        format!("{head}.{claims}.c2lnbmF0dXJl")
    }

    const CLAIMS: &str = r#"{"tid":"t","iss":"i","aud":"a","appid":"p","exp":2,"nbf":1}"#;

    #[track_caller]
    fn refused(token: &str, flaw: SignedFlaw) {
        assert_eq!(Signed::parse(token).err(), Some(flaw), "{token}");
    }

    #[test]
    fn the_algorithm_is_not_for_the_token_to_choose() {
        for algorithm in ["none", "None", "", "HS256", "RS512", "ES256", "rs256"] {
            let head = format!(r#"{{"alg":"{algorithm}","kid":"k"}}"#);
            refused(&token(&head, CLAIMS), SignedFlaw::Algorithm);
        }
        refused(
            &token(r#"{"alg":"RS256","kid":"k","crit":["exp"]}"#, CLAIMS),
            SignedFlaw::Algorithm,
        );
        refused(&token(r#"{"alg":"RS256"}"#, CLAIMS), SignedFlaw::Key);
    }

    #[test]
    fn what_is_cut_or_said_twice_is_damaged() {
        let head = r#"{"alg":"RS256","kid":"k"}"#;
        let whole = token(head, CLAIMS);
        assert_eq!(Signed::parse(&whole).unwrap().key, "k");
        let dot = whole.rfind('.').unwrap();
        for cut in (0..dot).step_by(3) {
            assert!(Signed::parse(&whole[..cut]).is_err(), "{cut}");
        }
        refused(&format!("{whole}="), SignedFlaw::Malformed);
        let twice = CLAIMS.replace("\"exp\":2", "\"exp\":2,\"exp\":9");
        refused(&token(head, &twice), SignedFlaw::Malformed);
        refused(&"e".repeat(LONGEST + 1), SignedFlaw::Malformed);
    }
}
