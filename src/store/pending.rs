//! The promise that a write will be on disk.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::sync::oneshot;

use super::error::StoreError;

/// A write that was asked for. When it answers `Ok`, it is on disk; when it answers `Err`, no trace
/// of it is left. Dropping it does not call the write back.
#[must_use = "a write that nobody waits for may fail unseen"]
pub struct Pending<T, E>(State<T, E>);

enum State<T, E> {
    Refused(Option<E>),
    Waiting(oneshot::Receiver<Result<T, E>>),
}

// Nothing in it is ever pinned: the receiver is `Unpin`, and `E` is only moved out.
impl<T, E> Unpin for Pending<T, E> {}

impl<T, E> fmt::Debug for Pending<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pending")
    }
}

impl<T, E: From<StoreError>> Pending<T, E> {
    pub(super) const fn waiting(receiver: oneshot::Receiver<Result<T, E>>) -> Self {
        Self(State::Waiting(receiver))
    }

    pub(super) fn refused(error: StoreError) -> Self {
        Self(State::Refused(Some(error.into())))
    }

    /// Blocks until the write is on disk or has failed. Not for asynchronous code, which awaits.
    pub fn wait(self) -> Result<T, E> {
        match self.0 {
            State::Refused(error) => Err(error.unwrap_or_else(stopped)),
            State::Waiting(receiver) => receiver.blocking_recv().unwrap_or_else(|_| Err(stopped())),
        }
    }
}

impl<T, E: From<StoreError>> Future for Pending<T, E> {
    type Output = Result<T, E>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.get_mut().0 {
            State::Refused(error) => Poll::Ready(Err(error.take().unwrap_or_else(stopped))),
            State::Waiting(receiver) => {
                let answer = ready!(Pin::new(receiver).poll(context));
                Poll::Ready(answer.unwrap_or_else(|_| Err(stopped())))
            }
        }
    }
}

/// The writer went away without an answer: it was stopped before the turn of this write.
fn stopped<E: From<StoreError>>() -> E {
    StoreError::Stopped.into()
}
