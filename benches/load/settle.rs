//! People and groups, put into a server before it is measured.

use std::sync::Mutex;
use std::thread;
use std::time::Instant;

use super::crowd::Hand;
use super::people;
use super::server::Server;
use super::work::group_name;

/// Creates people until there are so many.
pub(crate) fn populate(server: &Server, users: usize) {
    let ids = Mutex::new(vec![String::new(); users]);
    let begun = Instant::now();
    thread::scope(|scope| {
        for place in 0..32 {
            let ids = &ids;
            scope.spawn(move || {
                let mut hand = Hand::new(server, place, 32, 0);
                loop {
                    let number = server.numbers(1);
                    if number >= users {
                        return;
                    }
                    let body = people::person(number).to_string();
                    let id = hand.ask("POST", "/Users", Some(&body), &[201]).id();
                    ids.lock().unwrap()[number] = id;
                }
            });
        }
    });
    *server.people.write().unwrap() = ids.into_inner().unwrap();
    eprintln!(
        "{:?}: {users} users in {:.1?}",
        server.kind,
        begun.elapsed()
    );
}

/// Makes a group of the first so many people.
pub(crate) fn gather(server: &Server, size: usize) {
    let people = server.people.read().unwrap();
    let mut hand = Hand::new(server, 0, 1, 0);
    let mut chunks = people[..size].chunks(1_000);
    let body = people::group(&group_name(size), chunks.next().unwrap_or_default());
    let id = hand
        .ask("POST", "/Groups", Some(&body.to_string()), &[201])
        .id();
    for chunk in chunks {
        let body = people::joined(chunk).to_string();
        hand.ask("PATCH", &format!("/Groups/{id}"), Some(&body), &[200, 204]);
    }
    drop(people);
    server.remember_group(size, id);
}
