//! Whether an address is one of this machine.

use std::net::IpAddr;

/// Whether an address such as `http://localhost:8080/keys` names this machine by its loopback address. What
/// is sent there stays here, so that neither a proxy nor encryption belongs before it.
pub fn is_here(address: &str) -> bool {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    // RFC 3986 §3.2: who asks stands before the host, and the port behind it.
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let bare = name
        .strip_prefix('[')
        .and_then(|name| name.strip_suffix(']'));
    match bare.unwrap_or(name).parse::<IpAddr>() {
        // RFC 3986 §3.2.2: an address of version 6 stands in brackets, and no other does.
        Ok(ip) => ip.is_ipv6() == bare.is_some() && ip.to_canonical().is_loopback(),
        Err(_) => name.eq_ignore_ascii_case("localhost"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_known_by_all_of_its_name() {
        for here in [
            "http://127.0.0.1:8080/keys",
            "http://127.1.2.3",
            "https://[::1]/",
            "https://[::ffff:127.0.0.1]:443/",
            "https://LocalHost:8443?x=1",
            "https://ada:secret@localhost/scim/v2",
            "localhost",
        ] {
            assert!(is_here(here), "{here}");
        }
        for elsewhere in [
            "https://localhost.example.com/scim/v2",
            "https://127.example.com/",
            "https://127.0.0.1.example.com/",
            "https://127.0.0.1:80@example.com/",
            "https://[::1].example.com/",
            "https://login.example.org/127.0.0.1",
            "https://login.example.org/?next=@localhost",
            "https://[127.0.0.1]/",
            "https://[::2]/",
            "https://128.0.0.1/",
            "https:///localhost",
            "",
        ] {
            assert!(!is_here(elsewhere), "{elsewhere}");
        }
    }
}
