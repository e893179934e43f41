//! What the tests of backups share: a house with people, a backup of it, and what its data say.

use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use crate::house::client::Client;
use crate::house::run::{Run, appliance};
use crate::house::server::House;

/// A house with a few people and a group, and somebody who may come in.
pub(crate) fn peopled() -> (House, Client) {
    let house = House::open();
    let idp = house.idp();
    let people: Vec<String> = (0..5)
        .map(|number| idp.user(&format!("p{number}@example.net")))
        .collect();
    let members: Vec<&str> = people.iter().map(String::as_str).collect();
    idp.group("Crew", &members);
    (house, idp)
}

/// Backs the data up to where backups go.
#[track_caller]
pub(crate) fn backed_up(data: &Path) -> PathBuf {
    Run::new(data, &["backup", "new"]).prints().into()
}

/// A command at work; the binary itself, not the shell in front of it, is what is killed.
pub(crate) fn spawn(data: &Path, args: &[&str]) -> Child {
    appliance()
        .args(args)
        .arg("--data-dir")
        .arg(data)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Everybody, as the export shows them.
#[track_caller]
pub(crate) fn people(data: &Path) -> String {
    Run::new(data, &["export", "users", "--format", "ndjson"]).prints()
}

/// The names in a directory; but for the log of the database and its index, which are there or not as
/// the last command happened to end.
pub(crate) fn names(directory: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| !name.ends_with(".sqlite-wal") && !name.ends_with(".sqlite-shm"))
        .collect();
    names.sort();
    names
}
