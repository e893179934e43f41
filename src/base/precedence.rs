//! Who goes first where processors are few.

/// Behind whom a thread waits for a processor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precedence {
    /// Behind whoever answers requests, by a little: what writes, or goes through everybody, has work for
    /// long stretches, and a read that comes meanwhile is short.
    Behind,
    /// Behind everybody: nobody waits for it. Not for whoever keeps others waiting meanwhile, with a lock
    /// or with a snapshot that the log grows behind.
    Aside,
}

impl Precedence {
    /// Steps of `nice`. Measured with match queries beside an initial cycle, exports and backups on two
    /// cores: the slowest hundredth of the queries took 2.5 to 4.6 times as long as in quiet without them,
    /// 2.1 to 4.2 times with four for those behind, and 2.3 to 3.1 times with six, which made changes a
    /// fiftieth slower.
    const fn steps(self) -> i32 {
        match self {
            Self::Behind => 6,
            Self::Aside => 10,
        }
    }

    /// Takes this place with the calling thread, and with threads that it starts from now on. There is
    /// no way back. Where the system forbids it, all stays as it is: nothing depends on it but speed.
    pub fn take(self) {
        if let Err(error) = rustix::process::nice(self.steps()) {
            tracing::debug!(%error, place = ?self, "a thread could not give way to others");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    #[test]
    fn a_place_is_that_of_one_thread() {
        let mine = || rustix::process::getpriority_process(None).unwrap();
        let before = mine();
        thread::spawn(move || {
            Precedence::Aside.take();
            assert_eq!(mine(), (before + 10).min(19));
        })
        .join()
        .unwrap();
        assert_eq!(mine(), before);
    }
}
