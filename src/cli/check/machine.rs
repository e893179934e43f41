//! Disk, clock and files.

use super::finding::Finding;
use crate::base::{Settings, Timestamp};
use crate::operate::health;

/// Looks at the disk of the data directory and at who can read what is in it.
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
    match health::exposed(&settings.data_dir) {
        Ok(exposed) if exposed.is_empty() => Finding::good(TOPIC, "only their owner can read them"),
        Ok(exposed) => {
            let list: Vec<String> = exposed
                .iter()
                .map(|(path, mode)| format!("{} ({mode:03o})", path.display()))
                .collect();
            Finding::warning(TOPIC, format!("others can reach {}", list.join(", ")))
                .remedy(format!("chmod -R go-rwx {}", settings.data_dir.display()))
        }
        Err(error) => Finding::broken(TOPIC, format!("{}: {error}", settings.data_dir.display()))
            .remedy("run it as the owner of the data directory, or as root"),
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
