//! `appliance status`: how things stand, and what somebody should look at.

use serde_json::{Value, json};

use super::data::Data;
use super::exit::Exit;
use super::guard;
use super::local;
use super::options::Place;
use super::print;
use super::problem::Problem;
use super::seats;
use super::token_list::{day, days_left, minute};
use crate::base::{Timestamp, TlsSettings, in_words};
use crate::http::{Certificate, certificate_concern};
use crate::operate::status::{self, Concern, Figures, Report, Warning};
use crate::store::{Examination, Refused, Token};

pub(super) fn run(place: &Place, as_json: bool) -> Result<Exit, Problem> {
    let mut data = Data::present(place)?;
    data.settings = local::as_served(data.settings);
    let now = data.operator.now;
    let mut report = data.store.read(|view| status::report(view, now))?;
    let (certificate, concern) = certificate_concern(&data.settings, now);
    let (examination, stale) = match local::server(&data.settings.data_dir) {
        Some(server) => (server.examination, server.certificate_problem),
        None => (None, None),
    };
    let damage = examination.as_ref().and_then(Examination::complaint);
    let damage = damage.map(|what| Concern::Damaged { what });
    let stale = stale.map(|why| Concern::StaleCertificate { why });
    // One fault, one warning: what the server refuses is the file that was looked at here, unless it has
    // certificates issued.
    let issued = matches!(data.settings.tls, TlsSettings::Acme(_));
    let concern = concern.filter(|_| stale.is_none() || issued);
    let more = concern.into_iter().chain(damage).chain(stale);
    report.warnings.extend(more.map(|concern| Warning {
        connection: None,
        concern,
    }));
    report
        .warnings
        .extend(status::disk(&data.settings.data_dir));
    if as_json {
        print::json(&in_json(
            &report,
            certificate.as_ref(),
            examination.as_ref(),
            data.tenant_url().as_deref(),
        ))?;
    } else {
        tables(&report, certificate.as_ref(), examination.as_ref())?;
        for warning in &report.warnings {
            print::warning(&warning.to_string());
        }
    }
    Ok(if report.warnings.is_empty() {
        Exit::Done
    } else {
        Exit::Warned
    })
}

fn tables(
    report: &Report,
    certificate: Option<&Certificate>,
    examination: Option<&Examination>,
) -> Result<(), Problem> {
    let rows = report.connections.iter().map(|one| row(one, report.at));
    print::table(
        &[
            "CONNECTION",
            "STATE",
            "USERS",
            "INACTIVE",
            "SEATS",
            "WAITING",
            "GROUPS",
            "LAST REQUEST",
            "LAST CHANGE",
            "REQUESTS IN 24 H",
            "FAILED",
        ],
        rows.collect(),
        "no connections",
    )?;
    let tokens = report.connections.iter().flat_map(|one| {
        let name = one.connection.name.as_str();
        one.tokens
            .iter()
            .map(move |token| token_row(name, token, report.at))
    });
    print::line("")?;
    print::table(
        &[
            "TOKEN",
            "CONNECTION",
            "NAME",
            "DAYS LEFT",
            "LAST USED",
            "FROM",
        ],
        tokens.collect(),
        "no token is good; `appliance token new` makes one",
    )?;
    unguarded(report)?;
    released(report)?;
    print::line(&match &report.backup {
        Some(backup) => format!(
            "\nThe last backup that was found sound was made on {}: {}",
            ago(Some(backup.made), report.at),
            backup.file
        ),
        None => "\nThere is no backup.".to_owned(),
    })?;
    if let Some(examination) = examination {
        let verdict = if examination.is_sound() {
            "found sound"
        } else {
            "found damaged"
        };
        print::line(&format!(
            "\nThe database was looked through on {}, and {verdict}.",
            ago(Some(examination.at), report.at)
        ))?;
    }
    if let Some(certificate) = certificate {
        let own = if certificate.self_signed {
            ", self-signed"
        } else {
            ""
        };
        print::line(&format!(
            "\nThe certificate is good until {}{own}.",
            day(certificate.expires)
        ))?;
    }
    Ok(())
}

/// Recommends a guard where people are and none is. That is no warning: it is as the operator wants it.
fn unguarded(report: &Report) -> Result<(), Problem> {
    let open = report.connections.iter().filter(|figures| {
        figures.policy.guard.share.is_none() && figures.active + figures.inactive > 0
    });
    for figures in open {
        let name = &figures.connection.name;
        print::line(&format!(
            "\nConnection `{name}` has no guard against mass changes; `appliance connection set {name} \
             guard=20%/1h` is recommended."
        ))?;
    }
    Ok(())
}

