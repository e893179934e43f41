//! Certificate and key: can they be used, until when, and would they be trusted?

use super::finding::Finding;
use crate::base::{Settings, Timestamp, TlsSettings};
use crate::cli::token_list::day;
use crate::http::{TlsError, certificate_concern, distrust, usable};

const TOPIC: &str = "certificate";

pub(super) fn look(settings: &Settings, now: Timestamp) -> Vec<Finding> {
    if matches!(settings.tls, TlsSettings::Off { .. }) {
        return vec![Finding::good(TOPIC, "none: a reverse proxy encrypts")];
    }
    let certificate = match usable(settings) {
        Ok(Some(certificate)) => certificate,
        Ok(None) => return vec![Finding::good(TOPIC, "the first start makes one")],
        Err(error) => return vec![unusable(&error)],
    };
    let (_, concern) = certificate_concern(settings, now);
    let mut found = Vec::new();
    if let Some(concern) = concern {
        found.push(Finding::warning(TOPIC, concern.to_string()));
    }
    if certificate.self_signed {
        found.push(
            Finding::warning(TOPIC, "self-signed: identity providers in the cloud refuse it").remedy(
                "give one that chains to a public root with tls_cert and tls_key, have one issued with \
                 acme.domains, or put Entra ID's on-premises provisioning agent in front",
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
        let until = day(certificate.expires);
        found.push(Finding::good(TOPIC, format!("trusted, good until {until}")));
    }
    found
}

fn unusable(error: &TlsError) -> Finding {
    let finding = Finding::wrong(TOPIC, error.to_string());
    match error.remedy() {
        Some(remedy) => finding.remedy(remedy),
        None => finding,
    }
}
