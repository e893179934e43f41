//! R6: what is there is whole: nothing is left of a backup that failed, and what is left of one that was
//! killed goes with the next.

use std::fmt::Write;
use std::fs;

use serde_json::json;

use super::shelves::{backed_up, names, peopled, spawn};
use crate::house::run::Run;

#[test]
fn a_backup_for_which_there_is_no_room_leaves_nothing() {
    let (house, _) = peopled();
    let folder = backed_up(&house.data());
    let folder = folder.parent().unwrap();
    let there = (names(&house.data()), names(folder));
    // Room for nothing, for a part of the copy, and for the copy but not for its package.
    for (room, args) in [
        (4_096, &["backup", "new"][..]),
        (100_000, &["backup", "new"]),
        (
            100_000,
            &[
                "backup",
                "new",
                "--recipient",
                super::keys::KEYS[0].recipient,
            ],
        ),
        (100_000, &["backup", "verify"]),
    ] {
        let mut args: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
        if args[1] == "verify" {
            args.push(folder.join(&there.1[0]).to_str().unwrap().to_owned());
        }
        let run = Run::bounded(&house.data(), &args, room);
        assert!(run.stderr.contains("hint: "), "{run:?}");
        run.exits(1);
        assert_eq!((names(&house.data()), names(folder)), there, "{args:?}");
    }
}

#[test]
fn what_a_killed_backup_left_goes_with_the_next_one() {
    let (house, idp) = peopled();
    // Enough of what does not become less by packing, so that there is time to be killed in.
    for number in 0..60_u64 {
        let mut noise = String::new();
        for at in 0..3_700_u64 {
            let bits = ((number << 32) | at).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            write!(noise, "{bits:016x}").unwrap();
        }
        idp.user_with(
            &format!("noise{number}@example.net"),
            json!({"title": noise}),
        );
    }
    let folder = house.data().join("backups");
    let partial = || {
        let mut there = fs::read_dir(&folder)
            .ok()?
            .map(|entry| entry.unwrap().path());
        there.find(|file| file.extension().is_some_and(|end| end == "partial"))
    };
    let left = (0..20).find_map(|_| {
        let mut child = spawn(&house.data(), &["backup", "new"]);
        while partial().is_none() && child.try_wait().unwrap().is_none() {
            std::hint::spin_loop();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        partial()
    });
    let left = left.expect("it was never killed while it wrote");
    // What somebody is writing stays, and what is not ours.
    let other = folder.join(".appliance-20261126T030000Z.tar.zst.1.partial");
    let held = fs::File::create(&other).unwrap();
    held.lock().unwrap();
    let mine = folder.join(".mine.1.partial");
    fs::write(&mine, "mine").unwrap();
    backed_up(&house.data());
    assert!(!left.exists() && other.exists() && mine.exists());
    drop(held);
    house.cli(&["backup", "prune", "--check"]).exits(0);
    assert!(other.exists());
    house.cli(&["backup", "prune"]).exits(0);
    assert!(!other.exists() && mine.exists());
    let scratch = names(&house.data()).into_iter();
    let scratch: Vec<_> = scratch.filter(|name| name.starts_with('.')).collect();
    assert!(scratch.is_empty(), "{scratch:?}");
}
