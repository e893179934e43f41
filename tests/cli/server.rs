use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStderr, Command, Stdio};

use crate::run::House;

/// A server on the data of a house, without encryption, on a free port.
struct Server {
    child: Child,
    address: String,
    /// Kept open, so that the server can always write it.
    log: BufReader<ChildStderr>,
}

impl Server {
    fn start(house: &House) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_appliance"))
            .args(["serve", "--tls", "off", "--listen", "127.0.0.1:0"])
            .args(["--local-listen", "off", "--data-dir"])
            .arg(house.data())
            .arg("--config")
            .arg(house.path("empty.toml"))
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = BufReader::new(child.stderr.take().unwrap());
        let mut server = Self {
            child,
            address: String::new(),
            log,
        };
        let mut line = String::new();
        while !line.contains("listening") {
            line.clear();
            let read = server.log.read_line(&mut line).unwrap();
            assert!(read > 0, "the server ended");
        }
        let published = std::fs::read_to_string(house.data().join("appliance.lock")).unwrap();
        let published: serde_json::Value = serde_json::from_str(&published).unwrap();
        let url = published["url"].as_str().unwrap();
        let address = url.strip_prefix("http://").unwrap().split('/').next();
        address.unwrap().clone_into(&mut server.address);
        server
    }

    /// The status of a request with this token.
    fn status(&self, method: &str, token: &str) -> u16 {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let body =
            r#"{"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "mira"}"#;
        write!(
            stream,
            "{method} /scim/v2/Users HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
             Authorization: Bearer {}\r\nContent-Type: application/scim+json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            token.trim(),
            body.len()
        )
        .unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let answer = String::from_utf8_lossy(&answer);
        answer.split(' ').nth(1).unwrap().parse().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

#[test]
fn the_command_line_works_beside_a_running_server() {
    let house = House::new();
    let server = Server::start(&house);
    let token = house.run("token new").exits(0);
    token.mentions(&format!("Tenant URL: http://{}/scim/v2", server.address));
    let token = token.stdout;
    assert_eq!(server.status("GET", &token), 200);
    assert_eq!(server.status("POST", &token), 201);
    let exported = house.run("export users --format ndjson").exits(0).json();
    assert_eq!(exported["userName"], "mira");

    house.run("connection pause default").exits(0);
    assert_eq!(server.status("GET", &token), 503);
    house.run("connection resume default").exits(0);
    assert_eq!(server.status("GET", &token), 200);

    house.run("token revoke 1").exits(0);
    assert_eq!(server.status("GET", &token), 401);
}

#[test]
fn a_token_that_may_only_read_cannot_write() {
    let house = House::new();
    let server = Server::start(&house);
    let token = house.run("token new --scope read").exits(0).stdout;
    assert_eq!(server.status("GET", &token), 200);
    assert_eq!(server.status("POST", &token), 403);
}

#[test]
fn a_data_directory_has_one_server() {
    let house = House::new();
    let _server = Server::start(&house);
    house
        .run("serve --tls off --listen 127.0.0.1:0 --local-listen off")
        .exits(4)
        .complains("another server uses this data directory")
        .mentions("hint: stop the other server");
}
