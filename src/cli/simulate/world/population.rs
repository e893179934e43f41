//! How large the simulated directory is, and who is in it.

use super::random::Random;

/// Everything that determines the simulated directory: two populations with the same numbers are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli::simulate) struct Population {
    /// Which directory; any number.
    pub(in crate::cli::simulate) seed: u64,
    /// People who are there when all is done.
    pub(in crate::cli::simulate) users: usize,
    /// People who join as well, and are gone when all is done.
    pub(in crate::cli::simulate) leavers: usize,
    /// Groups that are there when all is done.
    pub(in crate::cli::simulate) groups: usize,
    /// Members of each group, at most.
    pub(in crate::cli::simulate) members: usize,
}

/// The three days on which an identity provider looks at its directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::cli::simulate) enum Day {
    /// When the initial cycle runs.
    First,
    /// When the first incremental cycle runs: changes, people disabled, groups renamed.
    Second,
    /// When the second one runs, and for good: more changes, people enabled again, leavers deleted.
    Last,
}

/// Streams of random numbers that do not disturb one another.
#[derive(Debug, Clone, Copy)]
pub(super) enum Stream {
    Person = 1,
    Leaver = 2,
    Group = 3,
    Probe = 4,
}

impl Population {
    /// All places in the list of people: first those who stay, then the leavers.
    pub(in crate::cli::simulate) const fn everybody(&self) -> usize {
        self.users + self.leavers
    }

    /// Whether the person in this place leaves in the end.
    pub(in crate::cli::simulate) const fn is_leaver(&self, index: usize) -> bool {
        index >= self.users
    }

    /// All places in the list of groups; the last one is dissolved in the end.
    pub(in crate::cli::simulate) const fn all_groups(&self) -> usize {
        if self.groups == 0 { 0 } else { self.groups + 1 }
    }

    /// Whether the group in this place is dissolved in the end.
    pub(in crate::cli::simulate) const fn is_dissolved(&self, index: usize) -> bool {
        index >= self.groups
    }

    /// A value that nobody in the directory has, different for each `purpose`.
    pub(in crate::cli::simulate) fn nobody(&self, purpose: usize) -> String {
        self.stream(Stream::Probe, purpose).guid()
    }

    pub(super) fn stream(&self, stream: Stream, index: usize) -> Random {
        let index = u64::try_from(index).unwrap_or(u64::MAX);
        Random::of(&[self.seed, stream as u64, index])
    }
}
