//! Exchanges: kept without being waited for, found again, lost when too many come, and gone when old.

use std::path::Path;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use appliance::base::{Retention, Timestamp};
use appliance::scim::ResourceId;
use appliance::scim::mask::Subject;
use appliance::store::{Exchange, Exchanges, Kept, Keys, Recorder, Wanted, Worth};

const KEEP: Retention = Retention {
    days: 30,
    bytes: 1 << 30,
};

fn keys() -> Keys {
    Keys::new(&[7; 32])
}

fn recorder(dir: &Path, keep: Retention) -> Recorder {
    Recorder::start(dir, keys(), keep).unwrap()
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(1_795_000_000_000 + seconds * 1_000)
}

fn exchange(second: i64, status: u16) -> Exchange {
    Exchange {
        at: at(second),
        connection: Some(1),
        name: "default".into(),
        token: Some(1),
        request: format!("r-{second}"),
        peer: None,
        method: "GET".into(),
        target: "/scim/v2/Users".into(),
        query: String::new(),
        resource: None,
        status,
        micros: 700,
        failures: 0,
        scim_type: None,
        detail: None,
        sent: String::new(),
        sent_bytes: 0,
        answered: "x".repeat(4_000),
        answered_bytes: 4_000,
    }
}

fn offer(recorder: &Recorder, exchange: Exchange, about: &[Subject]) -> bool {
    let about = about.to_vec();
    recorder
        .room(exchange.at, Worth::Deed, 4_512)
        .is_some_and(|room| room.keep(move || (exchange, about)))
}

fn found(dir: &Path, wanted: &Wanted<'_>) -> Vec<Kept> {
    let exchanges = Exchanges::open(dir).unwrap().unwrap();
    exchanges.find(wanted).unwrap()
}

fn seconds(kept: &[Kept]) -> Vec<i64> {
    kept.iter()
        .map(|kept| (kept.exchange.at.as_millis() - at(0).as_millis()) / 1_000)
        .collect()
}

#[test]
fn what_was_recorded_is_found_by_whom_it_is_about_by_failure_and_by_time() {
    let dir = tempfile::tempdir().unwrap();
    assert!(Exchanges::open(dir.path()).unwrap().is_none());
    let recorder = recorder(dir.path(), KEEP);
    let id: ResourceId = "019abc00-0000-7000-8000-000000000001".parse().unwrap();
    let ada = Subject::named("ada@example.net");
    offer(&recorder, exchange(1, 200), &[Subject::Id(id), ada.clone()]);
    offer(&recorder, exchange(2, 409), &[Subject::named("byron")]);
    let mut elsewhere = exchange(3, 200);
    elsewhere.connection = Some(2);
    elsewhere.failures = 1;
    offer(&recorder, elsewhere, &[Subject::Id(id)]);
    recorder.close();
    assert_eq!(recorder.load().kept, 3);

    let all = found(dir.path(), &Wanted::default());
    assert_eq!(seconds(&all), [1, 2, 3]);
    assert_eq!(all[0].exchange, exchange(1, 200));
    let id = [keys().of_id(&id)];
    let ada = [keys().key(&ada)];
    let about = |about, connection| {
        let wanted = Wanted {
            about: Some(about),
            connection,
            ..Wanted::default()
        };
        seconds(&found(dir.path(), &wanted))
    };
    assert_eq!(about(&id, None), [1, 3]);
    assert_eq!(about(&id, Some(2)), [3]);
    assert_eq!(about(&ada, None), [1]);
    assert!(about(&[], None).is_empty());
    let failed = Wanted {
        failed: true,
        ..Wanted::default()
    };
    assert_eq!(seconds(&found(dir.path(), &failed)), [2, 3]);
    let late = Wanted {
        since: Some(at(2)),
        limit: Some(1),
        ..Wanted::default()
    };
    assert_eq!(seconds(&found(dir.path(), &late)), [3]);
    let behind = Wanted {
        after: Some(all[1].number),
        ..Wanted::default()
    };
    assert_eq!(seconds(&found(dir.path(), &behind)), [3]);
}

