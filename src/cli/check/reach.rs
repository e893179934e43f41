//! Whether the Tenant URL is reached from here, as an identity provider would.

use std::time::Duration;

use super::finding::Finding;
use crate::http::Roots;

const TOPIC: &str = "reach";
/// How long the answer may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Asks for the service's own description. No token is sent, so 401 is the expected answer.
pub(super) fn look(public_url: Option<&str>) -> Finding {
    let Some(public_url) = public_url else {
        return Finding::good(TOPIC, "not looked at: `public_url` is not set");
    };
    let address = format!("{public_url}/scim/v2/ServiceProviderConfig");
    let roots = Roots::of_machine();
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .http_status_as_error(false)
        .max_redirects(0)
        .tls_config(roots.client())
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
        Err(error) => Finding::warning(TOPIC, format!("{address}: {error}"))
            .remedy(roots.lack().unwrap_or(
            "identity providers must reach it; from inside your network that may need another way",
        )),
    }
}
