//! Settings while they are still being read: one text after the other, from the weakest source to
//! the strongest. Pure; who reads flags, environment and file is `cli::load`.

use std::path::PathBuf;

use thiserror::Error;

use super::acme_draft::AcmeDraft;
use super::setting_values::{addresses, bytes, file, loopback, origin, size, within};
use super::settings::{Limits, Retention, Settings, TlsSettings};
use super::switch;

/// Why a setting was not accepted.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SettingFlaw {
    /// No setting has this name.
    #[error("no setting is called `{key}`")]
    UnknownKey {
        /// What was given.
        key: String,
    },
    /// The setting exists, the value does not fit.
    #[error("`{key}`: expected {expected}, found `{value}`")]
    BadValue {
        /// The setting.
        key: &'static str,
        /// What was given.
        value: String,
        /// What fits, in words.
        expected: &'static str,
    },
    /// Two settings contradict each other.
    #[error("{complaint}")]
    Contradiction {
        /// Which, and what would be right.
        complaint: &'static str,
    },
}

/// A setting's name and what it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// As it is written in the file, with a dot before the name in a table: `limits.body`.
    pub name: &'static str,
    /// What fits, in words.
    pub expected: &'static str,
}

/// The settings so far.
#[derive(Debug, Clone)]
pub struct Draft {
    settings: Settings,
    tls_off: bool,
    tls_force: bool,
    tls_cert: Option<PathBuf>,
    tls_key: Option<PathBuf>,
    acme: AcmeDraft,
    exchanges: bool,
    retention: Retention,
}

const ADDRESS: &str = "an address and a port such as 127.0.0.1:8443";
const SWITCH: &str = "`true` or `false`";
const BYTES: &str = "a number of bytes from 1024 to 1 GiB, such as 4194304 or `4MiB`";
const MUCH: &str = "a number of bytes from 1 MiB to 1 TiB, such as `500MiB` or `2GiB`";
const DAYS: &str = "a number of days from 1 to 3660";
const COUNT: &str = "a number from 1 to 1000000";
const DEPTH: &str = "a number from 1 to 100";
const FILE: &str = "the path of a PEM file";
const DIRECTORY: &str = "the path of a directory";

impl Draft {
    /// Every setting that [`Self::set`] knows, in the order in which they are shown.
    pub const KEYS: [Key; 38] = [
        key("backup_dir", DIRECTORY),
        key("listen", ADDRESS),
        key(
            "local_listen",
            "a loopback address and a port such as 127.0.0.1:8444, or `off`",
        ),
        key(
            "public_url",
            "an address such as `https://scim.example.org`, without a path",
        ),
        key("tls", switch::EXPECTED),
        key("tls_force", SWITCH),
        key("tls_cert", FILE),
        key("tls_key", FILE),
        key(
            "acme.domains",
            "host names such as `scim.example.org`, separated by commas; no `*`",
        ),
        key("acme.contact", "e-mail addresses, separated by commas"),
        key(
            "acme.directory",
            "`production`, `staging`, or the https:// address of a directory",
        ),
        key("acme.ca", FILE),
        key("acme.accept_terms", SWITCH),
        key(
            "trusted_proxies",
            "addresses such as 192.0.2.7, separated by commas",
        ),
        key("public_discovery", SWITCH),
        key("exchanges.record", switch::EXPECTED),
        key("exchanges.days", DAYS),
        key("exchanges.bytes", MUCH),
        key("changes.days", DAYS),
        key(
            "entra.keys",
            "an https address with `{tenant}` for the tenant id, or the path of a file",
        ),
        key("entra.ca", FILE),
        key(
            "entra.issuer",
            "an address with `{tenant}` for the tenant id",
        ),
        key("entra.audience", "the id of an application"),
        key("entra.application", "the id of an application"),
        key("update.source", "the https:// address of a manifest"),
        key("update.ca", FILE),
        key(
            "update.keys",
            "one or two public keys in base64, separated by a comma",
        ),
        key("limits.body", BYTES),
        key("limits.bulk_body", BYTES),
        key("limits.bulk_operations", COUNT),
        key("limits.json_depth", DEPTH),
        key("limits.string", BYTES),
        key("limits.filter", BYTES),
        key("limits.filter_depth", DEPTH),
        key("limits.filter_clauses", COUNT),
        key("limits.page", COUNT),
        key("limits.default_page", COUNT),
        key("limits.patch_operations", COUNT),
    ];

    /// A shorter name of `exchanges.record`: whoever wants none need not know of the table.
    pub const SHORT: &str = "exchanges";

    /// Every setting at its default.
    pub fn new(data_dir: PathBuf) -> Self {
        Self {
            settings: Settings::with_defaults(data_dir),
            tls_off: false,
            tls_force: false,
            tls_cert: None,
            tls_key: None,
            acme: AcmeDraft::new(),
            exchanges: true,
            retention: Retention::EXCHANGES,
        }
    }

