//! Small changes of bytes, the same in every run.

/// Pieces that mean something where they land.
const PIECES: [&str; 30] = [
    "\"",
    "\\",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ":",
    ",",
    ".",
    " ",
    " and ",
    " or ",
    "not ",
    " eq ",
    " pr",
    "null",
    "true",
    "1e999",
    "\u{0}",
    "\u{e9}",
    "$ref",
    "value",
    "primary",
    "members",
    "schemas",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
    "emails[type eq \"work\"]",
    "bulkId:a",
];

/// Draws changes from a sequence of numbers that is always the same.
pub(crate) struct Mutator {
    state: u64,
}

impl Mutator {
    pub(crate) const fn new() -> Self {
        Self {
            state: 0x9e37_79b9_7f4a_7c15,
        }
    }

    /// A number below `bound`, which is not 0.
    fn below(&mut self, bound: usize) -> usize {
        // Xorshift: no cryptography is asked for.
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        usize::try_from(self.state % bound as u64).unwrap()
    }

    /// `seed` with one to four changes, some of them taken from `other`.
    pub(crate) fn change(&mut self, seed: &[u8], other: &[u8]) -> Vec<u8> {
        let mut bytes = seed.to_vec();
        for _ in 0..=self.below(4) {
            let at = self.below(bytes.len() + 1);
            match self.below(6) {
                0 => {
                    let piece = PIECES[self.below(PIECES.len())];
                    bytes.splice(at..at, piece.bytes());
                }
                1 => {
                    let end = (at + 1 + self.below(8)).min(bytes.len());
                    bytes.drain(at..end);
                }
                2 => {
                    if let Some(byte) = bytes.get_mut(at) {
                        *byte ^= 1 << self.below(8);
                    }
                }
                3 => {
                    let end = (at + self.below(40)).min(bytes.len());
                    let piece = bytes[at..end].to_vec();
                    bytes.splice(at..at, piece);
                }
                4 => {
                    let from = self.below(other.len() + 1);
                    let end = (from + self.below(60)).min(other.len());
                    bytes.splice(at..at, other[from..end].iter().copied());
                }
                _ => bytes.truncate(at),
            }
        }
        bytes
    }
}
