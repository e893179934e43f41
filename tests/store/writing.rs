//! The writer: groups, neighbours, contention, and what happens when too much waits.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::sync::{Arc, Barrier};
use std::thread;

use appliance::scim::{Folded, Kind};
use appliance::store::{StoreError, View};
use serde_json::json;

use crate::house::{DEFAULT, House, Trouble, resource, user};

/// Holds the writer until the answer is dropped, so that what comes meanwhile becomes one group.
fn hold(house: &House) -> mpsc::Sender<()> {
    let (release, held) = mpsc::channel::<()>();
    let (entered, inside) = mpsc::channel();
    drop(house.store.write(move |_| {
        entered.send(()).unwrap();
        let _ = held.recv();
        Ok::<_, StoreError>(())
    }));
    inside.recv().unwrap();
    release
}

/// Of the users 0 to 8 all are there but these.
#[track_caller]
fn all_but(house: &House, refused: [u64; 3]) {
    let look = |view: &View<'_>| {
        assert_eq!(view.count(DEFAULT, Kind::User)?, 6);
        for number in 0..9 {
            let name = Folded::Text(format!("u{number}@example.net"));
            let there = view.taken(DEFAULT, Kind::User, "userName", &name, None)?;
            assert_eq!(there.is_some(), !refused.contains(&number), "{number}");
        }
        Ok::<_, StoreError>(())
    };
    house.store.read(look).unwrap();
}

#[test]
fn of_sixteen_who_want_one_name_exactly_one_gets_it() {
    let house = Arc::new(House::open());
    let barrier = Arc::new(Barrier::new(16));
    let threads: Vec<_> = (0..16)
        .map(|number| {
            let (house, barrier) = (Arc::clone(&house), Arc::clone(&barrier));
            thread::spawn(move || {
                let schemas = Arc::clone(&house.schemas);
                barrier.wait();
                house
                    .store
                    .write(move |tx| {
                        let name = Folded::Text("ada".to_owned());
                        if tx
                            .taken(DEFAULT, Kind::User, "userName", &name, None)?
                            .is_some()
                        {
                            return Err(Trouble::Refused);
                        }
                        let ada = resource(Kind::User, number, json!({"userName": "Ada"}));
                        Ok(tx.insert_resource(DEFAULT, &ada, &schemas)?)
                    })
                    .wait()
            })
        })
        .collect();
    let answers: Vec<_> = threads
        .into_iter()
        .map(|thread| thread.join().unwrap())
        .collect();
    let won = answers.iter().filter(|answer| answer.is_ok()).count();
    let lost = answers
        .iter()
        .filter(|answer| matches!(answer, Err(Trouble::Refused)))
        .count();
    assert_eq!((won, lost), (1, 15));
    assert_eq!(
        house
            .store
            .read(|view| view.count(DEFAULT, Kind::User))
            .unwrap(),
        1
    );
}

#[test]
fn a_panicking_and_a_refused_job_harm_no_neighbour() {
    let house = House::open();
    let before = house.store.load();
    let release = hold(&house);
    let pending: Vec<_> = (0..9)
        .map(|number| {
            let schemas = Arc::clone(&house.schemas);
            house.store.write(move |tx| {
                tx.insert_resource(DEFAULT, &user(number), &schemas)?;
                match number {
                    3 => panic!("a fault in a job, on purpose"),
                    5 => Err(Trouble::Refused),
                    // Refused by the database itself: the id is taken.
                    7 => Ok(tx
                        .insert_resource(DEFAULT, &user(6), &schemas)
                        .map(|_| ())?),
                    _ => Ok(()),
                }
            })
        })
        .collect();
    drop(release);
    let answers: Vec<_> = pending
        .into_iter()
        .map(appliance::store::Pending::wait)
        .collect();
    for (number, answer) in answers.iter().enumerate() {
        match number {
            3 => assert!(matches!(answer, Err(Trouble::Broken(StoreError::Panicked)))),
            5 => assert!(matches!(answer, Err(Trouble::Refused))),
            7 => assert!(matches!(
                answer,
                Err(Trouble::Broken(StoreError::Sqlite(_)))
            )),
            _ => assert!(answer.is_ok(), "{number}: {answer:?}"),
        }
    }
    all_but(&house, [3, 5, 7]);
    let after = house.store.load();
    // The job that held the writer, and the nine that shared one commit.
    assert_eq!(after.groups - before.groups, 2);
    assert_eq!(after.jobs - before.jobs, 10);
    assert_eq!(after.last_group, 9);
    assert_eq!(after.waiting, 0);
}

