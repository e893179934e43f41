//! From arguments to a report: one simulation from its first question to its last.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use serde_json::Value;

use super::address::Address;
use super::cast;
use super::command::{CommonArgs, SimulateArgs};
use super::error::SimulateError;
use super::progress::Progress;
use super::report::Report;
use super::roster::Roster;
use super::scene::Scene;
use super::script::Script;
use super::token;
use super::wire::{Client, Halt, Trust};
use super::world::{Day, Population};

/// What the command line knows besides the arguments.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// The Tenant URL of the local server, if one runs.
    pub local_url: Option<String>,
    /// Its self-signed certificate, which is trusted as well.
    pub local_certificate: Option<PathBuf>,
    /// The value of `APPLIANCE_TOKEN`.
    pub token: Option<String>,
}

/// Plays the provider. What went wrong on the way is in the report; an error means that nothing was begun.
pub fn run(args: &SimulateArgs, surroundings: &Surroundings) -> Result<Report, SimulateError> {
    let common = args.common();
    let url = common.url.as_ref().or(surroundings.local_url.as_ref());
    let address = Address::parse(url.ok_or(SimulateError::NoUrl)?)?;
    let script = cast::script(&args.provider, &address);
    let population = population(common, script.as_ref());
    if let Some(path) = &common.people {
        write_people(population, script.as_ref(), path).map_err(|source| SimulateError::File {
            path: path.clone(),
            source,
        })?;
    }
    let token = token::authorization(common.token_file.as_deref(), surroundings.token.as_deref())?;
    let trust = trust(common, surroundings);
    let connections = common.parallel.get();
    let client = Client::new(
        address.base.clone(),
        token,
        script.manner(),
        &trust,
        connections,
    )?;
    let mut scene = Scene {
        client,
        population,
        users: Roster::new(population.everybody()),
        groups: Roster::new(population.all_groups()),
        fresh: true,
        parallel: common.parallel,
        progress: Progress::on_terminal(),
    };
    let begun = Instant::now();
    let (users, groups) = totals(&scene, &address)?;
    let before = (users, groups.unwrap_or_default());
    if groups.is_none() {
        // Whoever sets up a connection that has people only leaves the groups out.
        scene.population.groups = 0;
        scene.groups = Roster::new(0);
    }
    if before.0 > 0 && !common.yes {
        return Err(SimulateError::HoldsPeople { people: before.0 });
    }
    scene.fresh = before == (0, 0);
    // Why it halted is in the record already; nobody is left to ask for the totals then.
    let _halted = script
        .play(&scene)
        .and_then(|()| scene.check_totals(before));
    Ok(Report {
        provider: args.provider.name(),
        url: address.base,
        users: population.users,
        groups: scene.population.groups,
        has_groups: population.groups == scene.population.groups,
        took: begun.elapsed(),
        record: scene.recorder().take(),
    })
}

fn population(common: &CommonArgs, script: &dyn Script) -> Population {
    let users = common.users.get();
    Population {
        seed: common.seed,
        users,
        leavers: if script.deletes() {
            users.div_ceil(100).min(50)
        } else {
            0
        },
        groups: if script.groups() { common.groups } else { 0 },
        members: common.members,
    }
}

fn trust(common: &CommonArgs, surroundings: &Surroundings) -> Trust {
    if common.insecure {
        return Trust::Blind;
    }
    let certificate = common
        .ca
        .as_ref()
        .or(surroundings.local_certificate.as_ref());
    Trust::Store(certificate.cloned())
}

/// The first question: how many users and groups there are. Whatever fails here ends the command, because nobody
/// could set up an identity provider with such an address or token.
fn totals(scene: &Scene, address: &Address) -> Result<(u64, Option<u64>), SimulateError> {
    let url = address.base.clone();
    match scene.totals() {
        Ok(Some(totals)) => Ok(totals),
        Ok(None) | Err(Halt::Elsewhere) => {
            let record = scene.recorder().take();
            let first = record.errors.first();
            let detail = first.map(|error| format!("{}: {}", error.request, error.detail));
            Err(SimulateError::NotScim {
                url,
                detail: detail.unwrap_or_default(),
            })
        }
        Err(Halt::Refused { status, detail }) => Err(SimulateError::Refused { status, detail }),
        Err(Halt::Unreachable { why }) => {
            let hint = if ["certificate", "UnknownIssuer", "invalid peer"]
                .iter()
                .any(|word| why.contains(word))
            {
                "\nhint: --ca FILE trusts a certificate that no public authority signed, --insecure any"
            } else {
                ""
            };
            Err(SimulateError::Unreachable { url, why, hint })
        }
    }
}

/// Writes everybody as they must be at the end, one resource to a line, in the order of the directory. A manager
/// is named by `userName`, because ids are the server's.
fn write_people(population: Population, script: &dyn Script, path: &Path) -> std::io::Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    for index in 0..population.users {
        let Some(person) = population.person(index, Day::Last) else {
            continue;
        };
        let mut resource = script.dress(person.profile, None).to_resource();
        let manager = person
            .manager
            .and_then(|manager| population.person(manager, Day::Last));
        if let Some(manager) = manager {
            resource.insert(
                "manager".to_owned(),
                Value::from(manager.profile.text("userName")),
            );
        }
        writeln!(out, "{}", Value::Object(resource))?;
    }
    out.flush()
}
