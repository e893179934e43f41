//! RFC 7644 §3.13 and §7.2: under which address, and how it is encrypted.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion, version};
use serde_json::json;

use super::house::client::Client;
use super::house::wire::PATIENCE;
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

const ALERT: u8 = 21;
const HANDSHAKE: u8 = 22;

/// A handshake that offers nothing newer than `version` (RFC 5246 §7.4.1.2), as rustls would not make it.
fn hello(version: [u8; 2]) -> Vec<u8> {
    let mut body = version.to_vec();
    body.extend([7; 32]);
    // No session; three cipher suites, the first for TLS 1.2; no compression.
    body.extend([0, 0, 6, 0xc0, 0x2b, 0xc0, 0x0a, 0x00, 0x2f, 1, 0]);
    // The curve P-256, and ECDSA with it, which is what a self-signed certificate of ours has.
    let extensions = [0, 10, 0, 4, 0, 2, 0, 23, 0, 13, 0, 4, 0, 2, 4, 3];
    body.extend([0, 16]);
    body.extend(extensions);
    let length = u8::try_from(body.len()).unwrap();
    let mut record = vec![HANDSHAKE, 3, 1, 0, length + 4, 1, 0, 0, length];
    record.extend(body);
    record
}

/// The first record that the server answers: its type, and the two bytes it begins with.
fn answer(idp: &Idp, version: [u8; 2]) -> (u8, [u8; 2]) {
    let mut stream = TcpStream::connect(idp.house.address().socket).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(&hello(version)).unwrap();
    let mut record = [0; 7];
    stream.read_exact(&mut record).unwrap();
    (record[0], [record[5], record[6]])
}

#[test]
fn older_versions_of_tls_are_refused() {
    let idp = idp();
    // The same offer of TLS 1.2 is met with a handshake, so the version is what the others lack.
    assert_eq!(answer(&idp, [3, 3]).0, HANDSHAKE);
    for version in [[3, 0], [3, 1], [3, 2]] {
        // A fatal alert `protocol_version` (RFC 5246 §7.2).
        assert_eq!(answer(&idp, version), (ALERT, [2, 70]), "{version:?}");
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
