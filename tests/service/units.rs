//! The units in `packaging`, judged by systemd's own tools.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// The highest exposure that `systemd-analyze security` may find (R35).
const EXPOSURE: f64 = 1.5;
/// What is installed.
const UNITS: [&str; 4] = [
    "appliance.service",
    "appliance.socket",
    "appliance-backup.service",
    "appliance-backup.timer",
];
/// Those that run something.
const SERVICES: [&str; 2] = ["appliance.service", "appliance-backup.service"];

fn packaging(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("packaging")
        .join(name)
}

/// What a tool of systemd says; `None`, and a message, where there is no systemd.
fn said(tool: &str, arguments: &[&str]) -> Option<(Output, String)> {
    match Command::new(tool).args(arguments).output() {
        Ok(output) => {
            let text = [&output.stdout[..], &output.stderr[..]].concat();
            let text = String::from_utf8_lossy(&text).into_owned();
            Some((output, text))
        }
        Err(error) => {
            println!("skipped: {tool}: {error}");
            None
        }
    }
}

/// A root directory with what a package installs, and the units of this machine.
fn installed() -> TempDir {
    let root = tempfile::tempdir().unwrap();
    let units = root.path().join("usr/lib/systemd/system");
    let programs = root.path().join("usr/bin");
    for folder in [&units, &programs, &root.path().join("etc")] {
        fs::create_dir_all(folder).unwrap();
    }
    for target in ["/usr/lib/systemd/system", "/lib/systemd/system"] {
        let Ok(present) = fs::read_dir(target) else {
            continue;
        };
        for unit in present {
            let unit = unit.unwrap();
            if unit.path().is_file() {
                fs::copy(unit.path(), units.join(unit.file_name())).unwrap();
            }
        }
    }
    for unit in UNITS {
        fs::copy(packaging(unit), units.join(unit)).unwrap();
    }
    std::os::unix::fs::symlink("usr/bin", root.path().join("bin")).unwrap();
    for program in ["appliance", "sh"] {
        fs::copy("/bin/true", programs.join(program)).unwrap();
    }
    root
}

#[test]
fn systemd_has_no_complaint_about_the_units() {
    let root = installed();
    let root = format!("--root={}", root.path().display());
    let arguments = [&["verify", "--man=no", &root][..], &UNITS].concat();
    let Some((output, text)) = said("systemd-analyze", &arguments) else {
        return;
    };
    assert_eq!(text, "");
    assert!(output.status.success());
}

#[test]
fn the_sandboxes_are_tight() {
    for service in SERVICES {
        let unit = packaging(service);
        let arguments = ["security", "--offline=yes", unit.to_str().unwrap()];
        let Some((_, text)) = said("systemd-analyze", &arguments) else {
            return;
        };
        let verdict = text
            .lines()
            .find(|line| line.contains("Overall exposure level"))
            .unwrap_or_else(|| panic!("{text}"));
        let exposure = verdict
            .rsplit(':')
            .next()
            .and_then(|end| end.split_whitespace().next())
            .and_then(|number| number.parse::<f64>().ok())
            .unwrap();
        assert!(exposure <= EXPOSURE, "{text}");
    }
}

/// What a unit says of one setting, as a number.
fn number(unit: &str, setting: &str) -> u64 {
    let text = fs::read_to_string(packaging(unit)).unwrap();
    let said = text
        .lines()
        .find_map(|line| line.strip_prefix(setting)?.strip_prefix('='));
    said.and_then(|value| value.parse().ok())
        .unwrap_or_else(|| panic!("{unit} says no number for {setting}"))
}

#[test]
fn a_fault_that_lasts_never_uses_up_the_starts() {
    // systemd gives up after so many starts in so many seconds; those of `Restart` come one by one.
    let starts = number("appliance.service", "StartLimitBurst");
    let within = number("appliance.service", "StartLimitIntervalSec");
    let pause = number("appliance.service", "RestartSec");
    assert!(starts * pause > within, "{starts} starts in {within} s");
}

#[test]
fn every_setting_of_a_sandbox_has_its_reason_above_it() {
    for service in SERVICES {
        let unit = fs::read_to_string(packaging(service)).unwrap();
        // Lines under one reason stand together; what stands after an empty line needs its own.
        let mut reasoned = false;
        for line in unit.lines() {
            match line {
                "" => reasoned = false,
                _ if line.starts_with('#') => reasoned = true,
                _ if line.starts_with('[') || line.starts_with("Description=") => {}
                _ if line.starts_with("Documentation=") || line.starts_with("WantedBy=") => {}
                _ => assert!(reasoned, "no reason above {line} in {service}"),
            }
        }
    }
}

#[test]
fn the_account_and_its_directories_can_be_made() {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir(root.path().join("etc")).unwrap();
    let at = format!("--root={}", root.path().display());
    let account = packaging("appliance.sysusers");
    let Some((output, text)) = said("systemd-sysusers", &[&at, account.to_str().unwrap()]) else {
        return;
    };
    assert!(output.status.success(), "{text}");
    let accounts = fs::read_to_string(root.path().join("etc/passwd")).unwrap();
    assert!(accounts.starts_with("appliance:"), "{accounts}");
    if !nix::unistd::geteuid().is_root() {
        println!("skipped: only root can make directories of another account");
        return;
    }
    let places = packaging("appliance.tmpfiles");
    let arguments = [&at, "--create", places.to_str().unwrap()];
    let Some((output, text)) = said("systemd-tmpfiles", &arguments) else {
        return;
    };
    assert!(output.status.success(), "{text}");
    for (place, mode) in [("etc/appliance", 0o750), ("var/lib/appliance", 0o700)] {
        use std::os::unix::fs::PermissionsExt;
        let found = fs::metadata(root.path().join(place)).unwrap();
        assert_eq!(found.permissions().mode() & 0o777, mode, "{place}");
    }
}
