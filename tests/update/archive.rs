//! Release archives, right ones and wrong ones.

use std::io::Cursor;

use flate2::Compression;
use flate2::write::GzEncoder;
use zipsign_api::SigningKey;
use zipsign_api::sign::copy_and_sign_tar;

/// The key that the installations of these tests know.
pub(crate) fn key() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

/// A program that says it is this version, and otherwise is the real one.
pub(crate) fn program(version: &str) -> String {
    let real = env!("CARGO_BIN_EXE_appliance");
    format!(
        "#!/bin/sh\n[ \"$1\" = --version ] && echo appliance {version} && exit 0\nexec '{real}' \"$@\"\n"
    )
}

/// What is to be in an archive.
#[derive(Clone)]
pub(crate) struct Archive {
    /// The version in its name.
    pub(crate) named: String,
    pub(crate) product: String,
    pub(crate) version: String,
    pub(crate) target: String,
    /// `None`: there is no program in it.
    pub(crate) program: Option<String>,
}

impl Archive {
    /// A release of the product for this machine.
    pub(crate) fn of(version: &str) -> Self {
        Self {
            named: version.to_owned(),
            product: "appliance".to_owned(),
            version: version.to_owned(),
            target: self_update::get_target().to_owned(),
            program: Some(program(version)),
        }
    }

    pub(crate) fn name(&self) -> String {
        let target = self_update::get_target();
        format!("appliance-{}-{target}.tar.gz", self.named)
    }

    /// What it says of itself.
    fn label(&self) -> String {
        let Self {
            product,
            version,
            target,
            ..
        } = self;
        format!("product = \"{product}\"\nversion = \"{version}\"\ntarget = \"{target}\"\n")
    }

    /// The archive without a signature.
    pub(crate) fn packed(&self) -> Vec<u8> {
        let name = self.name();
        let folder = name.trim_end_matches(".tar.gz");
        let gzip = GzEncoder::new(Vec::new(), Compression::fast());
        let mut tar = tar::Builder::new(gzip);
        let mut append = |file: &str, mode: u32, content: &str| {
            let mut header = tar::Header::new_ustar();
            header.set_size(content.len() as u64);
            header.set_mode(mode);
            tar.append_data(&mut header, format!("{folder}/{file}"), content.as_bytes())
                .unwrap();
        };
        append("CHANGELOG.md", 0o644, "# Changes\n");
        append("LICENSE", 0o644, "MIT\n");
        if let Some(program) = &self.program {
            append("appliance", 0o755, program);
        }
        append("release.toml", 0o644, &self.label());
        tar.into_inner().unwrap().finish().unwrap()
    }

    /// The archive, signed under its name.
    pub(crate) fn signed_by(&self, key: &SigningKey) -> Vec<u8> {
        let mut signed = Cursor::new(Vec::new());
        copy_and_sign_tar(
            &mut Cursor::new(self.packed()),
            &mut signed,
            std::slice::from_ref(key),
            Some(self.name().as_bytes()),
        )
        .unwrap();
        signed.into_inner()
    }

    /// The same by the key that is known.
    pub(crate) fn signed(&self) -> Vec<u8> {
        self.signed_by(&key())
    }
}
