//! What the simulation found, for people and for programs.

use std::io::{self, Write};
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::wire::{Record, Trouble};

/// The outcome of a simulation that began.
#[derive(Debug)]
pub struct Report {
    pub(super) provider: &'static str,
    pub(super) url: String,
    pub(super) users: usize,
    pub(super) groups: usize,
    /// Whether the connection takes the groups that were to be sent.
    pub(super) has_groups: bool,
    pub(super) took: Duration,
    pub(super) record: Record,
}

/// The figures of one method and path, or of all.
#[derive(Debug, PartialEq)]
struct Figures {
    count: usize,
    median: f64,
    percentile_99: f64,
    longest: f64,
}

impl Report {
    /// Whether an administrator of the identity provider would see no error.
    pub const fn is_clean(&self) -> bool {
        self.record.error_count == 0
    }

    /// Whether the server left out some of what was sent.
    pub fn left_something_out(&self) -> bool {
        !self.record.left_out.is_empty()
    }

    /// The report as one JSON object. Times are in milliseconds.
    pub fn to_json(&self) -> Value {
        let all = self.all();
        let calls: Vec<Value> = self
            .record
            .times
            .iter()
            .map(|((method, path), times)| {
                let figures = Figures::of(times.clone());
                json!({
                    "method": method.as_str(), "path": path, "count": figures.count,
                    "p50_ms": figures.median, "p99_ms": figures.percentile_99, "max_ms": figures.longest,
                })
            })
            .collect();
        let parts: Vec<Value> = self
            .record
            .parts
            .iter()
            .map(|(name, deeds)| {
                let mut part = Map::new();
                part.insert("part".to_owned(), json!(name));
                part.extend(
                    deeds
                        .iter()
                        .map(|(deed, times)| (deed.as_str().replace(' ', "_"), json!(times))),
                );
                Value::Object(part)
            })
            .collect();
        let answers: Map<String, Value> = self
            .record
            .statuses
            .iter()
            .map(|(status, times)| (status.to_string(), json!(times)))
            .collect();
        let slowest: Vec<Value> = self
            .record
            .slowest
            .iter()
            .map(|(micros, method, path)| json!({"method": method.as_str(), "path": path, "ms": millis(*micros)}))
            .collect();
        let errors: Vec<Value> = self.record.errors.iter().map(error_json).collect();
        json!({
            "provider": self.provider,
            "url": self.url,
            "users": self.users,
            "groups": self.groups,
            "hasGroups": self.has_groups,
            "seconds": self.took.as_secs_f64(),
            "requests": all.count,
            "p50_ms": all.median,
            "p99_ms": all.percentile_99,
            "answers": answers,
            "parts": parts,
            "calls": calls,
            "slowest": slowest,
            "leftOut": self.record.left_out,
            "errors": {"count": self.record.error_count, "listed": errors},
        })
    }

    /// Prints the report, as JSON or for people.
    pub fn print(&self, out: &mut dyn Write, as_json: bool) -> io::Result<()> {
        if as_json {
            return writeln!(out, "{:#}", self.to_json());
        }
        let all = self.all();
        writeln!(
            out,
            "{} against {}: {} users, {} groups{}",
            self.provider,
            self.url,
            self.users,
            self.groups,
            if self.has_groups {
                ""
            } else {
                ", because the connection has none"
            }
        )?;
        for (part, deeds) in &self.record.parts {
            let deeds: Vec<String> = deeds
                .iter()
                .map(|(deed, times)| format!("{times} {}", deed.as_str()))
                .collect();
            let deeds = if deeds.is_empty() {
                "nothing changed".to_owned()
            } else {
                deeds.join(", ")
            };
            writeln!(out, "  {part}: {deeds}")?;
        }
        let answers: Vec<String> = self
            .record
            .statuses
            .iter()
            .map(|(status, times)| format!("{times} × {status}"))
            .collect();
        writeln!(
            out,
            "requests: {} in {:.1} s",
            all.count,
            self.took.as_secs_f64()
        )?;
        writeln!(out, "answers: {}", answers.join(", "))?;
        writeln!(
            out,
            "time: p50 {:.1} ms, p99 {:.1} ms",
            all.median, all.percentile_99
        )?;
        writeln!(out, "slowest:")?;
        for (micros, method, path) in &self.record.slowest {
            writeln!(
                out,
                "  {:8.1} ms  {} {path}",
                millis(*micros),
                method.as_str()
            )?;
        }
        if self.left_something_out() {
            writeln!(out, "left out by the server, of everybody:")?;
            for (attribute, people) in &self.record.left_out {
                writeln!(out, "  {attribute}: sent of {people}")?;
            }
        }
        self.print_errors(out)
    }

