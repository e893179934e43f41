//! R34: nobody else on the host reads the data.

use std::fs::Permissions;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use super::house::server::House;

/// Every file and folder, itself included, with its mode.
fn modes(folder: &Path) -> Vec<(String, u32, bool)> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(path) = open.pop() {
        let meta = std::fs::symlink_metadata(&path).unwrap();
        found.push((
            path.display().to_string(),
            meta.mode() & 0o7777,
            meta.is_dir(),
        ));
        if meta.is_dir() {
            open.extend(
                std::fs::read_dir(&path)
                    .unwrap()
                    .map(|entry| entry.unwrap().path()),
            );
        }
    }
    found
}

#[track_caller]
fn narrow(data: &Path) {
    let found = modes(data);
    for (path, mode, is_folder) in &found {
        let wide = if *is_folder { 0o700 } else { 0o600 };
        assert_eq!(mode & !wide, 0, "{path} has mode {mode:o}");
    }
    assert!(found.len() >= 4, "{found:?}");
}

#[test]
fn files_are_for_their_owner_even_under_the_widest_umask() {
    // The house starts every process with umask 000.
    let mut house = House::open();
    let idp = house.idp();
    idp.user("ada@example.net");
    narrow(&house.data());
    let export = house.data().join("people.csv");
    house
        .cli(&[
            "export",
            "users",
            "--format",
            "csv",
            "--output",
            export.to_str().unwrap(),
        ])
        .exits(0);
    narrow(&house.data());
    house.kill();
    narrow(&house.data());
    house.start();
    house.stop();
    narrow(&house.data());
}

#[test]
fn a_command_that_comes_first_makes_narrow_files_too() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("new");
    super::house::run::Run::new(&data, &["token", "new"]).exits(0);
    let found = modes(&data);
    for (path, mode, is_folder) in &found {
        let wide = if *is_folder { 0o700 } else { 0o600 };
        assert_eq!(mode & !wide, 0, "{path} has mode {mode:o}");
    }
}

#[test]
fn a_key_that_others_can_read_is_refused() {
    let mut house = House::open();
    house.stop();
    let key = house.data().join("certificate.key");
    std::fs::set_permissions(&key, Permissions::from_mode(0o644)).unwrap();
    let run = house.cli(&["serve", "--listen", "127.0.0.1:0", "--local-listen", "off"]);
    assert!(matches!(run.code, Some(2 | 4)), "{run:?}");
    assert!(run.stderr.contains("certificate.key"), "{}", run.stderr);
    std::fs::set_permissions(&key, Permissions::from_mode(0o600)).unwrap();
    house.start();
}
