//! What the service manager is told, where one wants to know (`NOTIFY_SOCKET`, `Type=notify`).

use std::io;

use sd_notify::NotifyState;

/// Requests are answered from now on, or again after [`reloading`].
pub(super) fn ready(status: &str) {
    tell("ready", &[NotifyState::Ready, NotifyState::Status(status)]);
}

/// Certificates are read again; requests are answered meanwhile. [`ready`] must follow.
pub(super) fn reloading() {
    let began = NotifyState::monotonic_usec_now();
    report(
        "reloading",
        began.and_then(|began| sd_notify::notify(&[NotifyState::Reloading, began])),
    );
}

/// Nobody is let in any more.
pub(super) fn stopping() {
    let status = NotifyState::Status("Finishing what runs");
    tell("stopping", &[NotifyState::Stopping, status]);
}

/// Everything that answers requests is alive.
pub(super) fn alive(status: &str) {
    tell(
        "alive",
        &[NotifyState::Watchdog, NotifyState::Status(status)],
    );
}

/// Something is not alive; without [`alive`] the service manager will soon start the service anew.
pub(super) fn faltering(status: &str) {
    tell("faltering", &[NotifyState::Status(status)]);
}

fn tell(what: &'static str, states: &[NotifyState<'_>]) {
    report(what, sd_notify::notify(states));
}

/// A service manager that cannot be told is no reason not to serve.
fn report(what: &'static str, told: io::Result<()>) {
    if let Err(error) = told {
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            what,
            "the service manager could not be told"
        );
    }
}
