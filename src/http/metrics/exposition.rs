//! Every metric on one page, with its name and what it says.

use std::collections::BTreeMap;
use std::fmt;

use jiff::SignedDuration;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::DescriptorEncoder;

use super::page::{Labels, Page};
use super::reading::Reading;
use crate::base::Timestamp;
use crate::http::histogram::Histogram;
use crate::operate::status::Figures;
use crate::store::{Load, Scope};

impl Collector for Reading {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let mut page = Page(encoder);
        self.requests(&mut page)?;
        self.connections(&mut page)?;
        self.tokens(&mut page)?;
        self.store(&mut page)?;
        self.installation(&mut page)
    }
}

impl Reading {
    fn requests(&self, page: &mut Page<'_>) -> fmt::Result {
        let name = |number: Option<i64>| {
            let connections = &self.report.connections;
            let found = connections
                .iter()
                .find(|figures| Some(figures.connection.number) == number);
            // An empty label is none: nobody knows who it was, or the connection is gone.
            found.map_or_else(String::new, |figures| figures.connection.name.clone())
        };
        let mut requests = BTreeMap::<_, u64>::new();
        let mut throttled = BTreeMap::<_, u64>::new();
        for answered in &self.answered {
            let connection = name(answered.connection);
            if answered.status == 429 {
                *throttled.entry(connection.clone()).or_default() += answered.times;
            }
            let key = (connection, answered.method, answered.status);
            *requests.entry(key).or_default() += answered.times;
        }
        page.counters(
            "requests",
            "Requests that were answered; status 0 is any other",
            requests
                .into_iter()
                .map(|((connection, method, status), times)| {
                    let labels = vec![
                        ("connection", connection),
                        ("method", method.to_owned()),
                        ("status", status.to_string()),
                    ];
                    (labels, times)
                }),
        )?;
        page.histograms(
            "request_duration_seconds",
            "Time from the head of a request to its answer",
            self.durations
                .iter()
                .filter(|(_, it)| it.count > 0)
                .map(|(method, histogram)| {
                    (vec![("method", (*method).to_owned())], histogram.clone())
                }),
        )?;
        page.counters(
            "requests_throttled",
            "Requests that were answered 429, by connection; without one, addresses after bad credentials",
            throttled
                .into_iter()
                .map(|(connection, times)| (vec![("connection", connection)], times)),
        )?;
        page.counters(
            "credentials_refused",
            "Credentials that were refused, by what was wrong with them",
            self.refused
                .iter()
                .map(|(why, times)| (vec![("why", (*why).to_owned())], *times)),
        )?;
        page.counters(
            "rewrites",
            "What identity providers sent and was rewritten or left out, as `connection show` lists it",
            self.tolerated.iter().map(|((connection, what), times)| {
                let labels = vec![("connection", connection.clone()), ("what", what.clone())];
                (labels, *times)
            }),
        )
    }

    fn connections(&self, page: &mut Page<'_>) -> fmt::Result {
        let each = |value: fn(&Figures) -> Option<f64>| {
            self.report
                .connections
                .iter()
                .filter_map(move |figures| Some((of(figures), value(figures)?)))
        };
        let users = self.report.connections.iter().flat_map(|figures| {
            let row = |active: &str, count: u64| {
                let mut labels = of(figures);
                labels.push(("active", active.to_owned()));
                (labels, number(count))
            };
            [row("true", figures.active), row("false", figures.inactive)]
        });
        page.gauges("users", "People of a connection", users)?;
        page.gauges(
            "groups",
            "Groups of a connection",
            each(|figures| Some(number(figures.groups))),
        )?;
        page.gauges(
            "connection_paused",
            "1 while every request of the connection is answered 503",
            each(|figures| Some(f64::from(u8::from(figures.connection.paused)))),
        )?;
        page.gauges(
            "last_request_timestamp_seconds",
            "When the connection was last heard of",
            each(|figures| figures.last_request.map(seconds)),
        )?;
        page.gauges(
            "last_change_timestamp_seconds",
            "When the connection last changed something",
            each(|figures| figures.last_change.map(seconds)),
        )?;
        let mut warnings = BTreeMap::<_, u64>::new();
        for warning in &self.report.warnings {
            let connection = warning.connection.clone().unwrap_or_default();
            *warnings
                .entry((connection, warning.concern.kind()))
                .or_default() += 1;
        }
        page.gauges(
            "warnings",
            "What `appliance status` warns of, by kind",
            warnings.into_iter().map(|((connection, kind), count)| {
                let labels = vec![("connection", connection), ("kind", kind.to_owned())];
                (labels, number(count))
            }),
        )
    }

