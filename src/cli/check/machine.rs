//! Disk, clock and files.

use super::finding::Finding;
use crate::base::{Settings, Timestamp};
use crate::operate::health;

/// Looks at the disk of the data directory and at who can read what is in it, and ends it where that is
/// anybody but its owner.
pub(super) fn files(settings: &Settings) -> Vec<Finding> {
    vec![disk(settings), modes(settings)]
}

fn disk(settings: &Settings) -> Finding {
    const TOPIC: &str = "disk";
    if let Some(why) = health::no_room(&settings.data_dir) {
        return Finding::broken(TOPIC, why).remedy("nothing can be written until there is room");
    }
    if let Some(how_little) = health::little_room(&settings.data_dir) {
        return Finding::warning(TOPIC, how_little);
    }
    match health::room(&settings.data_dir) {
        Ok(room) => Finding::good(TOPIC, format!("{} MiB are left", room.free >> 20)),
        Err(error) => Finding::broken(TOPIC, error.to_string()),
    }
}

fn modes(settings: &Settings) -> Finding {
    const TOPIC: &str = "files";
    let dir = &settings.data_dir;
    let exposed = match health::narrow(dir) {
        Ok(exposed) => exposed,
        Err(error) => {
            return Finding::broken(TOPIC, format!("{}: {error}", dir.display()))
                .remedy("run it as the owner of the data directory, or as root");
        }
    };
    let list = |narrowed: bool| {
        let some = exposed.iter().filter(|one| one.narrowed == narrowed);
        let some = some.map(|one| format!("{} ({:03o})", one.path.display(), one.mode));
        some.collect::<Vec<_>>().join(", ")
    };
    let (narrowed, open) = (list(true), list(false));
    let until_now = format!("others could reach {narrowed} until now; that is ended");
    match (narrowed.is_empty(), open.is_empty()) {
        (true, true) => Finding::good(TOPIC, "only their owner can read them"),
        (false, true) => Finding::warning(TOPIC, until_now).remedy(
            "where other accounts may have read a key or a database, replace what is in it",
        ),
        (is_all, false) => {
            let before = if is_all {
                String::new()
            } else {
                format!("{until_now}; ")
            };
            Finding::warning(TOPIC, format!("{before}others can reach {open}"))
                .remedy(format!("chmod -R go-rwx {}", dir.display()))
        }
    }
}

/// Looks at the clock; `last` is when something was last changed.
pub(super) fn clock(settings: &Settings, last: Option<Timestamp>, now: Timestamp) -> Finding {
    const TOPIC: &str = "clock";
    match health::clock_flaw(&settings.data_dir, last, now) {
        None => Finding::good(TOPIC, now.to_string()),
        Some(flaw) => Finding::warning(TOPIC, format!("it says {now}, but {flaw}"))
            .remedy("tokens expire by this clock: set it, and let NTP keep it right"),
    }
}
