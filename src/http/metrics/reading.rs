//! Everything that is on the page, gathered when somebody asks for it.

use std::collections::BTreeMap;

use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;

use super::files::Files;
use crate::base::{Timestamp, panics};
use crate::http::app::App;
use crate::http::histogram::Histogram;
use crate::http::meters::Answered;
use crate::http::tls::{Certificate, certificate_concern};
use crate::operate::Failure;
use crate::operate::status::{self, Concern, Report, Warning};
use crate::store::{Examination, Load, Recording, View};

/// The page at one instant.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) report: Report,
    /// By connection and rewrite.
    pub(super) tolerated: BTreeMap<(String, String), u64>,
    pub(super) certificate: Option<Certificate>,
    pub(super) answered: Vec<Answered>,
    pub(super) durations: Vec<(&'static str, Histogram)>,
    pub(super) refused: Vec<(&'static str, u64)>,
    pub(super) load: Load,
    pub(super) recording: Option<Recording>,
    pub(super) examination: Option<Examination>,
    pub(super) files: Files,
    pub(super) panics: u64,
    pub(super) started: Timestamp,
}

/// The page as text.
pub(in crate::http) fn read(app: &App) -> Result<String, Failure> {
    let mut registry = Registry::with_prefix("appliance");
    registry.register_collector(Box::new(Reading::gather(app)?));
    let mut text = String::new();
    // Writing into a text fails only where something that writes itself does, and here nothing does.
    if encode(&mut text, &registry).is_err() {
        tracing::error!("the page of metrics could not be written in full");
    }
    Ok(text)
}

impl Reading {
    fn gather(app: &App) -> Result<Self, Failure> {
        let now = app.clock.now();
        let (mut report, tolerated) = app.store.read_long::<_, Failure>(|view| {
            let report = status::report(view, now)?;
            let tolerated = tolerated(view, &report)?;
            Ok((report, tolerated))
        })?;
        let (certificate, concern) = certificate_concern(&app.settings, now);
        report.warnings.extend(concern.map(|concern| Warning {
            connection: None,
            concern,
        }));
        report.warnings.extend(status::disk(&app.settings.data_dir));
        let examination = app.examination();
        let complaint = examination.as_ref().and_then(Examination::complaint);
        report.warnings.extend(complaint.map(|what| Warning {
            connection: None,
            concern: Concern::Damaged { what },
        }));
        Ok(Self {
            report,
            tolerated,
            certificate,
            answered: app.meters.answered(),
            durations: app.meters.durations().collect(),
            refused: app.meters.refused().collect(),
            load: app.store.load(),
            recording: app.recorder.as_ref().map(|recorder| recorder.load()),
            examination,
            files: Files::of(&app.settings.data_dir),
            panics: panics(),
            started: app.started,
        })
    }
}

/// What was rewritten or left out, by connection and kind, as it was last written down.
fn tolerated(view: &View<'_>, report: &Report) -> Result<BTreeMap<(String, String), u64>, Failure> {
    let mut sums = BTreeMap::new();
    for figures in &report.connections {
        for row in view.tolerated(figures.connection.number)? {
            let key = (figures.connection.name.clone(), row.what);
            *sums.entry(key).or_insert(0) += row.times;
        }
    }
    Ok(sums)
}