#[test]
fn nobody_waits_for_a_recorder_that_cannot_follow_and_what_is_lost_is_counted() {
    let dir = tempfile::tempdir().unwrap();
    let recorder = recorder(dir.path(), KEEP);
    let (go, wait) = mpsc::channel::<()>();
    recorder.room(at(0), Worth::Deed, 0).unwrap().keep(move || {
        wait.recv().unwrap();
        (exchange(0, 200), Vec::new())
    });
    let begun = Instant::now();
    let mut looks = 0;
    while let Some(room) = recorder.room(at(1), Worth::Look, 600) {
        assert!(room.keep(|| (exchange(1, 200), Vec::new())));
        looks += 1;
    }
    let mut deeds = 0;
    while offer(&recorder, exchange(2, 201), &[]) {
        deeds += 1;
    }
    for _ in 0..8 {
        offer(&recorder, exchange(3, 201), &[]);
    }
    assert!(begun.elapsed() < Duration::from_secs(5), "somebody waited");
    assert!(looks > 1_000 && deeds > 1_000, "{looks} {deeds}");
    assert_eq!(recorder.load().lost, 10);
    go.send(()).unwrap();
    recorder.close();
    assert!(!offer(&recorder, exchange(4, 201), &[]), "it is closed");

    let exchanges = Exchanges::open(dir.path()).unwrap().unwrap();
    let kept = exchanges.find(&Wanted::default()).unwrap().len();
    assert_eq!(kept, 1 + looks + deeds);
    let losses = exchanges.losses(0, None).unwrap();
    assert_eq!(losses.len(), 1);
    assert_eq!(
        (losses[0].times, losses[0].first, losses[0].last),
        (10, at(1), at(3))
    );
}

#[test]
fn a_panic_while_masking_ends_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let recorder = recorder(dir.path(), KEEP);
    let room = recorder.room(at(0), Worth::Deed, 0).unwrap();
    assert!(room.keep(|| panic!("a fault of ours")));
    offer(&recorder, exchange(1, 200), &[]);
    recorder.close();
    assert_eq!(seconds(&found(dir.path(), &Wanted::default())), [1]);
}

#[test]
fn what_is_too_old_goes() {
    let dir = tempfile::tempdir().unwrap();
    let keep = Retention { days: 1, ..KEEP };
    let recorder = recorder(dir.path(), keep);
    for second in 0..5_000 {
        while !offer(&recorder, exchange(second, 200), &[]) {
            std::thread::yield_now();
        }
    }
    let day = 24 * 60 * 60;
    offer(&recorder, exchange(day, 200), &[]);
    assert_eq!(recorder.prune(at(0)).unwrap(), 0);
    let gone = recorder.prune(at(day + 2_500)).unwrap();
    assert_eq!(gone, 2_500);
    let left = found(dir.path(), &Wanted::default());
    assert_eq!(left[0].exchange.at, at(2_500));
    assert!(recorder.prune(at(10 * day)).unwrap() > 0);
    assert!(found(dir.path(), &Wanted::default()).is_empty());
    recorder.close();
}

#[test]
fn what_is_too_much_goes_the_oldest_first() {
    let dir = tempfile::tempdir().unwrap();
    let keep = Retention {
        bytes: 1 << 20,
        ..KEEP
    };
    let recorder = recorder(dir.path(), keep);
    for second in 0..2_000 {
        while !offer(&recorder, exchange(second, 200), &[]) {
            std::thread::yield_now();
        }
    }
    recorder.close();
    let size = std::fs::metadata(dir.path().join("exchanges.sqlite"))
        .unwrap()
        .len();
    // One group of exchanges may be over.
    assert!(size < 3 << 20, "{size}");
    let left = seconds(&found(dir.path(), &Wanted::default()));
    assert!(left.len() > 50 && left.len() < 600, "{}", left.len());
    assert_eq!(left.last(), Some(&1_999));
    assert!(left.windows(2).all(|pair| pair[1] == pair[0] + 1));
}
