//! Killed at any moment, an update leaves a program that starts (reliability R40).

use std::fs;
use std::time::Instant;

use super::archive::Archive;
use super::installed::{Installed, PRESENT};

const ROUNDS: u32 = 24;

#[test]
fn killed_at_any_moment_it_leaves_a_program_that_starts() {
    let here = Installed::with_data();
    let newer = Archive::of("9.9.9");
    here.offered(&newer, newer.signed());
    let begun = Instant::now();
    here.update(&[], 0);
    let whole = begun.elapsed();
    let back = || {
        fs::rename(here.path("bin/appliance.previous"), here.program()).unwrap();
    };
    back();
    for round in 1..=ROUNDS {
        let mut child = here.command(&["update"]).spawn().unwrap();
        std::thread::sleep(whole * round / ROUNDS);
        child.kill().unwrap();
        child.wait().unwrap();
        let kept = here.path("bin/appliance.previous").exists();
        if kept {
            assert_eq!(here.version("appliance.previous"), PRESENT);
        }
        match here.version("appliance").as_str() {
            "9.9.9" => {
                assert!(kept, "there is no way back");
                back();
            }
            version => assert_eq!(version, PRESENT),
        }
        here.run(&["token", "list"], 0);
    }
    // What was left behind is in nobody's way.
    here.update(&[], 0);
    assert_eq!(here.version("appliance"), "9.9.9");
    assert_eq!(here.version("appliance.previous"), PRESENT);
}

#[test]
fn there_is_one_update_at_a_time() {
    let here = Installed::new();
    let newer = Archive::of("9.9.9");
    here.offered(&newer, newer.signed());
    let stage = here.path("bin/.appliance-update");
    fs::create_dir(&stage).unwrap();
    let other = fs::File::open(&stage).unwrap();
    other.lock().unwrap();
    let said = here.run(&["update"], 4);
    assert!(said.stderr.contains("another update"), "{said:?}");
    assert_eq!(here.version("appliance"), PRESENT);
    drop(other);
    here.update(&[], 0);
}
