//! A rewrite without a sequence has no place: each is fired by one that is here.

use std::collections::BTreeSet;
use std::path::Path;

use appliance::scim::dialect::Rewrite;
use serde_json::Value;

use super::house::server::House;
use super::replay::Entrance;
use super::sequence::{self, Dialect};

#[test]
fn every_rewrite_is_fired_by_a_sequence() {
    let mut house = House::open();
    let entrance = Entrance::open(&house, Dialect::Tolerant);
    for provider in super::PROVIDERS {
        for (name, sequence) in sequence::of(provider) {
            let played = entrance.play(&sequence);
            played.unwrap_or_else(|complaint| panic!("{name}: {complaint}"));
        }
    }
    // What was counted is written down in the end.
    house.stop();
    let shown = house.cli(&["connection", "show", "tolerant", "--json"]);
    let shown: Value = serde_json::from_str(&shown.prints()).unwrap();
    let fired: BTreeSet<&str> = shown["tolerated"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|seen| seen["what"].as_str())
        .filter(|what| Rewrite::NAMES.contains(what))
        .collect();
    assert_eq!(fired, BTreeSet::from(Rewrite::NAMES));
}

#[test]
fn every_sequence_that_the_dialect_names_is_here() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut named = 0;
    for entry in std::fs::read_dir(root.join("src/scim/dialect")).unwrap() {
        let file = entry.unwrap().path();
        let text = std::fs::read_to_string(&file).unwrap();
        for part in text.split("`tests/idp/").skip(1) {
            let name = part.split('`').next().unwrap();
            let path = root.join("tests/idp").join(name);
            assert!(path.is_file(), "{}: there is no {name}", file.display());
            named += 1;
        }
    }
    assert!(named > 10, "the dialect names {named} sequences only");
}

#[test]
fn every_folder_of_sequences_is_replayed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/idp/sequences");
    let found: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(found, super::PROVIDERS.map(str::to_owned).into());
}
