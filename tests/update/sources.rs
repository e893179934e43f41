//! Where releases come from: one place, that the operator named, over HTTPS, and no more than is bearable.

use std::fs;
use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;

use super::archive::Archive;
use super::installed::Installed;
use super::mirror::Page;

#[test]
fn there_is_no_source_unless_somebody_names_one_and_it_is_https() {
    let here = Installed::new();
    for wrong in [
        "http://127.0.0.1/manifest.json",
        "manifest.json",
        "https://",
    ] {
        here.update(&["--check", "--source", wrong], 2);
    }
    fs::write(here.settings(), "").unwrap();
    let said = here.update(&["--check"], 2);
    assert!(said.stderr.contains("no source of releases"), "{said:?}");
}

#[test]
fn a_mirror_that_nobody_vouches_for_is_not_asked() {
    let here = Installed::new();
    let newer = Archive::of("9.9.9");
    here.offered(&newer, newer.signed());
    let text = fs::read_to_string(here.settings()).unwrap();
    fs::write(here.settings(), text.replace("ca = \"ca.pem\"\n", "")).unwrap();
    here.update(&["--check"], 1);
    let ca = here.path("ca.pem");
    here.update(&["--check", "--ca", ca.to_str().unwrap()], 5);
    let settings = here.settings();
    here.update(&["--check", "--ca", settings.to_str().unwrap()], 2);
    here.is_untouched();
}

#[test]
fn where_nobody_is_trusted_at_all_it_is_said_what_is_missing() {
    let here = Installed::new();
    let text = fs::read_to_string(here.settings()).unwrap();
    fs::write(here.settings(), text.replace("ca = \"ca.pem\"\n", "")).unwrap();
    let said = here
        .command(&["update", "--check"])
        .env("SSL_CERT_FILE", here.path("nowhere"))
        .env_remove("SSL_CERT_DIR")
        .output()
        .unwrap();
    let stderr = String::from_utf8(said.stderr).unwrap();
    assert_eq!(said.status.code(), Some(1), "{stderr}");
    assert!(stderr.contains("install `ca-certificates`"), "{stderr}");
}

#[test]
fn a_source_that_leads_elsewhere_is_not_followed() {
    let here = Installed::new();
    let newer = Archive::of("9.9.9");
    here.offered(&newer, newer.signed());
    here.mirror.holds("aside", Page::Bytes(newer.signed()));
    for place in [
        "http://127.0.0.1/aside".to_owned(),
        here.mirror.address_of("aside"),
    ] {
        here.mirror.holds(&newer.name(), Page::Elsewhere(place));
        here.refuses("leads elsewhere (302)");
    }
    let asset = json!({"name": newer.name(), "url": "http://127.0.0.1/aside"});
    let release = json!({"version": "9.9.9", "assets": [asset]});
    here.mirror
        .publishes(&json!({"schema": 1, "releases": [release]}));
    here.refuses("which is no https address");
    let place = "http://127.0.0.1/manifest.json".to_owned();
    here.mirror.holds("manifest.json", Page::Elsewhere(place));
    here.refuses("leads elsewhere (302)");
}

#[test]
fn what_does_not_end_is_not_read_to_the_end() {
    let here = Installed::new();
    let newer = Archive::of("9.9.9");
    here.offered(&newer, newer.signed());
    here.mirror.holds(&newer.name(), Page::Endless);
    here.refuses("more than is read");
    here.mirror.holds("manifest.json", Page::Endless);
    here.refuses("more than is read");
    // A megabyte of blanks is a kilobyte.
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    for _ in 0..256 {
        gzip.write_all(&[b' '; 1 << 14]).unwrap();
    }
    let bomb = Page::Compressed(gzip.finish().unwrap());
    here.mirror.holds("manifest.json", bomb);
    here.refuses("more than is read");
}

#[test]
fn what_does_not_come_in_full_is_a_failure() {
    let here = Installed::new();
    let newer = Archive::of("9.9.9");
    here.offered(&newer, newer.signed());
    here.mirror.holds(&newer.name(), Page::Half(newer.signed()));
    here.update(&[], 1);
    let missing = Archive::of("9.9.10");
    let asset = json!({"name": missing.name(), "url": "missing.tar.gz"});
    let release = json!({"version": "9.9.10", "assets": [asset]});
    here.mirror
        .publishes(&json!({"schema": 1, "releases": [release]}));
    let said = here.update(&[], 1);
    assert!(
        said.stderr.contains("missing.tar.gz answered 404"),
        "{said:?}"
    );
    here.is_untouched();
}

#[test]
fn a_source_without_a_release_for_this_machine_is_told_from_one_without_a_newer() {
    let here = Installed::new();
    let asset = json!({"name": "appliance-9.9.9-riscv64gc-unknown-linux-gnu.tar.gz", "url": "x"});
    let release = json!({"version": "9.9.9", "assets": [asset]});
    here.mirror
        .publishes(&json!({"schema": 1, "releases": [release]}));
    here.update(&[], 3);
    for wrong in [json!({"schema": 2, "releases": []}), json!([])] {
        here.mirror.publishes(&wrong);
        here.refuses("is no manifest of releases");
    }
    here.mirror.holds("manifest.json", Page::Bytes(vec![0xff]));
    here.refuses("is no manifest of releases");
}
