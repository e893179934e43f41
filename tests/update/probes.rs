//! A release that does not work here does not stay here.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::archive::{Archive, program};
use super::installed::{Installed, PRESENT};

#[test]
fn a_release_that_does_not_start_is_not_installed() {
    let here = Installed::new();
    for (text, why) in [
        ("#!/bin/sh\nexit 1\n", "does not start as version 9.9.9"),
        ("#!/bin/sh\necho appliance 9.9.8\n", "appliance 9.9.8"),
        ("#!/bin/sh\nkill -9 $$\n", "it was killed"),
        ("#!/nowhere/sh\n", "No such file"),
        ("no program", "Exec format error"),
    ] {
        let broken = Archive {
            program: Some(text.to_owned()),
            ..Archive::of("9.9.9")
        };
        here.offered(&broken, broken.signed());
        here.refuses(why);
    }
}

#[test]
fn a_release_that_dislikes_the_installation_is_not_installed() {
    let here = Installed::with_data();
    let strict = Archive {
        program: Some(program("9.9.9").replace(
            "exec",
            "[ \"$1\" = check ] && echo 'a setting of old is gone' >&2 && exit 2\nexec",
        )),
        ..Archive::of("9.9.9")
    };
    here.offered(&strict, strict.signed());
    here.refuses("a setting of old is gone");
    let backups = here.run(&["backup", "list"], 0);
    assert!(backups.stdout.is_empty(), "{backups:?}");
}

#[test]
fn an_installation_that_is_not_fit_can_be_updated_all_the_same() {
    let here = Installed::new();
    let key = here.path("key.pem");
    fs::write(&key, "").unwrap();
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    let text = fs::read_to_string(here.settings()).unwrap();
    let tls = "tls_cert = \"ca.pem\"\ntls_key = \"key.pem\"\n";
    fs::write(here.settings(), format!("{tls}{text}")).unwrap();
    here.run(&["check"], 2);
    let newer = Archive::of("9.9.9");
    here.offered(&newer, newer.signed());
    here.update(&[], 0);
    assert_eq!(here.version("appliance"), "9.9.9");
}

#[test]
fn a_release_that_fails_in_its_place_is_taken_back() {
    let here = Installed::with_data();
    // It looks at where it lies.
    let moody = Archive {
        program: Some(program("9.9.9").replace(
            "#!/bin/sh\n",
            "#!/bin/sh\ncase $0 in */.appliance-update/*) ;; *) exit 1 ;; esac\n",
        )),
        ..Archive::of("9.9.9")
    };
    here.offered(&moody, moody.signed());
    let said = here.update(&[], 1);
    assert!(said.stderr.contains("is back in its place"), "{said:?}");
    here.is_untouched();

    // What was kept before is kept still.
    let kept = here.path("bin/appliance.previous");
    fs::write(&kept, "the one before").unwrap();
    here.update(&[], 1);
    assert_eq!(here.version("appliance"), PRESENT);
    assert_eq!(fs::read_to_string(kept).unwrap(), "the one before");
}

#[test]
fn data_that_cannot_be_backed_up_are_left_with_the_program_that_they_have() {
    let here = Installed::with_data();
    let backups = here.path("backups");
    fs::write(&backups, "no directory").unwrap();
    let text = fs::read_to_string(here.settings()).unwrap();
    fs::write(here.settings(), format!("backup_dir = \"backups\"\n{text}")).unwrap();
    let newer = Archive::of("9.9.9");
    here.offered(&newer, newer.signed());
    let said = here.update(&[], 1);
    assert!(said.stderr.contains("cannot be backed up"), "{said:?}");
    here.is_untouched();
}
