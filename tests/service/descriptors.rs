//! Connections that end give their file handles back (R43; the long run is made by hand).

use std::fs;
use std::time::{Duration, Instant};

use crate::house::server::House;

/// How many more than at first may be open afterwards.
const MORE: usize = 12;

fn open_files(house: &House) -> usize {
    fs::read_dir(format!("/proc/{}/fd", house.pid()))
        .unwrap()
        .count()
}

#[test]
fn hundreds_of_connections_leave_no_file_open() {
    let house = House::with(&["--local-listen", "127.0.0.1:0"]);
    let idp = house.idp();
    idp.user("mira@example.net");
    house.local("/metrics");
    let before = open_files(&house);
    let mut silent = Vec::new();
    for number in 0..300 {
        let other = idp.again();
        match number % 3 {
            0 => drop(other.get("/Users?count=1").is(200)),
            // One that is closed before it has said anything.
            1 => silent.push(other.wire()),
            _ => drop(house.local("/readyz")),
        }
    }
    drop(silent);
    let begun = Instant::now();
    loop {
        let now = open_files(&house);
        if now <= before + MORE {
            return;
        }
        assert!(
            begun.elapsed() < Duration::from_secs(20),
            "{before} files were open, and now {now}"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}
