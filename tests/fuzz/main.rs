//! The entries of the fuzz targets, run for a moment with the same bytes every time: what the recorded
//! sequences hold, and many small changes of it.
#![cfg(test)]

mod entry;
mod mutate;
mod seeds;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use mutate::Mutator;
use seeds::{Seeds, Target};

/// Changes made of every seed.
const CHANGES: usize = 30;

#[test]
fn filters_of_all_kinds_are_read_or_refused() {
    check(Target::Filter);
}

#[test]
fn paths_of_all_kinds_are_read_or_refused() {
    check(Target::Path);
}

#[test]
fn patches_of_all_kinds_are_carried_out_or_refused() {
    check(Target::Patch);
}

#[test]
fn bodies_of_all_kinds_are_read_or_refused() {
    check(Target::Body);
}

#[test]
fn backups_of_all_kinds_are_read_or_refused() {
    check(Target::Backup);
}

fn check(target: Target) {
    let seeds = Seeds::gather().of(target);
    assert!(seeds.len() > 20, "only {} seeds", seeds.len());
    let mut mutator = Mutator::new();
    for (index, seed) in seeds.iter().enumerate() {
        enter(target, seed);
        for _ in 0..CHANGES {
            let other = &seeds[(index * 31 + 7) % seeds.len()];
            enter(target, &mutator.change(seed, other));
        }
    }
}

fn enter(target: Target, bytes: &[u8]) {
    let run = match target {
        Target::Filter => entry::filter::run,
        Target::Path => entry::path::run,
        Target::Patch => entry::patch::run,
        Target::Body => entry::body::run,
        Target::Backup => entry::backup::run,
    };
    let passed = catch_unwind(AssertUnwindSafe(|| run(bytes))).is_ok();
    assert!(passed, "{target:?}: {}", String::from_utf8_lossy(bytes));
}

#[test]
#[ignore = "writes the corpora for cargo fuzz"]
fn corpora_are_written() {
    let seeds = Seeds::gather();
    for target in Target::ALL {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/fuzz/corpus")
            .join(target.name());
        std::fs::create_dir_all(&folder).unwrap();
        for (index, seed) in seeds.of(target).iter().enumerate() {
            std::fs::write(folder.join(format!("seed-{index:04}")), seed).unwrap();
        }
    }
}
