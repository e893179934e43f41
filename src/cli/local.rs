//! The server on this machine, as it says in its lock file that it is reached.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::store::Lock;

/// Where a server listens.
#[derive(Debug)]
pub(super) struct Server {
    /// Its Tenant URL.
    pub(super) url: String,
    /// The self-signed certificate it may show.
    pub(super) certificate: Option<PathBuf>,
}

/// The server of this data directory; `None` when none runs. One that was killed may still be named,
/// and then it does not answer.
pub(super) fn server(data_dir: &Path) -> Option<Server> {
    let text = std::fs::read_to_string(data_dir.join(Lock::FILE)).ok()?;
    let published: Value = serde_json::from_str(&text).ok()?;
    let url = published.get("url")?.as_str()?.to_owned();
    let certificate = Some(data_dir.join("certificate.pem")).filter(|file| file.exists());
    Some(Server { url, certificate })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_running_server_is_named() {
        let folder = tempfile::tempdir().unwrap();
        assert!(server(folder.path()).is_none());
        let file = folder.path().join(Lock::FILE);
        std::fs::write(&file, "").unwrap();
        assert!(server(folder.path()).is_none());
        std::fs::write(&file, r#"{"pid":1,"url":"https://127.0.0.1:8443/scim/v2"}"#).unwrap();
        assert_eq!(
            server(folder.path()).unwrap().url,
            "https://127.0.0.1:8443/scim/v2"
        );
    }
}
