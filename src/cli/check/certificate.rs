//! Certificate and key: can they be used, until when, and would they be trusted?

use super::finding::Finding;
use crate::base::{Settings, Timestamp, TlsSettings};
use crate::cli::token_list::day;
use crate::http::{Tls, TlsError, certificate_concern, distrust};

const TOPIC: &str = "certificate";

pub(super) fn look(settings: &Settings, now: Timestamp) -> Vec<Finding> {
    match &settings.tls {
        TlsSettings::Off { .. } => {
            return vec![Finding::good(TOPIC, "none: a reverse proxy encrypts")];
        }
        TlsSettings::SelfSigned if !settings.data_dir.join("certificate.pem").exists() => {
            return vec![Finding::good(TOPIC, "the first start makes one")];
        }
        _ => {}
    }
    let tls = match Tls::from_settings(settings, now) {
        Ok(tls) => tls,
        Err(error) => return vec![unusable(&error)],
    };
    let (certificate, concern) = certificate_concern(settings, now);
    let mut found = Vec::new();
    if let Some(concern) = concern {
        found.push(Finding::warning(TOPIC, concern.to_string()));
    }
    if tls.is_some_and(|tls| tls.self_signed) {
        found.push(
            Finding::warning(TOPIC, "self-signed: identity providers in the cloud refuse it").remedy(
                "give one that chains to a public root with tls_cert and tls_key, or put Entra ID's \
                 on-premises provisioning agent in front",
            ),
        );
    } else {
        match distrust(settings, now) {
            Ok(None) => {}
            Ok(Some(why)) => found.push(Finding::warning(TOPIC, why)),
            Err(error) => found.push(unusable(&error)),
        }
    }
    if found.is_empty() {
        let until = certificate.map_or_else(String::new, |certificate| {
            format!(", good until {}", day(certificate.expires))
        });
        found.push(Finding::good(TOPIC, format!("trusted{until}")));
    }
    found
}

fn unusable(error: &TlsError) -> Finding {
    Finding::wrong(TOPIC, error.to_string())
}
