//! What nobody read of a body.
//!
//! Over HTTP/2 a stream whose body is left unread is reset when its answer is sent (RFC 9113 §8.1), and a
//! client that is still sending then loses the answer. So the body is read to its end first, and nothing
//! of it is kept. Over HTTP/1.1 the connection sees to that.

use std::cell::Cell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::HttpMessage;
use actix_web::dev::{Payload, ServiceRequest};
use actix_web::error::PayloadError;
use actix_web::http::{Method, Version};
use actix_web::web::Bytes;
use futures_util::{Stream, StreamExt};

/// Bytes that are read for nothing: twice what the largest body may have by default. Whoever sends more
/// is cut off.
const MOST: usize = 16 << 20;

/// A body on its way through a request, and back again where it was not read to its end.
pub(super) struct Unread(Rc<Cell<Option<Payload>>>);

impl Unread {
    /// Keeps an eye on the body of a request. `None` where nothing has to be done about the rest of it,
    /// and for the methods whose requests have no body.
    pub(super) fn watch(request: &mut ServiceRequest) -> Option<Self> {
        if request.version() != Version::HTTP_2
            || matches!(*request.method(), Method::GET | Method::HEAD)
        {
            return None;
        }
        let unread = Self(Rc::default());
        let lent = Lent {
            body: Some(request.take_payload()),
            owner: Rc::clone(&unread.0),
        };
        request.set_payload(Payload::Stream {
            payload: Box::pin(lent),
        });
        Some(unread)
    }

    /// Lets what is left of the body arrive, within this time.
    pub(super) async fn finish(self, time: Duration) {
        let Some(mut body) = self.0.take() else {
            return;
        };
        let rest = async {
            let mut left = MOST;
            while let Some(Ok(chunk)) = body.next().await {
                let Some(fewer) = left.checked_sub(chunk.len()) else {
                    return false;
                };
                left = fewer;
            }
            true
        };
        if !matches!(tokio::time::timeout(time, rest).await, Ok(true)) {
            tracing::debug!("the body of an answered request did not end");
        }
    }
}

/// A body that somebody may read, and that goes back to its owner when they stop before its end.
struct Lent {
    /// `None` when it was read to its end.
    body: Option<Payload>,
    owner: Rc<Cell<Option<Payload>>>,
}

impl Stream for Lent {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(body) = &mut self.body else {
            return Poll::Ready(None);
        };
        let next = Pin::new(body).poll_next(context);
        if !matches!(next, Poll::Pending | Poll::Ready(Some(Ok(_)))) {
            self.body = None;
        }
        next
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        self.owner.set(self.body.take());
    }
}
