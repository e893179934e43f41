//! How people are found again whose names are not kept: by a keyed hash.

use aws_lc_rs::hmac;

use crate::scim::ResourceId;
use crate::scim::mask::Subject;

/// What a resource or a name of a person becomes in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key(pub(super) [u8; 16]);

/// Makes keys. The secret is in the other file: who has this one alone cannot try names out.
#[derive(Debug, Clone)]
pub struct Keys(hmac::Key);

impl Keys {
    /// Keys by the secret of the database that this file belongs to.
    pub fn new(secret: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }

    /// The key of somebody or something.
    pub fn key(&self, subject: &Subject) -> Key {
        match subject {
            Subject::Id(id) => self.of(b"id", id.to_string().as_bytes()),
            Subject::Name(name) => self.of(b"name", name.as_bytes()),
        }
    }

    /// The key of a resource.
    pub fn of_id(&self, id: &ResourceId) -> Key {
        self.key(&Subject::Id(*id))
    }

    fn of(&self, what: &[u8], text: &[u8]) -> Key {
        // The first words keep these hashes apart from whatever else is sealed with the secret.
        let mut context = hmac::Context::with_key(&self.0);
        context.update(b"exchange\0");
        context.update(what);
        context.update(b"\0");
        context.update(text);
        let mut key = [0; 16];
        for (to, from) in key.iter_mut().zip(context.sign().as_ref()) {
            *to = *from;
        }
        Key(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_one_key_in_any_letter_case_and_another_under_another_secret() {
        let keys = Keys::new(&[1; 32]);
        let ada = keys.key(&Subject::named("Ada@example.net"));
        assert_eq!(keys.key(&Subject::named(" ada@EXAMPLE.net ")), ada);
        assert_ne!(keys.key(&Subject::named("eda@example.net")), ada);
        assert_ne!(
            Keys::new(&[2; 32]).key(&Subject::named("ada@example.net")),
            ada
        );
    }
}
