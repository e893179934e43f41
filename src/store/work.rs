//! A job for the writer, and who waits for what becomes of it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tokio::sync::oneshot;

use super::error::StoreError;
use super::view::Tx;

/// What is to be carried out in a transaction.
pub(super) trait Job<T, E>: Send {
    /// Whether it can be carried out again after what it wrote was undone.
    const REPEATS: bool;

    /// Carries it out; `None` when that has been done and cannot be again.
    fn carry_out(&mut self, tx: &Tx<'_>) -> Option<Result<T, E>>;
}

/// A job that can be carried out once.
pub(super) struct Once<F>(Option<F>);

impl<F> Once<F> {
    pub(super) const fn new(job: F) -> Self {
        Self(Some(job))
    }
}

impl<F, T, E> Job<T, E> for Once<F>
where
    F: FnOnce(&Tx<'_>) -> Result<T, E> + Send,
{
    const REPEATS: bool = false;

    fn carry_out(&mut self, tx: &Tx<'_>) -> Option<Result<T, E>> {
        self.0.take().map(|job| job(tx))
    }
}

/// A job that can be carried out as often as need be.
pub(super) struct Repeatable<F>(pub(super) F);

impl<F, T, E> Job<T, E> for Repeatable<F>
where
    F: Fn(&Tx<'_>) -> Result<T, E> + Send,
{
    const REPEATS: bool = true;

    fn carry_out(&mut self, tx: &Tx<'_>) -> Option<Result<T, E>> {
        Some((self.0)(tx))
    }
}

/// A job whose types were forgotten, so that one queue can hold them all.
pub(super) trait Work: Send {
    /// Runs it; answers whether what it wrote is to be kept.
    fn run(&mut self, tx: &Tx<'_>) -> bool;

    /// Whether it may be run again, when what it wrote was undone.
    fn repeats(&self) -> bool;

    /// Tells whoever asked: its own outcome, or what became of the whole group.
    fn answer(self: Box<Self>, fate: Result<(), StoreError>);
}

/// A job, what came of it, and whom to tell.
pub(super) struct Asked<J, T, E> {
    job: J,
    outcome: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<J, T, E> Asked<J, T, E> {
    pub(super) const fn new(job: J, reply: oneshot::Sender<Result<T, E>>) -> Self {
        Self {
            job,
            outcome: None,
            reply,
        }
    }
}

impl<J, T, E> Work for Asked<J, T, E>
where
    J: Job<T, E>,
    T: Send,
    E: From<StoreError> + Send,
{
    fn run(&mut self, tx: &Tx<'_>) -> bool {
        // What the job leaves half-done is undone by whoever runs it.
        let outcome = catch_unwind(AssertUnwindSafe(|| self.job.carry_out(tx)))
            .unwrap_or_else(|_| Some(Err(StoreError::Panicked.into())));
        match outcome {
            Some(outcome) => self.outcome.insert(outcome).is_ok(),
            None => false,
        }
    }

    fn repeats(&self) -> bool {
        J::REPEATS
    }

    fn answer(self: Box<Self>, fate: Result<(), StoreError>) {
        let answer = match (fate, self.outcome) {
            (Ok(()), Some(outcome)) => outcome,
            (Ok(()), None) => Err(StoreError::Stopped.into()),
            (Err(error), _) => Err(error.into()),
        };
        // Nobody waits any more: a client that went away.
        let _ = self.reply.send(answer);
    }
}
