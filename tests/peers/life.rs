//! scim2-client, a client library that validates every answer, and scim2-models, whose filters judge
//! ours: see `life.py`. By HTTP/1.1 and by HTTP/2.

use crate::program::{DIALECTS, Host, told};

#[test]
fn scim2_client_lives_here() {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/life.py");
    for dialect in DIALECTS {
        for version in ["1", "2"] {
            let host = Host::open(dialect);
            let output = host.run(
                "python",
                &[script, &host.url(), version],
                &[("SCIM_TOKEN", &host.token)],
            );
            assert!(
                output.status.success(),
                "{dialect}, HTTP/{version}\n{}",
                told(&output)
            );
        }
    }
}
