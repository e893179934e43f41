//! What is no newer, signed release of this product for this machine is refused, and nothing changes
//! (reliability R38, R39).

use std::fs;
use std::os::unix::fs::PermissionsExt;

use zipsign_api::SigningKey;

use super::archive::Archive;
use super::installed::{Installed, PRESENT};

const NOT_SIGNED: &str = "is not signed by a key that is known here";

#[test]
fn what_nobody_we_know_has_signed_is_refused() {
    let here = Installed::new();
    let newer = Archive::of("9.9.9");
    let whole = newer.signed();
    let mut wrong = vec![
        newer.packed(),
        newer.signed_by(&SigningKey::from_bytes(&[8; 32])),
        b"<html>not found</html>".to_vec(),
        [&whole[..], b"more"].concat(),
        [
            &Archive::of("9.9.8").packed()[..],
            &whole[newer.packed().len()..],
        ]
        .concat(),
        // Signed, but as what it is: an old release under the name of a new one.
        Archive::of("0.0.9").signed(),
    ];
    for at in [0, 20, whole.len() / 4, whole.len() / 2, whole.len() - 9] {
        let mut flipped = whole.clone();
        flipped[at] ^= 1;
        wrong.push(flipped);
    }
    for length in [0, 1, 100, whole.len() / 2, whole.len() - 1] {
        wrong.push(whole[..length].to_vec());
    }
    for bytes in wrong {
        here.offered(&newer, bytes);
        here.refuses(NOT_SIGNED);
    }
    here.offered(&newer, whole);
    here.update(&[], 0);
}

#[test]
fn what_is_signed_must_be_newer_ours_and_for_this_machine() {
    let here = Installed::new();
    let newer = || Archive::of("9.9.9");
    let refuses = |archive: &Archive, why: &str| {
        here.offered(archive, archive.signed());
        here.refuses(why);
    };
    for version in ["0.0.9", PRESENT, "latest"] {
        let old = Archive {
            version: version.to_owned(),
            ..newer()
        };
        refuses(
            &old,
            &format!("it is version {version} inside, which is not newer"),
        );
    }
    let misnamed = Archive {
        version: "9.9.8".to_owned(),
        ..newer()
    };
    refuses(&misnamed, "it is version 9.9.8 inside");
    let other = Archive {
        product: "appliance-agent".to_owned(),
        ..newer()
    };
    refuses(&other, "it is a release of `appliance-agent`");
    let foreign = Archive {
        target: "riscv64gc-unknown-linux-gnu".to_owned(),
        ..newer()
    };
    refuses(&foreign, "it is for riscv64gc-unknown-linux-gnu");
    let unlabelled = Archive {
        product: "\"".to_owned(),
        ..newer()
    };
    refuses(&unlabelled, "release.toml cannot be read");
    let empty = Archive {
        program: None,
        ..newer()
    };
    refuses(&empty, "/appliance: ");
}

#[test]
fn keys_that_others_could_have_written_are_not_believed() {
    let here = Installed::new();
    let newer = Archive::of("9.9.9");
    here.offered(&newer, newer.signed());
    fs::set_permissions(here.settings(), fs::Permissions::from_mode(0o664)).unwrap();
    here.refuses("others can write it");
    fs::set_permissions(here.settings(), fs::Permissions::from_mode(0o644)).unwrap();
    let known = here.run(&["check", "--json"], 5).stdout;
    let report: serde_json::Value = serde_json::from_str(&known).unwrap();
    let rows = report["settings"].as_array().unwrap();
    let keys = rows
        .iter()
        .find(|row| row["name"] == "update.keys")
        .unwrap();
    let output = here
        .command(&["update"])
        .env("APPLIANCE_UPDATE_KEYS", keys["value"].as_str().unwrap())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(4), "{output:?}");
    here.is_untouched();
}

#[test]
fn without_a_key_nothing_is_installed() {
    let here = Installed::new();
    let newer = Archive::of("9.9.9");
    here.offered(&newer, newer.signed());
    fs::write(here.settings(), "").unwrap();
    let (source, ca) = (here.mirror.url(), here.path("ca.pem"));
    let named = ["--source", &source, "--ca", ca.to_str().unwrap()];
    let said = here.update(&named, 2);
    assert!(
        said.stderr.contains("no key to check releases with"),
        "{said:?}"
    );
    here.is_untouched();
}

#[test]
fn what_a_package_installed_a_package_updates() {
    let here = Installed::new();
    let newer = Archive::of("9.9.9");
    here.offered(&newer, newer.signed());
    fs::create_dir_all(here.path("share/appliance")).unwrap();
    for (kind, command) in [("deb\n", "apt install"), ("rpm\n", "dnf upgrade")] {
        fs::write(here.path("share/appliance/packaged"), kind).unwrap();
        here.refuses(command);
    }
    here.update(&["--check"], 5);
}
