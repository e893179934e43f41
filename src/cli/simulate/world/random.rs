//! Numbers that look random and are the same in every run.

use uuid::Uuid;

/// A stream of numbers determined by what it was seeded with (`SplitMix64`). Nothing secret comes from it.
#[derive(Debug, Clone)]
pub(in crate::cli::simulate) struct Random(u64);

impl Random {
    /// The stream that belongs to these numbers, in this order.
    pub(in crate::cli::simulate) fn of(parts: &[u64]) -> Self {
        let mut stream = Self(0x5EED);
        for part in parts {
            stream.0 ^= *part;
            stream.0 = stream.number();
        }
        stream
    }

    /// The next number.
    pub(in crate::cli::simulate) fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`; 0 when `bound` is 0.
    pub(in crate::cli::simulate) fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).unwrap_or(u64::MAX);
        let number = self.number().checked_rem(bound).unwrap_or(0);
        usize::try_from(number).unwrap_or(0)
    }

    /// One entry of a table; the empty text of an empty table.
    pub(in crate::cli::simulate) fn pick(&mut self, table: &[&'static str]) -> &'static str {
        let index = self.below(table.len());
        table.get(index).copied().unwrap_or_default()
    }

    /// A GUID in its usual spelling, as directories use for the ids of their objects.
    pub(in crate::cli::simulate) fn guid(&mut self) -> String {
        let wide = (u128::from(self.number()) << 64) | u128::from(self.number());
        uuid::Builder::from_random_bytes(wide.to_be_bytes())
            .into_uuid()
            .as_hyphenated()
            .encode_lower(&mut Uuid::encode_buffer())
            .to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_stream() {
        let mut one = Random::of(&[1, 2]);
        let mut same = Random::of(&[1, 2]);
        let mut other = Random::of(&[2, 1]);
        assert_eq!(one.guid(), same.guid());
        assert_eq!(one.number(), same.number());
        assert_ne!(one.number(), other.number());
        assert_eq!(one.below(0), 0);
        assert!(one.below(3) < 3);
        assert_eq!(one.pick(&[]), "");
    }
}
