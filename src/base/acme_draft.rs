//! The settings of `[acme]` while they are still being read.

use std::path::PathBuf;

use super::setting_values::{file, host, several};
use super::settings::{AcmeDirectory, AcmeSettings};

/// What was said about ACME so far.
#[derive(Debug, Clone)]
pub(super) struct AcmeDraft {
    domains: Vec<String>,
    contact: Vec<String>,
    directory: AcmeDirectory,
    authority: Option<PathBuf>,
    terms_accepted: bool,
}

impl AcmeDraft {
    pub(super) const fn new() -> Self {
        Self {
            domains: Vec::new(),
            contact: Vec::new(),
            directory: AcmeDirectory::Production,
            authority: None,
            terms_accepted: false,
        }
    }

    /// Sets one of the settings; `None`: there is none of that name, or the value does not fit.
    pub(super) fn accept(&mut self, name: &str, value: &str) -> Option<()> {
        match name {
            "acme.domains" => self.domains = several(value, host)?,
            "acme.contact" => self.contact = several(value, mailbox)?,
            "acme.directory" => self.directory = directory(value)?,
            "acme.ca" => self.authority = Some(file(value)?),
            "acme.accept_terms" => self.terms_accepted = value.parse().ok()?,
            _ => return None,
        }
        Some(())
    }

    /// What was asked for, if anything was; or what is missing for it.
    pub(super) fn finish(self) -> Result<Option<AcmeSettings>, &'static str> {
        if self.domains.is_empty() {
            return Ok(None);
        }
        // RFC 8555 §7.3: the account says that its holder agrees, and we are not the holder.
        if !self.terms_accepted {
            return Err(
                "`acme.domains` needs `acme.accept_terms`: read the terms of the ACME server and set it \
                 to `true` if you agree",
            );
        }
        Ok(Some(AcmeSettings {
            domains: self.domains,
            contact: self.contact,
            directory: self.directory,
            authority: self.authority,
        }))
    }
}

fn directory(value: &str) -> Option<AcmeDirectory> {
    match value {
        "production" => Some(AcmeDirectory::Production),
        "staging" => Some(AcmeDirectory::Staging),
        _ => {
            let rest = value.strip_prefix("https://")?;
            let fits = !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_graphic());
            fits.then(|| AcmeDirectory::Url(value.to_owned()))
        }
    }
}

fn mailbox(value: &str) -> Option<String> {
    let value = value.strip_prefix("mailto:").unwrap_or(value);
    let (local, domain) = value.rsplit_once('@')?;
    let fits = !local.is_empty() && local.bytes().all(|byte| byte.is_ascii_graphic());
    (fits && host(domain).is_some()).then(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(given: &[(&str, &str)]) -> Option<AcmeDraft> {
        let mut draft = AcmeDraft::new();
        for (name, value) in given {
            draft.accept(name, value)?;
        }
        Some(draft)
    }

    #[test]
    fn a_domain_is_enough_once_the_terms_are_accepted() {
        let domain = ("acme.domains", "scim.example.org, SCIM2.example.org");
        assert_eq!(draft(&[]).unwrap().finish(), Ok(None));
        assert!(draft(&[domain]).unwrap().finish().is_err());
        let asked = draft(&[domain, ("acme.accept_terms", "true")]).unwrap();
        let asked = asked.finish().unwrap().unwrap();
        assert_eq!(asked.domains, ["scim.example.org", "scim2.example.org"]);
        assert_eq!(asked.directory, AcmeDirectory::Production);
    }

    #[test]
    fn what_no_acme_server_would_take_is_refused_at_once() {
        for (name, value) in [
            ("acme.domains", "*.example.org"),
            ("acme.domains", "192.0.2.1"),
            ("acme.domains", "[::1]"),
            ("acme.domains", "https://scim.example.org"),
            ("acme.domains", "scim.example.org:443"),
            ("acme.domains", ""),
            ("acme.domains", "-a.example.org"),
            ("acme.contact", "somebody"),
            ("acme.contact", "@example.org"),
            ("acme.directory", "http://ca.example.org"),
            ("acme.directory", "https://"),
            ("acme.accept_terms", "yes"),
        ] {
            assert!(draft(&[(name, value)]).is_none(), "{name}={value}");
        }
        let url = "https://ca.example.org/acme/directory";
        for good in ["staging", "production", url] {
            assert!(draft(&[("acme.directory", good)]).is_some());
        }
        assert!(draft(&[("acme.contact", "mailto:ops@example.org")]).is_some());
        assert!(draft(&[("acme.domains", "localhost")]).is_some());
    }
}
