//! An identity provider that signs tokens of its own.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};

pub(crate) const TENANT: &str = "3f1c9b5e-0000-4000-8000-00000000000a";
pub(crate) const OTHER: &str = "9d2e7c11-0000-4000-8000-00000000000b";

/// A key with an id.
pub(crate) struct Issuer {
    id: String,
    pair: RsaKeyPair,
}

impl Issuer {
    pub(crate) fn new(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            pair: RsaKeyPair::generate(KeySize::Rsa2048).unwrap(),
        }
    }

    /// Its public key, as an entry of a key set.
    pub(crate) fn public(&self) -> Value {
        let (modulus, exponent) = numbers(self.pair.public_key().as_ref());
        json!({
            "kty": "RSA",
            "use": "sig",
            "kid": self.id,
            "x5t": self.id,
            "n": BASE64URL_NOPAD.encode(modulus),
            "e": BASE64URL_NOPAD.encode(exponent),
        })
    }

    /// A token as Entra ID signs it now, for its tenant.
    pub(crate) fn token(&self) -> String {
        self.signs(&claims(TENANT))
    }

    /// A token that says this.
    pub(crate) fn signs(&self, claims: &Value) -> String {
        let head = json!({"typ": "JWT", "alg": "RS256", "x5t": self.id, "kid": self.id});
        self.signs_under(&head, claims)
    }

    pub(crate) fn signs_under(&self, head: &Value, claims: &Value) -> String {
        let signed = format!("{}.{}", part(head), part(claims));
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                signed.as_bytes(),
                &mut signature,
            )
            .unwrap();
        format!("{signed}.{}", BASE64URL_NOPAD.encode(&signature))
    }
}

/// A set of the keys of these.
pub(crate) fn key_set(issuers: &[&Issuer]) -> String {
    let keys: Vec<Value> = issuers.iter().map(|issuer| issuer.public()).collect();
    json!({"keys": keys}).to_string()
}

/// What Entra ID says in a token that is good for an hour from now on.
pub(crate) fn claims(tenant: &str) -> Value {
    let now = seconds();
    json!({
        "aud": "8adf8e6e-67b2-4cf2-a259-e3dc5476c621",
        "iss": format!("https://sts.windows.net/{tenant}/"),
        "iat": now,
        "nbf": now,
        "exp": now + 3_600,
        "appid": "00000014-0000-0000-c000-000000000000",
        "appidacr": "2",
        "tid": tenant,
        "ver": "1.0",
    })
}

/// The same with one claim changed, or with `null` left out.
pub(crate) fn but(name: &str, value: Value) -> Value {
    let mut claims = claims(TENANT);
    let members = claims.as_object_mut().unwrap();
    if value.is_null() {
        members.remove(name);
    } else {
        members.insert(name.to_owned(), value);
    }
    claims
}

pub(crate) fn seconds() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(since.as_secs()).unwrap()
}

pub(crate) fn part(json: &Value) -> String {
    BASE64URL_NOPAD.encode(json.to_string().as_bytes())
}

/// Modulus and exponent of an RSA public key in DER: a sequence of two integers (RFC 8017 section A.1.1).
fn numbers(der: &[u8]) -> (&[u8], &[u8]) {
    let (_, sequence, _) = element(der);
    let (_, modulus, rest) = element(sequence);
    let (_, exponent, _) = element(rest);
    let plain = |number: &'_ [u8]| usize::from(number[0] == 0);
    (&modulus[plain(modulus)..], &exponent[plain(exponent)..])
}

/// Tag, content, and what follows.
fn element(der: &[u8]) -> (u8, &[u8], &[u8]) {
    let (length, start) = match der[1] {
        short @ 0..=0x7f => (usize::from(short), 2),
        long => {
            let bytes = usize::from(long & 0x7f);
            let length = der[2..2 + bytes]
                .iter()
                .fold(0, |length, byte| length << 8 | usize::from(*byte));
            (length, 2 + bytes)
        }
    };
    (der[0], &der[start..start + length], &der[start + length..])
}