    fn tokens(&self, page: &mut Page<'_>) -> fmt::Result {
        let now = self.report.at;
        let figures = &self.report.connections;
        let tokens = figures.iter().flat_map(|figures| {
            figures.tokens.iter().filter_map(move |token| {
                let mut labels = of(figures);
                labels.push(("token", token.number.to_string()));
                Some((labels, days(token.expires?.since(now))))
            })
        });
        page.gauges(
            "token_days_left",
            "Days until a token expires; those that never do are not here",
            tokens,
        )?;
        let counts = figures.iter().flat_map(|figures| {
            [Scope::Provision, Scope::Read].map(|scope| {
                let mut labels = of(figures);
                labels.push(("scope", scope.as_str().to_owned()));
                let good = figures.tokens.iter().filter(|token| token.scope == scope);
                (labels, number(good.count()))
            })
        });
        page.gauges("tokens", "Tokens that are good now", counts)?;
        page.gauge_if(
            "certificate_days_left",
            "Days until the certificate of the listener expires",
            self.certificate
                .as_ref()
                .map(|certificate| days(certificate.expires.since(now))),
        )
    }

    fn store(&self, page: &mut Page<'_>) -> fmt::Result {
        let load = &self.load;
        page.histogram(
            "commit_group_size",
            "Writes that shared one commit",
            &group_sizes(load),
        )?;
        page.counter(
            "commit_failures",
            "Groups of writes that could not be kept",
            load.failures,
        )?;
        page.gauge(
            "commit_queue_depth",
            "Writes that wait for their turn",
            number(load.waiting),
        )?;
        page.gauges(
            "file_bytes",
            "Sizes of what is in the data directory",
            self.files
                .sizes
                .iter()
                .map(|(file, size)| (vec![("file", (*file).to_owned())], number(*size))),
        )?;
        page.gauge_if(
            "disk_free_bytes",
            "What is free on the disk of the data directory",
            self.files.free.map(number),
        )?;
        if let Some(examination) = &self.examination {
            page.gauge(
                "integrity_ok",
                "1 if the pages of the database were sound when they were last looked through",
                f64::from(u8::from(examination.is_sound())),
            )?;
            page.gauge(
                "integrity_timestamp_seconds",
                "When the pages of the database were last looked through",
                seconds(examination.at),
            )?;
        }
        if let Some(recording) = &self.recording {
            page.counter(
                "exchanges_kept",
                "Requests that were recorded for `appliance log`",
                recording.kept,
            )?;
            page.counter(
                "exchanges_dropped",
                "Requests that were not recorded because there was no room",
                recording.lost,
            )?;
        }
        Ok(())
    }

    fn installation(&self, page: &mut Page<'_>) -> fmt::Result {
        page.gauge_if(
            "backup_timestamp_seconds",
            "When the newest backup was made that was found sound",
            self.report
                .backup
                .as_ref()
                .map(|backup| seconds(backup.made)),
        )?;
        page.gauge_if(
            "backup_verified_timestamp_seconds",
            "When a backup was last found sound, by making or by verifying it",
            self.report.verified.map(seconds),
        )?;
        page.counter(
            "panics",
            "Faults that ended a thread or a request",
            self.panics,
        )?;
        page.gauge(
            "start_timestamp_seconds",
            "When the server started",
            seconds(self.started),
        )?;
        let version = vec![("version", env!("CARGO_PKG_VERSION").to_owned())];
        page.gauges("build", "The version that runs", [(version, 1.0)])
    }
}

fn of(figures: &Figures) -> Labels {
    vec![("connection", figures.connection.name.clone())]
}

fn group_sizes(load: &Load) -> Histogram {
    Histogram {
        sum: number(load.jobs),
        count: load.groups,
        buckets: load
            .sizes()
            .map(|(most, groups)| (most.map_or(f64::INFINITY, number), groups))
            .collect(),
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a count of 2^53 and more would be off by one"
)]
fn number(count: impl TryInto<u64>) -> f64 {
    count.try_into().unwrap_or(u64::MAX) as f64
}

fn days(left: SignedDuration) -> f64 {
    left.as_secs_f64() / 86_400.0
}

fn seconds(at: Timestamp) -> f64 {
    SignedDuration::from_millis(at.as_millis()).as_secs_f64()
}
