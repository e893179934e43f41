//! Cursors of RFC 9865: opaque, good for a while, and of no use to who alters one.

use aws_lc_rs::hmac;
use data_encoding::BASE64URL_NOPAD;
use jiff::SignedDuration;

use crate::base::Timestamp;
use crate::scim::ScimError;

/// How long a cursor is good. A walk that stops for longer starts again.
pub(super) const LIFETIME: SignedDuration = SignedDuration::from_hours(1);

/// Bytes of the authentication code that a cursor carries.
const CODE: usize = 16;

/// Where a walk through a list goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cursor {
    /// The place, in the store's own terms.
    pub(super) position: Vec<u8>,
    /// When the page before was answered.
    pub(super) issued: Timestamp,
}

impl Cursor {
    /// The cursor as text. It fits only the query of the same `question`, which is everything that
    /// decides what is listed and in which order.
    pub(super) fn seal(&self, key: &hmac::Key, question: &[u8]) -> String {
        let mut sealed = self.issued.as_millis().to_be_bytes().to_vec();
        sealed.extend_from_slice(&self.position);
        let code = code(key, question, &sealed);
        sealed.extend_from_slice(&code);
        BASE64URL_NOPAD.encode(&sealed)
    }

    /// The cursor behind a text. One that we did not make, or made for another question, is 400
    /// `invalidCursor`; one whose time is over is 400 `expiredCursor`.
    pub(super) fn open(
        text: &str,
        key: &hmac::Key,
        question: &[u8],
        now: Timestamp,
    ) -> Result<Self, ScimError> {
        let invalid = || {
            ScimError::invalid_cursor(
                "cursor: this one was not given for this query; begin again with an empty cursor",
            )
        };
        let sealed = BASE64URL_NOPAD
            .decode(text.as_bytes())
            .map_err(|_| invalid())?;
        let (body, given) = sealed
            .len()
            .checked_sub(CODE)
            .and_then(|end| sealed.split_at_checked(end))
            .ok_or_else(invalid)?;
        aws_lc_rs::constant_time::verify_slices_are_equal(&code(key, question, body), given)
            .map_err(|_| invalid())?;
        let (issued, position) = body.split_first_chunk::<8>().ok_or_else(invalid)?;
        let issued = Timestamp::from_millis(i64::from_be_bytes(*issued));
        if issued.plus(LIFETIME) < now {
            return Err(ScimError::expired_cursor(
                "cursor: its time is over; begin again with an empty cursor",
            ));
        }
        Ok(Self {
            position: position.to_vec(),
            issued,
        })
    }
}

/// The first half of an HMAC over the question and the cursor, each with its length.
fn code(key: &hmac::Key, question: &[u8], body: &[u8]) -> Vec<u8> {
    let mut context = hmac::Context::with_key(key);
    for part in [question, body] {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part);
    }
    context.sign().as_ref().iter().take(CODE).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> hmac::Key {
        hmac::Key::new(hmac::HMAC_SHA256, &[7; 32])
    }

    #[test]
    fn a_cursor_opens_for_its_own_question_only_and_not_for_ever() {
        let issued = Timestamp::from_millis(1_795_000_000_000);
        let cursor = Cursor {
            position: vec![0, 0, 1],
            issued,
        };
        let text = cursor.seal(&key(), b"Users");
        assert_eq!(Cursor::open(&text, &key(), b"Users", issued), Ok(cursor));
        let kind = |text: &str, question: &[u8], now| {
            Cursor::open(text, &key(), question, now)
                .unwrap_err()
                .scim_type()
                .unwrap()
                .as_str()
        };
        assert_eq!(kind(&text, b"Groups", issued), "invalidCursor");
        assert_eq!(kind("x", b"Users", issued), "invalidCursor");
        assert_eq!(kind("", b"Users", issued), "invalidCursor");
        let late = issued.plus(LIFETIME).plus(SignedDuration::from_millis(1));
        assert_eq!(kind(&text, b"Users", late), "expiredCursor");
        for position in 0..text.len() {
            let mut forged = text.clone().into_bytes();
            forged[position] = if forged[position] == b'A' { b'B' } else { b'A' };
            let forged = String::from_utf8(forged).unwrap();
            assert!(Cursor::open(&forged, &key(), b"Users", issued).is_err());
        }
    }
}
