//! R7, R9: whatever is wrong with a backup is said in one line, and nothing is touched.

use std::path::Path;

use super::shelves::{backed_up, names, people, peopled};
use crate::house::run::Run;

/// How many damaged files there are at least.
const LEAST: usize = 60;

/// A damaged file, and what was done to it.
fn catalogue(sound: &[u8], encrypted: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    let mut add = |what: String, bytes: Vec<u8>| files.push((what, bytes));
    for (kind, whole) in [("plain", sound), ("encrypted", encrypted)] {
        for part in [0, 1, 3, 4, 21, 22, 100, 199] {
            let length = part.min(whole.len());
            add(format!("{kind}: {length} bytes"), whole[..length].to_vec());
        }
        for tenth in 1..10 {
            let length = whole.len() * tenth / 10;
            add(format!("{kind}: {tenth}/10"), whole[..length].to_vec());
        }
        for missing in [1, 16, 17, 48, 49] {
            let length = whole.len() - missing;
            add(
                format!("{kind}: {missing} missing"),
                whole[..length].to_vec(),
            );
        }
        for step in 0..12 {
            let at = whole.len() * step / 12;
            for bit in [0, 4] {
                let mut flipped = whole.to_vec();
                flipped[at] ^= 1 << bit;
                add(format!("{kind}: bit {bit} of byte {at}"), flipped);
            }
        }
        for at in [4, 5, 6, whole.len() - 1, whole.len() - 33, whole.len() - 48] {
            let mut flipped = whole.to_vec();
            flipped[at] ^= 0x10;
            add(format!("{kind}: byte {at}"), flipped);
        }
        add(format!("{kind}: a byte more"), [whole, b"\0"].concat());
        add(format!("{kind}: twice"), [whole, whole].concat());
        add(format!("{kind}: a byte before"), [b"\0", whole].concat());
        let mut zeroed = whole.to_vec();
        zeroed[whole.len() / 2..].fill(0);
        add(format!("{kind}: zeros from the middle on"), zeroed);
    }
    add("a text".to_owned(), b"people,groups\n".to_vec());
    add("zeros".to_owned(), vec![0; 10_000]);
    add(
        "a database of nobody".to_owned(),
        b"SQLite format 3\0".to_vec(),
    );
    files
}

#[test]
fn every_damaged_backup_is_refused_in_one_line_and_nothing_is_touched() {
    let (mut house, _) = peopled();
    let sound = std::fs::read(backed_up(&house.data())).unwrap();
    let key = super::keys::KEYS[0];
    let folder = tempfile::tempdir().unwrap();
    let identity = folder.path().join("key.txt");
    std::fs::write(&identity, key.identity).unwrap();
    let encrypted = house
        .cli(&["backup", "new", "--recipient", key.recipient])
        .prints();
    let encrypted = std::fs::read(encrypted).unwrap();
    house.stop();
    let data = house.data();
    let (before, files) = (people(&data), names(&data));

    let catalogue = catalogue(&sound, &encrypted);
    assert!(catalogue.len() >= LEAST, "{}", catalogue.len());
    let file = folder.path().join("damaged");
    for (number, (what, bytes)) in catalogue.iter().enumerate() {
        std::fs::write(&file, bytes).unwrap();
        // Both read it the same way; the second would replace the data.
        let args: &[&str] = if number % 2 == 0 {
            &["backup", "verify"]
        } else {
            &["restore", "--yes"]
        };
        let paths = [
            file.to_str().unwrap(),
            "--identity",
            identity.to_str().unwrap(),
        ];
        let run = Run::new(&data, &[args, &paths[..]].concat());
        assert_eq!(run.code, Some(4), "{what}: {run:?}");
        let said: Vec<&str> = run.stderr.lines().collect();
        let [fact, hint] = said[..] else {
            panic!("{what}: {}", run.stderr);
        };
        assert!(
            fact.starts_with("error: ") && hint.starts_with("hint: "),
            "{what}: {run:?}"
        );
        assert!(!run.stderr.contains("panick"), "{what}: {}", run.stderr);
    }
    assert_eq!(people(&data), before);
    assert_eq!(names(&data), files);
    restored(&data, &sound, &file, &before);
}

/// The catalogue proves something only if the sound backup is accepted.
fn restored(data: &Path, sound: &[u8], file: &Path, before: &str) {
    std::fs::write(file, sound).unwrap();
    Run::new(data, &["restore", "--yes", file.to_str().unwrap()]).exits(0);
    assert_eq!(people(data), before);
}