    fn print_errors(&self, out: &mut dyn Write) -> io::Result<()> {
        if self.is_clean() {
            return writeln!(out, "errors: none");
        }
        writeln!(out, "errors: {}", self.record.error_count)?;
        for error in &self.record.errors {
            write!(out, "  {}: {}", error.kind.as_str(), error.request)?;
            if let Some(status) = error.status {
                write!(out, " → {status}")?;
            }
            if !error.subject.is_empty() {
                write!(out, ", {}", error.subject)?;
            }
            writeln!(out, "\n    {}", error.detail)?;
        }
        let listed = u64::try_from(self.record.errors.len()).unwrap_or(u64::MAX);
        match self.record.error_count.saturating_sub(listed) {
            0 => Ok(()),
            more => writeln!(out, "  and {more} more like these"),
        }
    }

    fn all(&self) -> Figures {
        Figures::of(self.record.times.values().flatten().copied().collect())
    }
}

impl Figures {
    fn of(mut micros: Vec<u32>) -> Self {
        micros.sort_unstable();
        let at = |hundredths: usize| {
            let rank = (micros.len() * hundredths).div_ceil(100).saturating_sub(1);
            micros.get(rank).copied().map_or(0.0, millis)
        };
        Self {
            count: micros.len(),
            median: at(50),
            percentile_99: at(99),
            longest: at(100),
        }
    }
}

fn millis(micros: u32) -> f64 {
    f64::from(micros) / 1000.0
}

fn error_json(error: &Trouble) -> Value {
    json!({
        "kind": error.kind.as_str(), "request": error.request, "status": error.status,
        "subject": error.subject, "detail": error.detail,
    })
}

#[cfg(test)]
mod tests {
    use super::super::wire::{Kind, Recorder};
    use super::*;

    fn report(errors: usize) -> Report {
        let recorder = Recorder::default();
        recorder.begin("initial cycle");
        for _ in 0..errors {
            recorder.trouble(Trouble {
                kind: Kind::Status,
                request: "POST /Users".to_owned(),
                status: Some(500),
                subject: "mira@example.net".to_owned(),
                detail: "expected 201".to_owned(),
            });
        }
        let took = Duration::from_secs(2);
        let url = "https://127.0.0.1:8443/scim/v2".to_owned();
        Report {
            provider: "entra",
            url,
            users: 5,
            groups: 1,
            has_groups: true,
            took,
            record: recorder.take(),
        }
    }

    #[test]
    fn a_clean_report_says_so() {
        let mut out = Vec::new();
        report(0).print(&mut out, false).unwrap();
        assert!(String::from_utf8(out).unwrap().ends_with("errors: none\n"));
        assert!(report(0).is_clean());
    }

    #[test]
    fn errors_are_listed_and_the_rest_counted() {
        let mut out = Vec::new();
        report(9).print(&mut out, false).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.contains("unexpected status: POST /Users → 500, mira@example.net"));
        assert!(text.ends_with("and 4 more like these\n"));
        assert!(!report(9).is_clean());
        assert_eq!(report(9).to_json()["errors"]["count"], 9);
    }

    #[test]
    fn percentiles_are_by_nearest_rank() {
        let figures = Figures::of((1..=100).map(|number| number * 1000).collect());
        assert_eq!(
            figures,
            Figures {
                count: 100,
                median: 50.0,
                percentile_99: 99.0,
                longest: 100.0
            }
        );
        assert_eq!(Figures::of(Vec::new()).count, 0);
    }
}
