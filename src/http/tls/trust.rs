//! Whether those who connect would trust the certificate of the listener: by the roots that this machine
//! trusts, under the name that the Tenant URL has.

use std::sync::Arc;
use std::time::Duration;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::aws_lc_rs as provider;
use rustls::pki_types::{ServerName, UnixTime};
use rustls::{CertificateError, Error};

use super::certificate::Certificate;
use super::error::TlsError;
use super::own::host;
use crate::base::{Settings, Timestamp};
use crate::http::roots::Roots;

/// Why the certificate of an installation would not be trusted, in words; `None`: it would, or there is
/// none.
pub fn distrust(settings: &Settings, now: Timestamp) -> Result<Option<String>, TlsError> {
    let Some(certificate) = Certificate::of(settings)? else {
        return Ok(None);
    };
    let Some((leaf, above)) = certificate.chain.split_first() else {
        return Ok(None);
    };
    let verifier = WebPkiServerVerifier::builder_with_provider(
        Arc::new(Roots::of_machine().store()),
        Arc::new(provider::default_provider()),
    )
    .build();
    let Ok(verifier) = verifier else {
        return Ok(Some(
            "this machine trusts no root at all, so the chain cannot be judged here; the package \
             ca-certificates brings them"
                .to_owned(),
        ));
    };
    // Without a Tenant URL any name will do, so one is taken that no certificate has: the chain is judged
    // before the name.
    let name = settings.public_url.as_deref().and_then(host);
    let asked = ServerName::try_from(name.unwrap_or("name.invalid").to_owned());
    let Ok(asked) = asked else {
        return Ok(Some("the host of `public_url` is no host name".to_owned()));
    };
    let seconds = u64::try_from(now.as_millis() / 1_000).unwrap_or(0);
    let at = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
    let Err(error) = verifier.verify_server_cert(leaf, above, &asked, &[], at) else {
        return Ok(None);
    };
    Ok(match error {
        Error::InvalidCertificate(CertificateError::UnknownIssuer) => Some(format!(
            "the chain in {} does not reach a root that this machine trusts; an intermediate certificate \
             may be missing from the file",
            certificate.file.display()
        )),
        Error::InvalidCertificate(
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
        ) => {
            name.map(|name| format!("the certificate is not for {name}, the host of `public_url`"))
        }
        // Told by whoever looks at its end.
        Error::InvalidCertificate(
            CertificateError::Expired | CertificateError::ExpiredContext { .. },
        ) => None,
        other => Some(other.to_string()),
    })
}
