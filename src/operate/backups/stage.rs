//! What a long job is at.

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Pages of the database are copied.
    Copy,
    /// The copy is examined, page by page.
    Examine,
    /// Bytes of the copy are packed.
    Pack,
    /// What is on the disk is read back.
    Read,
    /// Bytes of a backup are unpacked.
    Unpack,
}

/// Told what is being done, how much of it is done, and how much there is; 0 of 0 while that is not
/// known. Not all stages run on the same thread.
pub type Watch<'a> = dyn Fn(Stage, u64, u64) + Sync + 'a;
