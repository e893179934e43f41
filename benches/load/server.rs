//! A server under measurement: started, fed, watched through `/proc`.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, RwLock};
use std::time::{Duration, Instant};

use super::house::server::House;
use super::house::wire::{Address, Wire};

/// Which of the two it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Appliance,
    Floor,
}

/// A running server with the people that were put into it.
pub(crate) struct Server {
    pub(crate) kind: Kind,
    pub(crate) address: Address,
    /// What stands before `/Users`.
    pub(crate) base: String,
    pub(crate) token: String,
    /// The ids of the people, in the order of their numbers.
    pub(crate) people: RwLock<Vec<String>>,
    /// The number of the next person.
    next: AtomicUsize,
    pid: u32,
    process: Process,
    /// How long it took until it listened.
    pub(crate) start: Duration,
    groups: Mutex<Vec<(usize, String)>>,
}

enum Process {
    House(Box<House>),
    /// Somebody else started it.
    Borrowed,
    Child(
        Child,
        #[expect(dead_code, reason = "kept until the process has ended")] tempfile::TempDir,
    ),
}

impl Server {
    /// The appliance with everything as it is by default, but for `options`; plain HTTP unless `tls`.
    pub(crate) fn appliance(tls: bool, options: &[&str]) -> Self {
        let mut options = options.to_vec();
        if !tls {
            options.extend(["--tls", "off"]);
        }
        let house = House::with(&options);
        let token = house.cli(&["token", "new"]).prints();
        let url = house.url();
        let base = url.splitn(4, '/').nth(3).unwrap();
        Self {
            kind: Kind::Appliance,
            address: house.address(),
            base: format!("/{base}"),
            token,
            people: RwLock::default(),
            next: AtomicUsize::new(0),
            pid: house.pid(),
            start: Duration::ZERO,
            process: Process::House(Box::new(house)),
            groups: Mutex::default(),
        }
    }

    /// The bare server.
    pub(crate) fn floor() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let begun = Instant::now();
        let mut child = Command::new(std::env::current_exe().unwrap())
            .arg("--floor")
            .arg(directory.path().join("floor.sqlite"))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        Self {
            kind: Kind::Floor,
            address: Address {
                socket: line.trim().parse().unwrap(),
                tls: None,
            },
            base: String::new(),
            token: "none".into(),
            people: RwLock::default(),
            next: AtomicUsize::new(0),
            pid: child.id(),
            start: begun.elapsed(),
            process: Process::Child(child, directory),
            groups: Mutex::default(),
        }
    }

    /// The same server as another connection sees it, with the token of that.
    pub(crate) fn beside(&self, token: String) -> Self {
        Self {
            kind: self.kind,
            address: self.address.clone(),
            base: self.base.clone(),
            token,
            people: RwLock::default(),
            next: AtomicUsize::new(0),
            pid: self.pid,
            process: Process::Borrowed,
            start: self.start,
            groups: Mutex::default(),
        }
    }

    /// Stops the appliance and starts it on the same data; answers how long the start took.
    pub(crate) fn restart(&mut self) -> Duration {
        let Process::House(house) = &mut self.process else {
            return Duration::ZERO;
        };
        let took = house.restart();
        self.address = house.address();
        self.pid = house.pid();
        took
    }

    /// The house, when it is the appliance.
    pub(crate) fn house(&self) -> Option<&House> {
        match &self.process {
            Process::House(house) => Some(house),
            Process::Child(..) | Process::Borrowed => None,
        }
    }

    pub(crate) fn wire(&self) -> Wire {
        Wire::open(&self.address).unwrap()
    }

    /// Takes the next `count` numbers.
    pub(crate) fn numbers(&self, count: usize) -> usize {
        self.next.fetch_add(count, Ordering::Relaxed)
    }

    /// How many numbers were taken.
    pub(crate) fn taken(&self) -> usize {
        self.next.load(Ordering::Relaxed)
    }

    pub(crate) fn group(&self, size: usize) -> Option<String> {
        let groups = self.groups.lock().unwrap();
        groups
            .iter()
            .find(|(of, _)| *of == size)
            .map(|(_, id)| id.clone())
    }

    pub(crate) fn remember_group(&self, size: usize, id: String) {
        self.groups.lock().unwrap().push((size, id));
    }

    /// Seconds of processor time that it has used.
    pub(crate) fn processor(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.pid)).unwrap();
        // The name in parentheses may hold blanks; fields 14 and 15 are ticks of a hundredth.
        let rest = stat.rsplit_once(')').unwrap().1;
        let fields: Vec<&str> = rest.split_whitespace().collect();
        let ticks: f64 = fields[11..13]
            .iter()
            .map(|field| field.parse::<f64>().unwrap())
            .sum();
        ticks / 100.0
    }

    /// Resident memory in MB.
    pub(crate) fn memory(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid)).unwrap();
        let line = status
            .lines()
            .find(|line| line.starts_with("VmRSS:"))
            .unwrap();
        let kibibytes: f64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
        kibibytes * 1024.0 / 1e6
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Process::Child(child, _) = &mut self.process {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// The size of the binary in MB, as it was built for this run.
pub(crate) fn binary() -> f64 {
    let binary = Path::new(env!("CARGO_BIN_EXE_appliance"));
    #[expect(clippy::cast_precision_loss, reason = "a size of some megabytes")]
    let bytes = std::fs::metadata(binary).unwrap().len() as f64;
    bytes / 1e6
}
