//! The server on this machine, as it says in its lock file that it is reached.

use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::sys::signal::kill;
use nix::unistd::Pid;
use serde_json::Value;

use crate::base::{Settings, TlsSettings};
use crate::store::{Examination, Lock};

/// Where a server listens.
#[derive(Debug)]
pub(super) struct Server {
    /// Its Tenant URL.
    pub(super) url: String,
    /// The self-signed certificate it may show.
    pub(super) certificate: Option<PathBuf>,
    /// Certificate and key, where it was given files of the operator.
    pub(super) files: Option<(PathBuf, PathBuf)>,
    /// What it has found when it last looked through the database; `None`: it has not yet.
    pub(super) examination: Option<Examination>,
    /// What keeps it from showing a newer certificate.
    pub(super) certificate_problem: Option<String>,
}

/// The server of this data directory; `None` when none runs.
pub(super) fn server(data_dir: &Path) -> Option<Server> {
    let text = std::fs::read_to_string(data_dir.join(Lock::FILE)).ok()?;
    let published: Value = serde_json::from_str(&text).ok()?;
    if !is_alive(&published) {
        return None;
    }
    let url = published.get("url")?.as_str()?.to_owned();
    let certificate = Some(data_dir.join("certificate.pem")).filter(|file| file.exists());
    let problem = published.get("certificateProblem").and_then(Value::as_str);
    Some(Server {
        url,
        certificate,
        files: files(&published),
        examination: examination(&published),
        certificate_problem: problem.map(str::to_owned),
    })
}

/// The settings of a command, with the certificate of the running server where they name none: what the
/// unit of the service says (`LoadCredential` with `Environment`) no other process knows.
pub(super) fn as_served(mut settings: Settings) -> Settings {
    if settings.tls == TlsSettings::SelfSigned {
        let served = server(&settings.data_dir).and_then(|server| server.files);
        if let Some((certificate, key)) = served {
            settings.tls = TlsSettings::Files { certificate, key };
        }
    }
    settings
}

fn files(published: &Value) -> Option<(PathBuf, PathBuf)> {
    let path = |name| Some(PathBuf::from(published.get(name)?.as_str()?));
    Some((path("tlsCert")?, path("tlsKey")?))
}

/// Whether the process that wrote it is there: one that was killed takes nothing back. To try the lock
/// instead would send a server away that starts at this very moment.
fn is_alive(published: &Value) -> bool {
    let number = published.get("pid").and_then(Value::as_i64);
    let process = number.and_then(|number| i32::try_from(number).ok());
    let signalled = process.map(|process| kill(Pid::from_raw(process), None));
    signalled != Some(Err(Errno::ESRCH))
}

fn examination(published: &Value) -> Option<Examination> {
    let at = published.get("examined")?.as_str()?.parse().ok()?;
    let complaints = published.get("complaints")?.as_array()?;
    let complaints = complaints.iter().filter_map(Value::as_str);
    Some(Examination {
        at,
        complaints: complaints.map(str::to_owned).collect(),
    })
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
        let found = server(folder.path()).unwrap();
        assert_eq!(found.url, "https://127.0.0.1:8443/scim/v2");
        assert_eq!(found.examination, None);
        std::fs::write(
            &file,
            r#"{"url":"https://a/scim/v2","examined":"2026-11-26T09:30:00Z","complaints":["page 7"]}"#,
        )
        .unwrap();
        let found = server(folder.path()).unwrap();
        assert_eq!(found.examination.unwrap().complaints, ["page 7"]);
    }
}
