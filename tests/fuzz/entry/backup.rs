//! The file of a backup, as `restore` meets it before it believes anything: the bytes as they are, and as
//! what is in a file that was packed well.

use std::fs;

use appliance::operate::backups::{BackupError, Candidate, Identities, Source};

pub(crate) fn run(bytes: &[u8]) {
    unpack(bytes);
    unpack(&zstd::encode_all(bytes, 1).unwrap());
}

fn unpack(bytes: &[u8]) {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("backup");
    fs::write(&place, bytes).unwrap();
    let data = folder.path().join("data");
    let source = Source::open(&place).unwrap();
    match Candidate::unpack(source, &Identities::default(), &data, &|_, _, _| {}) {
        Ok(candidate) => drop(candidate),
        Err(BackupError::Unfit { flaw, .. }) => {
            let said = flaw.to_string();
            assert!(
                (1..300).contains(&said.len()) && !said.contains('\n'),
                "{said}"
            );
        }
        Err(error) => panic!("{error}"),
    }
    let left = fs::read_dir(data).unwrap();
    let left: Vec<_> = left.map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["appliance.lock"]);
}
