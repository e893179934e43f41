#![no_main]

#[path = "../entry/mod.rs"]
#[expect(dead_code, reason = "every target uses another entry")]
mod entry;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| entry::backup::run(bytes));
