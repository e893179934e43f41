//! `appliance schema …`

use std::fs::File;
use std::io::{self, IsTerminal, Read};

use serde_json::{Value, json};

use super::data::Data;
use super::exit::Exit;
use super::options::Place;
use super::print;
use super::problem::Problem;
use super::schema_command::SchemaCommand;
use crate::operate::schemas::{self, Declared, Listed, Origin, Wanted};
use crate::scim::schema::{Attribute, Mutability, Returned, Type, Uniqueness};
use crate::scim::{Kind, Urn};

/// A larger file is no schema.
const MOST_BYTES: u64 = 1 << 20;

pub(super) fn run(place: &Place, command: SchemaCommand) -> Result<Exit, Problem> {
    match command {
        SchemaCommand::Add { wanted } => add(place, &wanted),
        SchemaCommand::List { shown } => list(place, shown.json),
        SchemaCommand::Show { urn, shown } => show(place, &urn, shown.json),
        SchemaCommand::Remove { urn, force, shown } => remove(place, urn, force, shown.json),
    }
}

fn add(place: &Place, given: &[String]) -> Result<Exit, Problem> {
    // Files are read as whoever typed the command, before it becomes the owner of the data.
    let mut wanted: Vec<Wanted> = Vec::new();
    for text in given {
        let is_urn = text
            .get(..4)
            .is_some_and(|start| start.eq_ignore_ascii_case("urn:"));
        if is_urn {
            wanted.push(schemas::field(text)?);
        } else {
            let name = if text == "-" { "stdin" } else { text };
            wanted.extend(schemas::read(name, &file(text)?)?);
        }
    }
    let data = Data::present_or_new(place)?;
    let operator = data.operator.clone();
    let declared = data
        .store
        .write(move |tx| schemas::declare(tx, &wanted, &operator))
        .wait()?;
    if declared.is_empty() {
        print::note("all of it was declared already");
    }
    for one in &declared {
        print::note(&format!("{}: {}", one.urn, told(one)));
    }
    let mut exit = Exit::Done;
    for one in &declared {
        for name in &one.out_of_reach {
            exit = Exit::Warned;
            print::warning(&format!(
                "{}:{name} is readOnly: no client can give it a value, and nothing else will",
                one.urn
            ));
        }
    }
    Ok(exit)
}

/// What stands in a file, or on stdin.
fn file(name: &str) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    let read = if name == "-" {
        if io::stdin().is_terminal() {
            print::note("Type the document, then press Ctrl-D:");
        }
        io::stdin().take(MOST_BYTES + 1).read_to_end(&mut bytes)
    } else {
        File::open(name).and_then(|file| file.take(MOST_BYTES + 1).read_to_end(&mut bytes))
    };
    match read {
        Ok(_) if bytes.len() as u64 > MOST_BYTES => Err(Problem::usage(format!(
            "{name}: larger than {MOST_BYTES} bytes, which no schema is"
        ))),
        Ok(_) => Ok(bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(Problem::not_found(format!("{name}: {error}"))
                .hint("a single attribute begins with `urn:`, everything else is a file"))
        }
        Err(error) => Err(Problem::failed(format!("{name}: {error}"))),
    }
}

/// `declared badge, since; changed site`
fn told(declared: &Declared) -> String {
    let mut parts = Vec::new();
    if !declared.added.is_empty() {
        parts.push(format!("declared {}", declared.added.join(", ")));
    }
    if !declared.amended.is_empty() {
        parts.push(format!("changed {}", declared.amended.join(", ")));
    }
    if parts.is_empty() {
        parts.push("changed".to_owned());
    }
    parts.join("; ")
}