#[test]
fn a_path_added_by_a_refused_job_is_added_anew_by_the_next() {
    let house = House::open();
    let jobs = |release: mpsc::Sender<()>| {
        let pending: Vec<_> = (0..2)
            .map(|number| {
                let schemas = Arc::clone(&house.schemas);
                house.store.write(move |tx| {
                    let person = resource(
                        Kind::User,
                        number,
                        json!({"userName": format!("u{number}"), "title": "Countess"}),
                    );
                    tx.insert_resource(DEFAULT, &person, &schemas)?;
                    if number == 0 {
                        Err(Trouble::Refused)
                    } else {
                        Ok(())
                    }
                })
            })
            .collect();
        drop(release);
        pending
            .into_iter()
            .map(|one| one.wait().is_ok())
            .collect::<Vec<_>>()
    };
    assert_eq!(jobs(hold(&house)), [false, true]);
    let found = house.store.read(|view| {
        view.taken(
            DEFAULT,
            Kind::User,
            "title",
            &Folded::Text("countess".into()),
            None,
        )
    });
    assert!(found.unwrap().is_some());
}

#[test]
fn a_full_queue_says_so_and_recovers() {
    let house = House::open();
    let release = hold(&house);
    let mut pending = Vec::new();
    let refused = loop {
        let write = house.store.try_write(|_| Ok::<_, StoreError>(()));
        if house.store.load().waiting == pending.len() {
            break write.wait();
        }
        pending.push(write);
    };
    assert!(matches!(refused, Err(StoreError::Busy)));
    assert_eq!(pending.len(), 1_024);
    drop(release);
    for write in pending {
        write.wait().unwrap();
    }
    house
        .store
        .try_write(|_| Ok::<_, StoreError>(()))
        .wait()
        .unwrap();
}

