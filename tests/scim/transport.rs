//! RFC 7644 §3.13 and §7.2: under which address, and how it is encrypted.

use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion, version};
use serde_json::json;

use super::house::client::Client;
use super::people::{Idp, idp, user};

/// The same client by one version of TLS only.
fn by(idp: &Idp, version: &'static SupportedProtocolVersion) -> Client {
    let pem = std::fs::read(idp.house.data().join("certificate.pem")).unwrap();
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        roots.add(certificate.unwrap()).unwrap();
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[version])
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let mut address = idp.house.address();
    address.tls = Some(Arc::new(config));
    Client::new(address, "/scim/v2".into(), Some(idp.token().to_owned()))
}

#[test]
fn tls_1_2_and_1_3_are_spoken() {
    let idp = idp();
    for version in [&version::TLS12, &version::TLS13] {
        by(&idp, version).get("/Users").is(200);
    }
}

#[test]
fn without_encryption_nothing_is_answered() {
    let idp = idp();
    let mut address = idp.house.address();
    address.tls = None;
    let plain = Client::new(address, "/scim/v2".into(), Some(idp.token().to_owned()));
    match plain.request("GET", "/Users").try_send() {
        Err(_) => {}
        Ok(reply) => assert!(
            reply.status == 400 && reply.body.is_empty(),
            "{}",
            reply.told()
        ),
    }
}

#[test]
fn another_version_of_the_protocol_is_not_answered_as_this_one() {
    let idp = idp();
    idp.user("ada@example.net");
    for base in ["/scim/v1", "/scim/v3", "/scim", ""] {
        let target = format!("{base}/Users");
        idp.absolute("GET", &target).send().refused(404, "");
        idp.absolute("POST", &target)
            .json(&user("bo@example.net", json!({})))
            .send()
            .refused(404, "");
    }
    idp.get("/Users").counts(1);
}

#[test]
fn addresses_are_read_in_their_encoded_form() {
    let idp = idp();
    let ada = idp.user("ada+x@example.net");
    let encoded = "/Users?filter=userName%20eq%20%22ada%2Bx%40example.net%22";
    idp.get(encoded).counts(1);
    // A blank may be a plus sign in a query, so a plus sign must be encoded.
    idp.get("/Users?filter=userName+eq+%22ada%2Bx@example.net%22")
        .counts(1);
    idp.get("/Users?filter=userName+eq+%22ada+x@example.net%22")
        .counts(0);
    idp.get(&format!("/%55sers/{ada}")).is(200);
}
