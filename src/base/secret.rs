//! Bearer tokens: one type that can be shown once, another that can be stored.

use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::LazyLock;

use aws_lc_rs::{constant_time, digest};
use data_encoding::{BASE32_NOPAD, Encoding, HEXLOWER};
use thiserror::Error;

use super::random::{RandomSourceFailed, random};

/// Starts every token, so that people and secret scanners recognise one.
///
/// Never change it: tokens with the old prefix would be refused at once, everywhere.
const PREFIX: &str = "appliance_";
/// Random bytes in a token: 256 bits.
const RANDOM: usize = 32;
/// Bytes of the CRC-32 that follows them.
const CHECKSUM: usize = 4;

/// A token in the clear. It can be made and shown; it cannot be stored, and its `Debug` is a word.
pub struct PlainToken(String);

/// SHA-256 of a token: what is stored and looked up.
#[derive(Clone, Copy, Eq)]
pub struct TokenDigest([u8; 32]);

/// Why a credential cannot be one of our tokens. For the log only: the client learns nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TokenFlaw {
    /// It does not start like one of ours.
    #[error("not a token of this product")]
    Foreign,
    /// It starts like one of ours, but its length, alphabet or checksum is wrong.
    #[error("a damaged token, perhaps copied incompletely")]
    Damaged,
}

impl PlainToken {
    /// A new token from the system's random source.
    ///
    /// Fails only where that source fails, and then nothing must be issued.
    pub fn generate() -> Result<Self, RandomSourceFailed> {
        Ok(Self::from_random(random()?))
    }

    fn from_random(bytes: [u8; RANDOM]) -> Self {
        let mut payload = bytes.to_vec();
        payload.extend(crc32fast::hash(&bytes).to_be_bytes());
        Self(format!("{PREFIX}{}", ALPHABET.encode(&payload)))
    }

    /// The token itself, to be shown exactly once.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What to store of it.
    pub fn digest(&self) -> TokenDigest {
        TokenDigest::hash_of(&self.0)
    }
}

impl fmt::Debug for PlainToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PlainToken(hidden)")
    }
}

impl TokenDigest {
    /// The digest of a presented credential, blanks around it forgiven, if it has the form of a
    /// token of ours. The checksum tells a truncated token from an unknown one.
    pub fn of(credential: &str) -> Result<Self, TokenFlaw> {
        let credential = credential.trim();
        let payload = credential.strip_prefix(PREFIX).ok_or(TokenFlaw::Foreign)?;
        let bytes = ALPHABET
            .decode(payload.as_bytes())
            .map_err(|_| TokenFlaw::Damaged)?;
        let (random, checksum) = bytes
            .split_at_checked(RANDOM)
            .filter(|(_, checksum)| checksum.len() == CHECKSUM)
            .ok_or(TokenFlaw::Damaged)?;
        if crc32fast::hash(random).to_be_bytes() != checksum {
            return Err(TokenFlaw::Damaged);
        }
        Ok(Self::hash_of(credential))
    }

    fn hash_of(text: &str) -> Self {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(digest::digest(&digest::SHA256, text.as_bytes()).as_ref());
        Self(bytes)
    }

    /// A digest that no token has, because none starts so: for what stands among the tokens and is
    /// shown by nobody.
    pub fn of_none(label: &str) -> Self {
        Self::hash_of(&format!("none: {label}"))
    }

    /// The digest as it was stored.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes to store.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl PartialEq for TokenDigest {
    fn eq(&self, other: &Self) -> bool {
        constant_time::verify_slices_are_equal(&self.0, &other.0).is_ok()
    }
}

impl Hash for TokenDigest {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl fmt::Debug for TokenDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (start, _) = self.0.split_at(3);
        write!(f, "TokenDigest({}…)", HEXLOWER.encode(start))
    }
}

/// A public id for a client of OAuth 2.0, which nobody has yet.
pub fn client_id() -> Result<String, RandomSourceFailed> {
    Ok(format!("client-{}", ALPHABET.encode(&random::<10>()?)))
}

/// `text` with every token in it replaced, whole or cut short: for what is kept of what somebody sent,
/// who may have put a token where none belongs.
pub fn without_tokens(text: &str) -> Cow<'_, str> {
    let Some(first) = text.find(PREFIX) else {
        return Cow::Borrowed(text);
    };
    let (before, mut rest) = text.split_at(first);
    let mut clean = before.to_owned();
    while let Some(start) = rest.find(PREFIX) {
        let (before, token) = rest.split_at(start);
        clean.push_str(before);
        clean.push_str("«token»");
        rest = token
            .trim_start_matches(PREFIX)
            .trim_start_matches(|letter: char| letter.is_ascii_alphanumeric());
    }
    clean.push_str(rest);
    Cow::Owned(clean)
}

/// Lower-case base 32: one case, no sign that a shell or a header reads specially.
static ALPHABET: LazyLock<Encoding> = LazyLock::new(|| {
    let mut specification = BASE32_NOPAD.specification();
    specification.symbols = specification.symbols.to_lowercase();
    // The alphabet is a constant; the library's own upper-case one is the harmless fallback.
    specification.encoding().unwrap_or(BASE32_NOPAD)
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_recognised_by_its_digest() {
        let token = PlainToken::generate().unwrap();
        assert_eq!(TokenDigest::of(token.expose()), Ok(token.digest()));
        assert_eq!(
            TokenDigest::of(&format!("  {}\n", token.expose())),
            Ok(token.digest())
        );
        assert_ne!(token.digest(), PlainToken::generate().unwrap().digest());
    }

    #[test]
    fn a_truncated_token_is_told_from_a_foreign_one() {
        let token = PlainToken::from_random([7; RANDOM]);
        let text = token.expose();
        for cut in PREFIX.len()..text.len() {
            assert_eq!(TokenDigest::of(&text[..cut]), Err(TokenFlaw::Damaged));
        }
        assert_eq!(
            TokenDigest::of(&text.replacen('a', "b", 3)),
            Err(TokenFlaw::Foreign)
        );
        assert_eq!(TokenDigest::of(""), Err(TokenFlaw::Foreign));
        assert_eq!(TokenDigest::of("null"), Err(TokenFlaw::Foreign));
    }

    #[test]
    fn a_token_is_taken_out_of_a_text_whole_or_cut() {
        let token = PlainToken::from_random([3; RANDOM]);
        let token = token.expose();
        let text = format!("no `{token}`, {}; é", &token[..30]);
        assert_eq!(without_tokens(&text), "no `«token»`, «token»; é");
        assert_eq!(without_tokens("appliance status"), "appliance status");
    }

    #[test]
    fn the_alphabet_is_safe_in_a_shell_and_a_header() {
        let token = PlainToken::generate().unwrap();
        let payload = token.expose().strip_prefix(PREFIX).unwrap();
        assert!(payload.chars().all(|c| matches!(c, 'a'..='z' | '2'..='7')));
        assert_eq!(format!("{token:?}"), "PlainToken(hidden)");
    }
}