    /// Sets one of [`Self::KEYS`], over what an earlier source said.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), SettingFlaw> {
        let meant = if name == Self::SHORT {
            "exchanges.record"
        } else {
            name
        };
        let Some(key) = Self::KEYS.iter().find(|key| key.name == meant) else {
            return Err(SettingFlaw::UnknownKey {
                key: name.to_owned(),
            });
        };
        self.accept(key.name, value.trim())
            .ok_or_else(|| SettingFlaw::BadValue {
                key: key.name,
                value: value.to_owned(),
                expected: key.expected,
            })
    }

    fn accept(&mut self, name: &str, value: &str) -> Option<()> {
        let settings = &mut self.settings;
        let limits = &mut settings.limits;
        match name {
            "listen" => settings.listen = value.parse().ok()?,
            "local_listen" => {
                settings.local_listen = match value {
                    "off" => None,
                    _ => Some(loopback(value)?),
                }
            }
            "public_url" => settings.public_url = Some(origin(value)?),
            "tls" => self.tls_off = !switch::read(value)?,
            "backup_dir" => settings.backups = Some(file(value)?),
            "tls_force" => self.tls_force = value.parse().ok()?,
            "tls_cert" => self.tls_cert = Some(file(value)?),
            "tls_key" => self.tls_key = Some(file(value)?),
            "trusted_proxies" => settings.trusted_proxies = addresses(value)?,
            "public_discovery" => settings.public_discovery = value.parse().ok()?,
            "exchanges.record" => self.exchanges = switch::read(value)?,
            "exchanges.days" => self.retention.days = u32::try_from(within(value, 3_660)?).ok()?,
            "exchanges.bytes" => {
                self.retention.bytes =
                    size(value).filter(|size| (1 << 20..=1 << 40).contains(size))?;
            }
            "changes.days" => settings.change_days = u32::try_from(within(value, 3_660)?).ok()?,
            "limits.body" => limits.body = bytes(value)?,
            "limits.bulk_body" => limits.bulk_body = bytes(value)?,
            "limits.bulk_operations" => limits.bulk_operations = within(value, 1_000_000)?,
            // The bodies are read recursively, in the stack of a worker; so are filters.
            "limits.json_depth" => limits.json_depth = within(value, 100)?,
            "limits.string" => limits.string = bytes(value)?,
            "limits.filter" => limits.filter = bytes(value)?,
            "limits.filter_depth" => limits.filter_depth = within(value, 100)?,
            "limits.filter_clauses" => limits.filter_clauses = within(value, 1_000_000)?,
            "limits.page" => limits.page = within(value, 1_000_000)?,
            "limits.default_page" => limits.default_page = within(value, 1_000_000)?,
            "limits.patch_operations" => limits.patch_operations = within(value, 1_000_000)?,
            _ if name.starts_with("acme.") => return self.acme.accept(name, value),
            _ if name.starts_with("entra.") => return settings.entra.accept(name, value),
            _ => return settings.update.accept(name, value),
        }
        Some(())
    }

    /// The settings, if they agree with each other.
    pub fn finish(self) -> Result<Settings, SettingFlaw> {
        let mut settings = self.settings;
        settings.exchanges = self.exchanges.then_some(self.retention);
        let contradiction = |complaint| Err(SettingFlaw::Contradiction { complaint });
        let acme = match self.acme.finish() {
            Ok(acme) => acme,
            Err(complaint) => return contradiction(complaint),
        };
        settings.tls = match (self.tls_off, self.tls_cert, self.tls_key, acme) {
            (true, None, None, None) => TlsSettings::Off {
                forced: self.tls_force,
            },
            (true, ..) => {
                return contradiction("`tls=off` and a certificate exclude each other");
            }
            (false, None, None, Some(acme)) => TlsSettings::Acme(acme),
            (false, .., Some(_)) => {
                return contradiction(
                    "`acme.domains` and `tls_cert` exclude each other: either an ACME server issues the \
                     certificate, or you bring one",
                );
            }
            (false, Some(certificate), Some(key), None) => TlsSettings::Files { certificate, key },
            (false, None, None, None) => TlsSettings::SelfSigned,
            (false, ..) => {
                return contradiction(
                    "`tls_cert` and `tls_key` go together: the certificate chain and its private key",
                );
            }
        };
        // Reliability R36: without TLS only loopback, unless the operator says that it is meant.
        if self.tls_off && !self.tls_force && !settings.listen.ip().is_loopback() {
            return contradiction(
                "`tls=off` listens on loopback only: set `listen` to 127.0.0.1:8443, or \
                 `tls_force` if nothing but your reverse proxy can reach the address",
            );
        }
        let Limits {
            page, default_page, ..
        } = settings.limits;
        if default_page > page {
            return contradiction("`limits.default_page` is larger than `limits.page`");
        }
        Ok(settings)
    }
}

