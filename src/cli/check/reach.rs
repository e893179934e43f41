//! Whether the Tenant URL is reached from here, as an identity provider would.

use std::sync::Arc;
use std::time::Duration;

use ureq::tls::{Certificate, RootCerts, TlsConfig};

use super::finding::Finding;

const TOPIC: &str = "reach";
/// How long the answer may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Asks for the service's own description. No token is sent, so 401 is the expected answer.
pub(super) fn look(public_url: Option<&str>) -> Finding {
    let Some(public_url) = public_url else {
        return Finding::good(TOPIC, "not looked at: `public_url` is not set");
    };
    let address = format!("{public_url}/scim/v2/ServiceProviderConfig");
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .http_status_as_error(false)
        .max_redirects(0)
        .tls_config(tls())
        .build()
        .into();
    match agent.get(&address).call() {
        Ok(answer) => {
            let status = answer.status().as_u16();
            let media = answer
                .headers()
                .get("content-type")
                .and_then(|media| media.to_str().ok())
                .unwrap_or_default();
            if matches!(status, 200 | 401) && media.starts_with("application/scim+json") {
                Finding::good(TOPIC, format!("{public_url} answers"))
            } else {
                Finding::warning(
                    TOPIC,
                    format!("{address} answers {status}, and not as an appliance would"),
                )
                .remedy("whatever is in front must hand requests on as they are")
            }
        }
        Err(error) => Finding::warning(TOPIC, format!("{address}: {error}")).remedy(
            "identity providers must reach it; from inside your network that may need another way",
        ),
    }
}

/// Trusts what this machine trusts.
fn tls() -> TlsConfig {
    let roots: Vec<Certificate<'static>> = rustls_native_certs::load_native_certs()
        .certs
        .iter()
        .map(|root| Certificate::from_der(root.as_ref()).to_owned())
        .collect();
    TlsConfig::builder()
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .root_certs(RootCerts::new_with_certs(&roots))
        .build()
}
