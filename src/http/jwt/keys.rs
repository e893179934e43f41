//! The keys that an identity provider publishes (RFC 7517).

use std::collections::HashMap;

use aws_lc_rs::error::Unspecified;
use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use data_encoding::BASE64URL_NOPAD;
use serde::Deserialize;
use serde_json::Value;
use thiserror::Error;

/// Keys by their id.
#[derive(Debug)]
pub(super) struct Keys(HashMap<String, Key>);

/// A public RSA key (RFC 7518 §6.3.1).
#[derive(Debug, Clone)]
pub(in crate::http) struct Key {
    modulus: Vec<u8>,
    exponent: Vec<u8>,
}

/// The document holds no key that could be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("it is no JSON Web Key Set with an RSA key in it")]
pub(super) struct NoKeys;

#[derive(Deserialize)]
struct Document {
    keys: Vec<Value>,
}

#[derive(Deserialize)]
struct Entry {
    kty: String,
    kid: String,
    n: String,
    e: String,
    #[serde(rename = "use")]
    purpose: Option<String>,
}

impl Keys {
    /// Reads a key set. What is no RSA key for signatures is passed over (RFC 7517 §5).
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, NoKeys> {
        let document: Document = serde_json::from_slice(bytes).map_err(|_| NoKeys)?;
        let keys: HashMap<_, _> = document
            .keys
            .into_iter()
            .filter_map(|entry| key(serde_json::from_value(entry).ok()?))
            .collect();
        if keys.is_empty() {
            return Err(NoKeys);
        }
        Ok(Self(keys))
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    /// The key with this id.
    pub(super) fn key(&self, id: &str) -> Option<&Key> {
        self.0.get(id)
    }
}

fn key(entry: Entry) -> Option<(String, Key)> {
    let signs = entry.purpose.is_none_or(|purpose| purpose == "sig");
    let number = |text: &str| BASE64URL_NOPAD.decode(text.as_bytes()).ok();
    let key = Key {
        modulus: number(&entry.n)?,
        exponent: number(&entry.e)?,
    };
    (signs && entry.kty == "RSA").then_some((entry.kid, key))
}

impl Key {
    /// Whether this key made the signature, by RS256 (RFC 7518 §3.3). Keys of less than 2048 bits make
    /// none.
    pub(super) fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), Unspecified> {
        RsaPublicKeyComponents {
            n: &self.modulus,
            e: &self.exponent,
        }
        .verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_key_for_signatures_is_passed_over() {
        let set = r#"{"keys": [
            {"kty": "EC", "kid": "a", "crv": "P-256"},
            {"kty": "RSA", "kid": "b", "use": "enc", "n": "AQAB", "e": "AQAB"},
            {"kty": "RSA", "kid": "c", "n": "not base64!", "e": "AQAB"},
            {"kty": "RSA", "kid": "d", "x5t": "d", "n": "AQAB", "e": "AQAB"},
            7
        ]}"#;
        let keys = Keys::parse(set.as_bytes()).unwrap();
        assert!(keys.key("d").is_some());
        assert_eq!(keys.0.len(), 1);
        for wrong in ["", "[]", "{}", r#"{"keys": []}"#, "<html>"] {
            assert!(Keys::parse(wrong.as_bytes()).is_err(), "{wrong}");
        }
    }
}
