//! Random numbers of the operating system.

use aws_lc_rs::rand;
use thiserror::Error;

/// The operating system could not provide random numbers. Then nothing must be made of what is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the system's random source failed")]
pub struct RandomSourceFailed;

/// Bytes that nobody can foresee.
pub fn random<const LENGTH: usize>() -> Result<[u8; LENGTH], RandomSourceFailed> {
    let mut bytes = [0; LENGTH];
    rand::fill(&mut bytes).map_err(|_| RandomSourceFailed)?;
    Ok(bytes)
}
