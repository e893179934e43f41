//! From arguments to a report: one simulation from its first question to its last.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use serde_json::Value;

use super::address::Address;
use super::command::{CommonArgs, EntraArgs, Flag, Provider, SimulateArgs};
use super::entra;
use super::error::SimulateError;
use super::progress::Progress;
use super::report::Report;
use super::roster::Roster;
use super::scene::Scene;
use super::token;
use super::wire::{Client, Halt, Manner, Trust};
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
    let population = population(common);
    if let Some(path) = &common.people {
        write_people(population, path).map_err(|source| SimulateError::File {
            path: path.clone(),
            source,
        })?;
    }
    let trust = if common.insecure {
        Trust::Blind
    } else {
        Trust::Store(
            common
                .ca
                .clone()
                .or_else(|| surroundings.local_certificate.clone()),
        )
    };
    let token = token::authorization(common.token_file.as_deref(), surroundings.token.as_deref())?;
    let client = Client::new(
        address.base.clone(),
        token,
        manner(&args.provider),
        &trust,
        common.parallel.get(),
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
    let before = test_connection(&mut scene, &args.provider, &address)?;
    if before.0 > 0 && !common.yes {
        return Err(SimulateError::HoldsPeople { people: before.0 });
    }
    let played = match &args.provider {
        Provider::Entra(entra) => entra::play(&scene, shapes(entra, &address)),
    };
    // Why it halted is in the record already; nobody is left to ask for the totals then.
    let _halted = played.and_then(|()| scene.check_totals(before));
    scene.progress.end();
    Ok(Report {
        provider: args.provider.name(),
        url: address.base,
        users: population.users,
        groups: population.groups,
        took: begun.elapsed(),
        record: scene.recorder().take(),
    })
}

fn population(common: &CommonArgs) -> Population {
    let users = common.users.get();
    Population {
        seed: common.seed,
        users,
        leavers: users.div_ceil(100).min(50),
        groups: common.groups,
        members: common.members,
    }
}

/// How the provider presents itself in the headers of its requests.
const fn manner(provider: &Provider) -> Manner {
    match provider {
        // No User-Agent reaches the server.
        Provider::Entra(_) => Manner {
            agent: "",
            accept: "application/scim+json",
            content: "application/scim+json; charset=utf-8",
        },
    }
}

fn shapes(args: &EntraArgs, address: &Address) -> entra::Shapes {
    use entra::Shape::{Classic, Compliant};
    match args.flag {
        Some(Flag::On) => entra::Shapes {
            initial: Compliant,
            second: Compliant,
            last: Compliant,
        },
        None if address.flagged => entra::Shapes {
            initial: Compliant,
            second: Compliant,
            last: Compliant,
        },
        Some(Flag::Off) => entra::Shapes {
            initial: Classic,
            second: Classic,
            last: Classic,
        },
        None => entra::Shapes {
            initial: Classic,
            second: Classic,
            last: Compliant,
        },
    }
}

/// The provider's connection test, and how many users and groups there are. Whatever fails here ends the command:
/// an identity provider would not save its configuration.
fn test_connection(
    scene: &mut Scene,
    provider: &Provider,
    address: &Address,
) -> Result<(u64, u64), SimulateError> {
    let tested = match provider {
        Provider::Entra(_) => entra::test_connection(scene),
    };
    let totals = tested.and_then(|()| scene.totals());
    let not_scim = || {
        let record = scene.recorder().take();
        let detail = record
            .errors
            .first()
            .map(|error| format!("{}: {}", error.request, error.detail));
        SimulateError::NotScim {
            url: address.base.clone(),
            detail: detail.unwrap_or_default(),
        }
    };
    match totals {
        Ok(Some((users, groups))) => {
            scene.fresh = users == 0 && groups == 0;
            Ok((users, groups))
        }
        Ok(None) | Err(Halt::Elsewhere) => Err(not_scim()),
        Err(Halt::Refused { status, detail }) => Err(SimulateError::Refused { status, detail }),
        Err(Halt::Unreachable { why }) => {
            let about_trust = ["certificate", "UnknownIssuer", "invalid peer"]
                .iter()
                .any(|word| why.contains(word));
            let hint = if about_trust {
                "\nhint: --ca FILE trusts a certificate that no public authority signed, --insecure any"
            } else {
                ""
            };
            Err(SimulateError::Unreachable {
                url: address.base.clone(),
                why,
                hint,
            })
        }
    }
}

/// Writes everybody as they must be at the end, one resource to a line, in the order of the directory. A manager
/// is named by `userName`, because ids are the server's.
fn write_people(population: Population, path: &Path) -> std::io::Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    for index in 0..population.users {
        let Some(person) = population.person(index, Day::Last) else {
            continue;
        };
        let mut resource = person.profile.to_resource();
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
