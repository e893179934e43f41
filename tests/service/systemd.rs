//! What the service and systemd tell each other.

use std::net::UdpSocket;

use nix::sys::signal::Signal;

use crate::played::{Service, socket, stranger};

#[test]
fn it_answers_on_the_socket_that_systemd_opened_and_says_when() {
    let (handed_over, address) = socket("127.0.0.1");
    // The configured address is one that nobody could listen on.
    let mut service = Service::start(handed_over, &["--listen", "127.0.0.1:1"]);
    let ready = service.says("READY=1");
    let status = format!("STATUS=Serving http://{address}/scim/v2");
    assert!(ready.lines().any(|line| line == status), "{ready}");
    stranger(address).get("/Users").is(401);

    for _ in 0..3 {
        let alive = service.says("WATCHDOG=1");
        assert!(alive.lines().any(|line| line == status), "{alive}");
    }

    service.signal(Signal::SIGHUP);
    let reloading = service.says("RELOADING=1");
    assert!(reloading.contains("\nMONOTONIC_USEC="), "{reloading}");
    service.says("READY=1");
    stranger(address).get("/Users").is(401);

    service.signal(Signal::SIGTERM);
    service.says("STOPPING=1");
    assert_eq!(service.ended().code(), Some(0), "{}", service.log());
}

#[test]
fn a_socket_that_others_reach_is_refused_while_nothing_is_encrypted() {
    let (handed_over, _) = socket("0.0.0.0");
    let mut service = Service::start(handed_over, &["--listen", "127.0.0.1:0"]);
    assert_eq!(service.ended().code(), Some(4), "{}", service.log());
    assert!(service.log().contains("is not a loopback address"));
}

#[test]
fn a_proxy_is_known_by_its_address_of_ipv4_where_the_socket_is_for_both_families() {
    let (handed_over, address) = socket("::ffff:127.0.0.1");
    let options = ["--tls-force", "--public-discovery", "--trusted-proxies"];
    let options = [&options[..], &["127.0.0.1"]].concat();
    let service = Service::start(handed_over, &options);
    service.says("READY=1");
    let answer = stranger(address)
        .request("GET", "/ServiceProviderConfig")
        .header("X-Forwarded-Host", "scim.example.org")
        .header("X-Forwarded-Proto", "https")
        .send()
        .is(200);
    assert_eq!(
        answer.at("/meta/location"),
        "https://scim.example.org/scim/v2/ServiceProviderConfig"
    );
}

#[test]
fn something_else_than_a_listening_socket_is_a_wrong_configuration() {
    let datagrams = UdpSocket::bind("127.0.0.1:0").unwrap();
    let mut service = Service::start(datagrams.into(), &["--listen", "127.0.0.1:0"]);
    assert_eq!(service.ended().code(), Some(2), "{}", service.log());
    let log = service.log();
    assert!(log.contains("socket 0 that systemd handed over"), "{log}");
    assert!(log.contains("hint: the socket unit must say"), "{log}");
}
