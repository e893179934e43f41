//! Two key pairs of age, made for these tests and used for nothing else.

/// A key and whom it lets encrypt.
#[derive(Clone, Copy)]
pub(crate) struct KeyPair {
    pub(crate) recipient: &'static str,
    pub(crate) identity: &'static str,
}

pub(crate) const KEYS: [KeyPair; 2] = [
    KeyPair {
        recipient: "age1hcwglttx0g9q64k2xp0jgp9kz00yck8uhhlz6y4aucxaayr8cuqq4553v6",
        identity: "AGE-SECRET-KEY-1JTT8DNJX8VXG3X77TES2TT2GVMRMGWGX84XF6KS64KM2XAAZG3WQUMMFLK",
    },
    KeyPair {
        recipient: "age12a78c9662338z525n5cj383qfmfk2pd6jsk2pwdf3ecz2pg4u3zqj99kyq",
        identity: "AGE-SECRET-KEY-1WQKEFUJW3V0R8C6RMCJJCW0YZPWJ40RVM96AD7CVGRX4UX8JE42SJCPHJE",
    },
];
