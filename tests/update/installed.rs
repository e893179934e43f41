//! The program installed in a folder of its own, and a mirror that it updates itself from.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use data_encoding::BASE64;
use tempfile::TempDir;
use zipsign_api::SigningKey;

use super::archive::{Archive, key};
use super::mirror::Mirror;

/// The version of the program that is installed.
pub(crate) const PRESENT: &str = env!("CARGO_PKG_VERSION");

/// An installation with a settings file that names the mirror, its authority and the key.
pub(crate) struct Installed {
    folder: TempDir,
    pub(crate) mirror: Mirror,
}

/// What an update said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Installed {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mirror = Mirror::start(&folder.path().join("ca.pem"));
        let installed = Self { folder, mirror };
        fs::create_dir(installed.path("bin")).unwrap();
        let built = Path::new(env!("CARGO_BIN_EXE_appliance"));
        // The same file under another name, where that can be: it is large.
        fs::hard_link(built, installed.program())
            .or_else(|_| fs::copy(built, installed.program()).map(drop))
            .unwrap();
        installed.configure(&[key()]);
        installed
    }

    /// The same with data in it.
    pub(crate) fn with_data() -> Self {
        let installed = Self::new();
        installed.run(&["token", "new"], 0);
        installed
    }

    /// Writes the settings file, with these keys.
    pub(crate) fn configure(&self, keys: &[SigningKey]) {
        let keys: Vec<String> = keys
            .iter()
            .map(|key| format!("\"{}\"", BASE64.encode(key.verifying_key().as_bytes())))
            .collect();
        let text = format!(
            "[update]\nsource = \"{}\"\nca = \"ca.pem\"\nkeys = [{}]\n",
            self.mirror.url(),
            keys.join(", ")
        );
        fs::write(self.settings(), text).unwrap();
        fs::set_permissions(self.settings(), fs::Permissions::from_mode(0o644)).unwrap();
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn settings(&self) -> PathBuf {
        self.path("appliance.toml")
    }

    pub(crate) fn program(&self) -> PathBuf {
        self.path("bin/appliance")
    }

    /// The mirror offers this one release, with these bytes.
    pub(crate) fn offered(&self, archive: &Archive, bytes: Vec<u8>) {
        self.mirror.offers(&[(archive, bytes)]);
    }

    /// `appliance ARGS…` with the settings of this installation.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(self.program());
        command
            .args(args)
            .arg("--config")
            .arg(self.settings())
            .arg("--data-dir")
            .arg(self.path("data"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("APPLIANCE_") {
                command.env_remove(&name);
            }
        }
        command
    }

    /// Runs it, and it must end with this code.
    #[track_caller]
    pub(crate) fn run(&self, args: &[&str], code: i32) -> Said {
        let output = self.command(args).output().unwrap();
        let said = Said {
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        };
        assert_eq!(output.status.code(), Some(code), "{said:?}");
        said
    }

    /// Updates; it must end with this code, and leave nothing behind.
    #[track_caller]
    pub(crate) fn update(&self, args: &[&str], code: i32) -> Said {
        let said = self.run(&[&["update"], args].concat(), code);
        let stage = self.path("bin/.appliance-update");
        assert!(!stage.exists(), "it left something behind: {said:?}");
        said
    }

    /// Updates, and must be refused for this reason, with nothing changed.
    #[track_caller]
    pub(crate) fn refuses(&self, why: &str) {
        let said = self.update(&[], 4);
        assert!(said.stderr.contains(why), "{why}: {said:?}");
        let lines: Vec<&str> = said.stderr.lines().collect();
        assert!(lines.len() <= 2, "a reason is one line: {lines:?}");
        assert!(lines[0].starts_with("error: "), "{lines:?}");
        self.is_untouched();
    }

    /// The version that a program in the folder says it is.
    #[track_caller]
    pub(crate) fn version(&self, name: &str) -> String {
        let program = self.path("bin").join(name);
        let output = Command::new(&program).arg("--version").output().unwrap();
        assert!(output.status.success(), "{name} does not start");
        let said = String::from_utf8(output.stdout).unwrap();
        said.trim().strip_prefix("appliance ").unwrap().to_owned()
    }

    /// The program is the one that was installed, and there is nothing beside it.
    #[track_caller]
    pub(crate) fn is_untouched(&self) {
        assert_eq!(self.version("appliance"), PRESENT);
        let beside = fs::read_dir(self.path("bin")).unwrap().count();
        assert_eq!(beside, 1, "there is something beside the program");
    }
}