const fn key(name: &'static str, expected: &'static str) -> Key {
    Key { name, expected }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(given: &[(&str, &str)]) -> Result<Settings, SettingFlaw> {
        let mut draft = Draft::new("/data".into());
        for (key, value) in given {
            draft.set(key, value)?;
        }
        draft.finish()
    }

    #[test]
    fn nothing_given_is_every_default() {
        assert_eq!(draft(&[]), Ok(Settings::with_defaults("/data".into())));
    }

    #[test]
    fn the_later_source_wins() {
        let settings = draft(&[
            ("listen", "127.0.0.1:1"),
            ("listen", "127.0.0.1:2"),
            ("limits.body", "2MiB"),
            ("local_listen", "off"),
            ("public_url", "https://scim.example.org/"),
            ("trusted_proxies", "192.0.2.7, ::1"),
        ])
        .unwrap();
        assert_eq!(settings.listen.port(), 2);
        assert_eq!(settings.limits.body, 2 << 20);
        assert_eq!(settings.local_listen, None);
        assert_eq!(
            settings.public_url.as_deref(),
            Some("https://scim.example.org")
        );
        assert_eq!(settings.trusted_proxies.len(), 2);
    }

    #[test]
    fn every_key_refuses_nonsense_with_what_fits() {
        for key in Draft::KEYS {
            // A path may be any text but none.
            let is_path = key.expected.contains("the path of a");
            let nonsense = if is_path { "" } else { "?" };
            assert_eq!(
                Draft::new("/data".into()).set(key.name, nonsense),
                Err(SettingFlaw::BadValue {
                    key: key.name,
                    value: nonsense.into(),
                    expected: key.expected,
                })
            );
        }
        assert_eq!(
            draft(&[("listn", "127.0.0.1:1")]).unwrap_err().to_string(),
            "no setting is called `listn`"
        );
    }

    #[test]
    fn a_listener_without_encryption_stays_on_loopback_unless_forced() {
        let off = ("tls", "off");
        assert!(draft(&[off]).is_err());
        assert!(draft(&[off, ("listen", "[::1]:8080")]).is_ok());
        assert_eq!(
            draft(&[off, ("tls_force", "true")]).unwrap().tls,
            TlsSettings::Off { forced: true }
        );
    }

    #[test]
    fn a_certificate_and_its_key_go_together() {
        assert!(draft(&[("tls_cert", "a.pem")]).is_err());
        assert!(draft(&[("tls_cert", "a.pem"), ("tls_key", "b.pem"), ("tls", "off")]).is_err());
        assert!(matches!(
            draft(&[("tls_cert", "a.pem"), ("tls_key", "b.pem")])
                .unwrap()
                .tls,
            TlsSettings::Files { .. }
        ));
    }

    #[test]
    fn a_certificate_is_issued_or_brought() {
        let acme = [
            ("acme.domains", "scim.example.org"),
            ("acme.accept_terms", "true"),
        ];
        assert!(matches!(draft(&acme).unwrap().tls, TlsSettings::Acme(_)));
        assert!(draft(&acme[..1]).is_err());
        let with = |more: &[(&str, &str)]| draft(&[&acme[..], more].concat());
        assert!(with(&[("tls", "off")]).is_err());
        assert!(with(&[("tls_cert", "a.pem"), ("tls_key", "b.pem")]).is_err());
        assert!(with(&[("tls_key", "b.pem")]).is_err());
    }

    #[test]
    fn exchanges_are_kept_as_long_as_is_said_or_not_at_all() {
        let kept = |given: &[(&str, &str)]| draft(given).unwrap().exchanges;
        assert_eq!(kept(&[]), Some(Retention::EXCHANGES));
        assert_eq!(
            kept(&[("exchanges.days", "7"), ("exchanges.bytes", "2GiB")]),
            Some(Retention {
                days: 7,
                bytes: 2 << 30
            })
        );
        assert_eq!(kept(&[("exchanges", "off")]), None);
        assert_eq!(kept(&[("exchanges.record", "off")]), None);
        assert!(draft(&[("exchanges.bytes", "1KiB")]).is_err());
        assert!(draft(&[("limits.body", "2GiB")]).is_err());
    }

    #[test]
    fn health_stays_on_this_machine_and_a_public_url_has_no_path() {
        assert!(draft(&[("local_listen", "0.0.0.0:8444")]).is_err());
        for wrong in [
            "scim.example.org",
            "https://",
            "https://a.example/scim/v2",
            "ftp://a",
        ] {
            assert!(draft(&[("public_url", wrong)]).is_err(), "{wrong}");
        }
    }
}