#[test]
fn writes_that_come_together_share_their_commits() {
    let house = Arc::new(House::open());
    let before = house.store.load();
    let threads: Vec<_> = (0..8)
        .map(|thread| {
            let house = Arc::clone(&house);
            thread::spawn(move || {
                for number in 0..40 {
                    house.insert(user(thread * 100 + number));
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    let after = house.store.load();
    assert_eq!(after.jobs - before.jobs, 320);
    assert!(after.groups - before.groups < 320, "{after:?}");
    assert_eq!(
        house
            .store
            .read(|view| view.count(DEFAULT, Kind::User))
            .unwrap(),
        320
    );
}

#[test]
fn in_a_group_of_repeatable_jobs_only_what_was_refused_is_undone() {
    let house = House::open();
    let before = house.store.load();
    let release = hold(&house);
    let pending: Vec<_> = (0..9)
        .map(|number| {
            let schemas = Arc::clone(&house.schemas);
            house.store.try_repeatable(move |tx| {
                if number == 1 {
                    return Err(Trouble::Refused);
                }
                tx.insert_resource(DEFAULT, &user(number), &schemas)?;
                match number {
                    3 => panic!("a fault in a job, on purpose"),
                    5 => Err(Trouble::Refused),
                    _ => Ok(number),
                }
            })
        })
        .collect();
    drop(release);
    let answers: Vec<_> = pending
        .into_iter()
        .map(appliance::store::Pending::wait)
        .collect();
    for (number, answer) in answers.iter().enumerate() {
        match number {
            3 => assert!(matches!(answer, Err(Trouble::Broken(StoreError::Panicked)))),
            1 | 5 => assert!(matches!(answer, Err(Trouble::Refused))),
            _ => assert!(answer.is_ok(), "{number}: {answer:?}"),
        }
    }
    let after = house.store.load();
    assert_eq!(after.groups - before.groups, 2, "the holder, and one group");
    all_but(&house, [1, 3, 5]);
}

#[test]
fn of_a_repeatable_job_only_the_part_that_was_refused_is_undone() {
    let house = House::open();
    for company in [0, 3] {
        let release = hold(&house);
        let runs = Arc::new(AtomicU64::new(0));
        let mut pending = Vec::new();
        for first in (0..=company).map(|place| (company * 10 + place) * 3) {
            let schemas = Arc::clone(&house.schemas);
            let runs = Arc::clone(&runs);
            pending.push(house.store.try_repeatable(move |tx| {
                runs.fetch_add(1, Ordering::Relaxed);
                for number in first..first + 3 {
                    let part = tx.attempt(|tx| {
                        tx.insert_resource(DEFAULT, &user(number), &schemas)?;
                        match number % 3 {
                            1 => Err(Trouble::Refused),
                            _ => Ok(()),
                        }
                    });
                    assert_eq!(part.is_err(), number % 3 == 1);
                }
                Ok::<_, Trouble>(first)
            }));
        }
        drop(release);
        let jobs = pending.len() as u64;
        for (place, job) in pending.into_iter().enumerate() {
            assert_eq!(job.wait().unwrap(), (company * 10 + place as u64) * 3);
        }
        // The first was given up at its second part, and then all of them were carried out.
        assert_eq!(runs.load(Ordering::Relaxed), jobs + 1);
        let look = |view: &View<'_>| {
            for number in 0..jobs * 3 {
                let number = company * 30 + number;
                let name = Folded::Text(format!("u{number}@example.net"));
                let there = view.taken(DEFAULT, Kind::User, "userName", &name, None)?;
                assert_eq!(there.is_some(), number % 3 != 1, "{number}");
            }
            Ok::<_, StoreError>(())
        };
        house.store.read(look).unwrap();
    }
}

#[test]
fn a_lone_job_that_is_refused_leaves_nothing() {
    let house = House::open();
    let schemas = Arc::clone(&house.schemas);
    let told = house
        .store
        .try_repeatable(move |tx| {
            tx.insert_resource(DEFAULT, &user(1), &schemas)?;
            Err::<(), _>(Trouble::Refused)
        })
        .wait();
    assert!(matches!(told, Err(Trouble::Refused)));
    assert_eq!(
        house
            .store
            .read(|view| view.count(DEFAULT, Kind::User))
            .unwrap(),
        0
    );
    house.insert(user(1));
}

#[test]
fn when_another_process_keeps_the_lock_every_job_of_the_group_is_told() {
    let house = House::open();
    let release = hold(&house);
    let pending: Vec<_> = (0..3)
        .map(|number| {
            let schemas = Arc::clone(&house.schemas);
            house
                .store
                .write(move |tx| tx.insert_resource(DEFAULT, &user(number), &schemas))
        })
        .collect();
    let file = house.dir.path().join("appliance.sqlite");
    let stranger = rusqlite::Connection::open(file).unwrap();
    stranger
        .busy_timeout(std::time::Duration::from_secs(5))
        .unwrap();
    drop(release);
    stranger.execute_batch("BEGIN IMMEDIATE").unwrap();
    let told = pending
        .into_iter()
        .map(appliance::store::Pending::wait)
        .collect::<Vec<_>>();
    stranger.execute_batch("ROLLBACK").unwrap();
    // Either the group was faster than the stranger, or none of it was carried out.
    if told.iter().any(Result::is_err) {
        assert!(
            told.iter()
                .all(|answer| matches!(answer, Err(StoreError::Locked)))
        );
    }
    house.insert(user(9));
}
