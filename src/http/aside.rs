//! Work that takes long, off the event loop, where the requests of others would wait behind it.

use actix_web::web;

use crate::base::Precedence;
use crate::store::StoreError;

thread_local! {
    /// Looked at once by each thread for work that takes long: it answers behind those that answer at once.
    static BEHIND: () = Precedence::Behind.take();
}

/// Bytes from which going through them all takes longer than having another thread do it, many times over.
pub(super) const LONG: usize = 64 * 1024;

/// Has `work` done by a thread for work that takes long. [`StoreError::Stopped`] when the server ends
/// before, or when the work panicked.
pub(super) async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, StoreError> {
    let behind = move || BEHIND.with(|()| work());
    web::block(behind).await.map_err(|_| StoreError::Stopped)
}