/// Says where a guard holds nothing back for now. That is no warning either: the operator asked for it.
fn released(report: &Report) -> Result<(), Problem> {
    for figures in &report.connections {
        if let Some(until) = guard::released(&figures.watch, report.at) {
            print::line(&format!(
                "\nThe guard of connection `{}` lets everything pass {}.",
                figures.connection.name,
                guard::until(until, report.at)
            ))?;
        }
    }
    Ok(())
}

fn row(figures: &Figures, now: Timestamp) -> Vec<String> {
    vec![
        figures.connection.name.clone(),
        state(figures).to_owned(),
        figures.active.to_string(),
        figures.inactive.to_string(),
        seats::limit(&figures.seats),
        figures.seats.waiting.to_string(),
        figures.groups.to_string(),
        ago(figures.last_request, now),
        ago(figures.last_change, now),
        figures.requests.to_string(),
        figures.failed.to_string(),
    ]
}

const fn state(figures: &Figures) -> &'static str {
    if figures.connection.paused {
        "paused"
    } else {
        "open"
    }
}

fn token_row(connection: &str, token: &Token, now: Timestamp) -> Vec<String> {
    vec![
        token.number.to_string(),
        connection.to_owned(),
        token.name.clone(),
        days_left(token, now).map_or_else(|| "for ever".to_owned(), |days| days.to_string()),
        ago(token.last_used, now),
        token.last_address.clone().unwrap_or_else(|| "-".to_owned()),
    ]
}

/// `2026-11-20 09:30Z (5 minutes ago)`
fn ago(at: Option<Timestamp>, now: Timestamp) -> String {
    match at {
        Some(at) => format!("{} ({} ago)", minute(at), in_words(now.since(at))),
        None => "never".to_owned(),
    }
}

fn in_json(
    report: &Report,
    certificate: Option<&Certificate>,
    examination: Option<&Examination>,
    url: Option<&str>,
) -> Value {
    let certificate = certificate.map(|certificate| {
        json!({
            "file": certificate.file.display().to_string(),
            "selfSigned": certificate.self_signed,
            "expires": certificate.expires.to_string(),
        })
    });
    json!({
        "at": report.at.to_string(),
        "tenantUrl": url,
        "certificate": certificate,
        "connections": report
            .connections
            .iter()
            .map(|figures| connection(figures, report.at))
            .collect::<Value>(),
        "backup": report.backup.as_ref().map(|backup| json!({
            "file": backup.file,
            "made": backup.made.to_string(),
            "bytes": backup.bytes,
            "verified": backup.verified.to_string(),
        })),
        "integrity": examination.map(|examination| json!({
            "at": examination.at.to_string(),
            "sound": examination.is_sound(),
            "complaints": examination.complaints,
        })),
        "refused": report.refused.iter().map(refused).collect::<Value>(),
        "warnings": report.warnings.iter().map(warning).collect::<Value>(),
    })
}

fn connection(figures: &Figures, now: Timestamp) -> Value {
    let instant = |instant: Option<Timestamp>| instant.map(|instant| instant.to_string());
    let tokens = figures.tokens.iter().map(|token| {
        json!({
            "id": token.number,
            "name": token.name,
            "kind": token.kind.name(),
            "clientId": token.kind.client(),
            "scope": token.scope.as_str(),
            "expires": instant(token.expires),
            "daysLeft": days_left(token, now),
            "lastUsed": instant(token.last_used),
            "lastAddress": token.last_address,
            "successor": token.successor,
        })
    });
    json!({
        "name": figures.connection.name,
        "state": state(figures),
        "users": {"active": figures.active, "inactive": figures.inactive},
        "seats": seats::in_json(&figures.seats),
        "groups": figures.groups,
        "guard": {
            "share": figures.policy.guard.share(),
            "heldSince": instant(figures.watch.held.map(|(since, _)| since)),
            "held": figures.watch.times,
            "releasedUntil": instant(guard::released(&figures.watch, now)),
        },
        "lastRequest": instant(figures.last_request),
        "lastChange": instant(figures.last_change),
        "requestsIn24Hours": figures.requests,
        "failedIn24Hours": figures.failed,
        "tokens": tokens.collect::<Value>(),
    })
}

fn refused(refused: &Refused) -> Value {
    json!({
        "why": refused.why,
        "token": refused.token,
        "times": refused.times,
        "first": refused.first_seen.to_string(),
        "last": refused.last_seen.to_string(),
        "address": refused.address,
    })
}

fn warning(warning: &Warning) -> Value {
    json!({
        "kind": warning.concern.kind(),
        "connection": warning.connection,
        "text": warning.text().to_string(),
    })
}
