//! Puts the findings together and says them.

use serde_json::{Value, json};

use super::configuration::{self, Configuration, Row};
use super::database::{self, Database};
use super::finding::{Finding, Verdict};
use super::{certificate, command::CheckArgs, keys, machine, reach};
use crate::base::Clock;
use crate::cli::exit::Exit;
use crate::cli::options::Place;
use crate::cli::problem::Problem;
use crate::cli::{data, local, owner, print};
use crate::store::{Pragmas, sqlite_version};

pub(in crate::cli) fn run(place: &Place, wanted: &CheckArgs) -> Result<Exit, Problem> {
    let now = Clock::system().now();
    let Configuration {
        settings,
        rows,
        mut findings,
    } = configuration::look(place);
    let mut pragmas = Vec::new();
    if let Some(settings) = settings {
        owner::become_owner(&settings.data_dir)?;
        let settings = local::as_served(settings);
        let has_data = data::has_data(&settings.data_dir);
        // Before anything else is looked at, which would find a key or a database as it was until now.
        let files = has_data.then(|| machine::files(&settings));
        findings.extend(certificate::look(&settings, now));
        findings.extend(files.into_iter().flatten());
        if has_data {
            let Database {
                findings: of_database,
                pragmas: found,
                tenants,
                last,
            } = database::look(&settings, now);
            pragmas = found;
            findings.push(machine::clock(&settings, last, now));
            findings.extend(of_database);
            findings.extend(keys::look(&settings.entra, &tenants));
        } else {
            findings.push(Finding::warning(
                "database",
                format!(
                    "there is none in {}; the first start makes it",
                    settings.data_dir.display()
                ),
            ));
        }
        findings.push(match local::server(&settings.data_dir) {
            Some(server) => Finding::good("server", format!("runs at {}", server.url)),
            None => Finding::good("server", "does not run"),
        });
        findings.push(reach::look(settings.public_url.as_deref()));
    }
    let worst = findings.iter().map(|finding| finding.verdict).max();
    let worst = worst.unwrap_or(Verdict::Good);
    if wanted.shown.json {
        print::json(&in_json(worst, &findings, &rows, &pragmas))?;
    } else {
        say(&findings, rows, &pragmas)?;
    }
    Ok(worst.exit())
}

fn say(findings: &[Finding], rows: Vec<Row>, pragmas: &[Pragmas]) -> Result<(), Problem> {
    print::table(
        &["SETTING", "VALUE", "FROM"],
        rows.into_iter()
            .map(|row| {
                vec![
                    row.name,
                    row.value.unwrap_or_else(|| "-".to_owned()),
                    row.from,
                ]
            })
            .collect(),
        "the settings cannot be read",
    )?;
    if !pragmas.is_empty() {
        print::line(&format!("\nSQLITE {}", sqlite_version()))?;
    }
    for kind in pragmas {
        let values: Vec<String> = kind
            .values
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        print::line(&format!("{}: {}", kind.purpose, values.join(" ")))?;
    }
    print::line("")?;
    for finding in findings {
        let Finding {
            topic,
            verdict,
            text,
            remedy,
        } = finding;
        print::line(&format!("{:<8}  {topic:<11}  {text}", verdict.word()))?;
        if let Some(remedy) = remedy {
            print::line(&format!("{:<8}  {:<11}  hint: {remedy}", "", ""))?;
        }
    }
    Ok(())
}

fn in_json(worst: Verdict, findings: &[Finding], rows: &[Row], pragmas: &[Pragmas]) -> Value {
    let settings = rows
        .iter()
        .map(|row| json!({"name": row.name, "value": row.value, "from": row.from}));
    let connections = pragmas.iter().map(|kind| {
        let values: serde_json::Map<String, Value> = kind
            .values
            .iter()
            .map(|(name, value)| ((*name).to_owned(), json!(value)))
            .collect();
        json!({"purpose": kind.purpose, "pragmas": values})
    });
    json!({
        "verdict": worst.word(),
        "findings": findings.iter().map(Finding::in_json).collect::<Value>(),
        "settings": settings.collect::<Value>(),
        "sqlite": {"version": sqlite_version(), "connections": connections.collect::<Value>()},
    })
}