fn list(place: &Place, as_json: bool) -> Result<Exit, Problem> {
    let data = Data::present(place)?;
    let listed = data.store.read(|view| schemas::list(view))?;
    if as_json {
        let listed = listed.iter().map(|one| {
            json!({
                "urn": one.document.id.as_str(),
                "name": one.document.name,
                "extends": names(&one.kinds),
                "origin": origin(one.origin),
                "attributes": one.document.attributes.len(),
                "resources": one.resources,
            })
        });
        print::json(&listed.collect())?;
        return Ok(Exit::Done);
    }
    let rows = listed.iter().map(|one| {
        vec![
            one.document.id.to_string(),
            names(&one.kinds).join(", "),
            origin(one.origin).to_owned(),
            one.document.attributes.len().to_string(),
            one.resources.to_string(),
        ]
    });
    print::table(
        &["URN", "OF", "FROM", "ATTRIBUTES", "RESOURCES"],
        rows.collect(),
        "no schemas",
    )?;
    Ok(Exit::Done)
}

fn names(kinds: &[Kind]) -> Vec<&'static str> {
    kinds.iter().map(|kind| kind.name()).collect()
}

const fn origin(origin: Origin) -> &'static str {
    match origin {
        Origin::Rfc => "RFC 7643",
        Origin::Extended => "RFC 7643 and you",
        Origin::Operator => "you",
    }
}

fn show(place: &Place, urn: &str, as_json: bool) -> Result<Exit, Problem> {
    let data = Data::present(place)?;
    let Listed {
        document, kinds, ..
    } = data.store.read(|view| schemas::show(view, urn))?;
    if as_json {
        let mut json = document.to_json();
        json.insert("extends".into(), json!(names(&kinds)));
        print::json(&Value::Object(json))?;
        return Ok(Exit::Done);
    }
    let mut rows = Vec::new();
    for attribute in &document.attributes {
        rows.push(row("", attribute));
        for sub in &attribute.sub_attributes {
            rows.push(row(&format!("{}.", attribute.name), sub));
        }
    }
    print::table(&["ATTRIBUTE", "TYPE", "RULES"], rows, "no attributes")?;
    Ok(Exit::Done)
}

fn row(of: &str, attribute: &Attribute) -> Vec<String> {
    let several = if attribute.multi_valued { " []" } else { "" };
    vec![
        format!("{of}{}", attribute.name),
        format!("{}{several}", attribute.kind.as_str()),
        rules(attribute),
    ]
}

/// The characteristics that are not the usual ones.
fn rules(attribute: &Attribute) -> String {
    let exact = matches!(attribute.kind, Type::String | Type::Any) && attribute.case_exact;
    let mut rules = Vec::new();
    if attribute.required {
        rules.push("required");
    }
    if attribute.uniqueness != Uniqueness::None {
        rules.push("unique");
    }
    if exact {
        rules.push("caseExact");
    }
    if attribute.mutability != Mutability::ReadWrite {
        rules.push(attribute.mutability.as_str());
    }
    let returned = match attribute.returned {
        Returned::Default => None,
        Returned::Always => Some("always returned"),
        Returned::Never => Some("never returned"),
        Returned::Request => Some("returned on request"),
    };
    rules.extend(returned);
    rules.join(", ")
}

fn remove(place: &Place, urn: String, force: bool, as_json: bool) -> Result<Exit, Problem> {
    let data = Data::present(place)?;
    let operator = data.operator.clone();
    let named = urn.clone();
    let changed = data
        .store
        .write(move |tx| {
            if force {
                schemas::retire_with_data(tx, &urn, &operator)
            } else {
                schemas::retire(tx, &urn, &operator).map(|()| 0)
            }
        })
        .wait()?;
    if as_json {
        print::json(&json!({"urn": named, "resources": changed}))?;
        return Ok(Exit::Done);
    }
    // Of what belongs to the RFC, only the operator's own can go.
    let what = if Urn::new(Urn::ENTERPRISE).is(&named) {
        format!("what was added to {named} is removed")
    } else {
        format!("{named} is removed")
    };
    let data = match changed {
        0 => "no resource had data under it".to_owned(),
        1 => "and with it the data of 1 resource".to_owned(),
        more => format!("and with it the data of {more} resources"),
    };
    print::note(&format!("{what}; {data}"));
    Ok(Exit::Done)
}
