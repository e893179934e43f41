//! A newer release takes the place of the program; the one before stays beside it, and the way back is told.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde_json::{Value, json};
use zipsign_api::SigningKey;

use super::archive::Archive;
use super::installed::{Installed, PRESENT};

#[test]
fn the_newest_release_takes_the_place_of_the_program() {
    let here = Installed::new();
    let (middle, newest) = (Archive::of("9.8.0"), Archive::of("9.10.0"));
    here.mirror
        .offers(&[(&newest, newest.signed()), (&middle, middle.signed())]);
    let said = here.update(&[], 0);
    assert_eq!(said.stdout, "9.10.0\n");
    assert_eq!(here.version("appliance"), "9.10.0");
    assert_eq!(here.version("appliance.previous"), PRESENT);
    let mode = fs::metadata(here.program()).unwrap().permissions().mode() & 0o777;
    let built = fs::metadata(env!("CARGO_BIN_EXE_appliance")).unwrap();
    assert_eq!(mode, built.permissions().mode() & 0o777);
    let restart = if Path::new("/run/systemd/system").exists() {
        "systemctl restart appliance"
    } else {
        "restart it"
    };
    assert!(said.stderr.contains(restart), "{said:?}");
}

#[test]
fn the_data_are_backed_up_and_the_way_back_works_as_it_is_told() {
    let here = Installed::with_data();
    let newer = Archive::of("9.9.9");
    here.offered(&newer, newer.signed());
    let said = here.update(&[], 0);
    let (program, previous) = (here.program(), here.path("bin/appliance.previous"));
    let back = format!("`mv {} {}`", previous.display(), program.display());
    assert!(said.stderr.contains(&back), "{said:?}");
    let (_, restore) = said.stderr.split_once("`appliance restore ").unwrap();
    let backup = restore.split('`').next().unwrap();
    assert!(backup.ends_with("-update.tar.zst"), "{backup}");
    here.run(&["backup", "verify", backup], 0);
    here.run(&["token", "new", "--name", "since"], 0);

    fs::rename(previous, program).unwrap();
    here.run(&["restore", backup, "--yes"], 0);
    assert_eq!(here.version("appliance"), PRESENT);
    let tokens = here.run(&["token", "list"], 0).stdout;
    assert!(!tokens.contains("since"), "{tokens}");
}

#[test]
fn what_was_done_is_told_to_programs_too() {
    let here = Installed::with_data();
    let newer = Archive::of("9.9.9");
    here.offered(&newer, newer.signed());
    let read = |said: &str| -> Value { serde_json::from_str(said).unwrap() };
    let said = here.update(&["--check", "--json"], 5);
    assert_eq!(
        read(&said.stdout),
        json!({"present": PRESENT, "newer": "9.9.9"})
    );
    let told = read(&here.update(&["--json"], 0).stdout);
    assert_eq!(told["version"], "9.9.9");
    assert_eq!(told["previous"]["version"], PRESENT);
    for file in [
        &told["program"],
        &told["previous"]["program"],
        &told["backup"],
    ] {
        assert!(Path::new(file.as_str().unwrap()).exists(), "{told:#}");
    }
}

#[test]
fn a_check_says_what_is_newer_and_changes_nothing() {
    let here = Installed::new();
    let newer = Archive::of("9.9.9");
    here.offered(&newer, newer.signed());
    assert_eq!(here.update(&["--check"], 5).stdout, "9.9.9\n");
    here.is_untouched();

    let (old, same) = (Archive::of("0.0.9"), Archive::of(PRESENT));
    here.mirror
        .offers(&[(&old, old.signed()), (&same, same.signed())]);
    for arguments in [&["--check"][..], &[]] {
        let said = here.update(arguments, 0);
        assert_eq!(said.stdout, "");
        assert!(said.stderr.contains("is the newest"), "{said:?}");
    }
    let said = here.update(&["--json"], 0);
    assert!(said.stdout.contains("\"newer\": null"), "{said:?}");
    here.is_untouched();
}

#[test]
fn either_of_two_keys_will_do() {
    let here = Installed::new();
    let successor = SigningKey::from_bytes(&[9; 32]);
    here.configure(&[super::archive::key(), successor.clone()]);
    for (version, key) in [("9.9.8", super::archive::key()), ("9.9.9", successor)] {
        let newer = Archive::of(version);
        here.offered(&newer, newer.signed_by(&key));
        fs::remove_file(here.program()).unwrap();
        fs::hard_link(env!("CARGO_BIN_EXE_appliance"), here.program()).unwrap();
        here.update(&[], 0);
        assert_eq!(here.version("appliance"), version);
    }
}
