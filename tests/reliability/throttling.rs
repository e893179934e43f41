//! R16: wrong tokens never lock out the good one, and too much is answered 429, never 401 or 403.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::house::client::Client;
use super::house::reply::Reply;
use super::house::server::House;

/// So many requests with a wrong token, sent at once on one connection; how often each status came.
fn flood(client: &Client, times: usize) -> BTreeMap<u16, Reply> {
    let request = "GET /scim/v2/Users HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer wrong\r\n\r\n";
    let mut wire = client.wire();
    wire.send(request.repeat(times).as_bytes()).unwrap();
    (0..times)
        .map(|_| wire.reply().unwrap())
        .map(|reply| (reply.status, reply))
        .collect()
}

#[test]
fn flooders_with_wrong_tokens_neither_lock_out_nor_delay_the_good_one() {
    let house = House::open();
    let good = house.idp();
    good.user("ada@example.net");
    let over = AtomicBool::new(false);
    let slowest = std::thread::scope(|scope| {
        let flooders: Vec<_> = (0..8)
            .map(|_| {
                let stranger = house.stranger();
                let over = &over;
                scope.spawn(move || {
                    let mut seen = BTreeMap::new();
                    while !over.load(Ordering::Relaxed) || !seen.contains_key(&429) {
                        seen.append(&mut flood(&stranger, 50));
                    }
                    seen
                })
            })
            .collect();
        let mut slowest = Duration::ZERO;
        for _ in 0..40 {
            let begun = Instant::now();
            good.get("/Users?count=1").counts(1);
            slowest = slowest.max(begun.elapsed());
        }
        over.store(true, Ordering::Relaxed);
        for flooder in flooders {
            let seen = flooder.join().unwrap();
            assert!(
                seen.keys().all(|status| matches!(status, 401 | 429)),
                "{seen:?}"
            );
            is_later(seen[&429].clone());
        }
        slowest
    });
    assert!(
        slowest <= Duration::from_secs(2),
        "the good one waited {slowest:?}"
    );
    // The same address, right after the flood.
    good.get("/Users").is(200);
}

/// Asserts a 429 as clients understand it.
#[track_caller]
fn is_later(reply: Reply) {
    let reply = reply.refused(429, "");
    let seconds: u32 = reply.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&seconds), "{seconds}");
    assert_eq!(reply.header("content-type"), Some("application/scim+json"));
    assert_eq!(reply.at("/status"), "429");
    assert!(reply.header("www-authenticate").is_none());
    assert!(
        reply
            .at("/detail")
            .as_str()
            .unwrap()
            .contains("try again later")
    );
}

#[test]
fn a_connection_is_let_in_as_often_as_the_operator_says() {
    let house = House::open();
    let slow = house.connection("slow", &["rate_limit=1/s", "rate_burst=5"]);
    let other = house.idp();
    let mut replies: Vec<Reply> = (0..12).map(|_| slow.get("/Users")).collect();
    let last = replies.pop().unwrap();
    is_later(last);
    let served = replies.iter().filter(|reply| reply.status == 200).count();
    assert!((5..=8).contains(&served), "{served} were let in");
    assert!(
        replies
            .iter()
            .all(|reply| matches!(reply.status, 200 | 429))
    );
    // A token of the same connection shares the bucket; another connection has its own.
    let again = house.idp_of("slow");
    assert_eq!(again.get("/Users").status, 429);
    for _ in 0..20 {
        other.get("/Users").is(200);
    }
    // Who is not who he says is not told of limits.
    house.client("wrong").get("/Users").is(401);
    house
        .cli(&["connection", "set", "slow", "rate_limit=off"])
        .exits(0);
    for _ in 0..20 {
        slow.get("/Users").is(200);
    }
}
