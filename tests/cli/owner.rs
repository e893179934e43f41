use std::os::unix::fs::{MetadataExt, PermissionsExt};

use crate::run::House;

/// An account that every system has, and that is not root's.
const NOBODY: u32 = 65_534;

/// Only root can become somebody else; for anybody else there is nothing to see here.
fn house_of_nobody() -> Option<House> {
    let house = House::new();
    house.run("token new").exits(0);
    let is_root = std::fs::metadata(house.data()).unwrap().uid() == 0;
    if !is_root {
        return None;
    }
    // The way there must be open to the owner too.
    let folder = house.data().parent().unwrap().to_owned();
    std::fs::set_permissions(&folder, PermissionsExt::from_mode(0o755)).unwrap();
    for entry in std::fs::read_dir(house.data()).unwrap() {
        std::os::unix::fs::chown(entry.unwrap().path(), Some(NOBODY), Some(NOBODY)).unwrap();
    }
    std::os::unix::fs::chown(house.data(), Some(NOBODY), Some(NOBODY)).unwrap();
    Some(house)
}

#[test]
fn root_leaves_files_to_the_owner_of_the_data_directory() {
    let Some(house) = house_of_nobody() else {
        return;
    };
    house.run("token new").exits(0);
    house.run("connection list").exits(0);
    for entry in std::fs::read_dir(house.data()).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(
            entry.metadata().unwrap().uid(),
            NOBODY,
            "{:?}",
            entry.path()
        );
    }
}

#[test]
fn root_is_told_why_an_export_cannot_be_written() {
    let Some(house) = house_of_nobody() else {
        return;
    };
    let mine = house.path("mine");
    std::fs::create_dir(&mine).unwrap();
    house
        .run("export users --output")
        .args([mine.join("users.csv")])
        .exits(1)
        .mentions("hint: files are written as the owner of the data directory");
}

#[test]
fn a_key_that_only_root_can_read_is_refused_with_what_to_do() {
    let Some(house) = house_of_nobody() else {
        return;
    };
    let [certificate, key] = [("chain.pem", 0o644), ("key.pem", 0o600)].map(|(name, mode)| {
        let file = house.path(name);
        std::fs::write(&file, "not read").unwrap();
        std::fs::set_permissions(&file, PermissionsExt::from_mode(mode)).unwrap();
        file
    });
    house
        .run("serve --local-listen off --listen 127.0.0.1:0 --tls-cert")
        .args([certificate.as_path(), "--tls-key".as_ref(), key.as_path()])
        .exits(2)
        .mentions("key.pem: Permission denied")
        .mentions("hint: the account of the service must be able to read it");
}
