//! Schemas beyond the RFC's own: declare, amend, list, retire. They hold for every connection.

use std::sync::Arc;

use serde_json::Value;

use super::carry_over::{Loss, carry_over};
use super::failure::Failure;
use super::operator::Operator;
use super::refusal::Refusal;
use crate::base::similar;
use crate::scim::schema::{
    Declaration, Field, Library, Mutability, SchemaDocument, SchemaFlaw, Schemas,
};
use crate::scim::{Kind, Urn, json};
use crate::store::{StoreError, Tx, View};

/// How deep a schema document may nest; the deepest valid one has 5 levels.
const DEPTH: usize = 16;

/// Something to be declared.
#[derive(Debug, Clone)]
pub enum Wanted {
    /// A document, and the name of the file that it came from.
    Document(String, Declaration),
    /// One attribute.
    Field(Field),
}

/// What was declared of one schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared {
    /// The schema.
    pub urn: Urn,
    /// Its attributes that are new.
    pub added: Vec<String>,
    /// Its attributes that were there and are different now.
    pub amended: Vec<String>,
    /// New or different attributes that no client can give a value to.
    pub out_of_reach: Vec<String>,
}

/// Where a schema comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// RFC 7643.
    Rfc,
    /// RFC 7643, with attributes of the operator's.
    Extended,
    /// The operator.
    Operator,
}

/// A schema in force.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The schema, with everything that was added to it.
    pub document: SchemaDocument,
    /// The kinds of resources that have it or may have it.
    pub kinds: Vec<Kind>,
    /// Where it comes from.
    pub origin: Origin,
    /// How many resources have data under it, in all connections.
    pub resources: u64,
}

/// Reads a file with one schema document, or with a list of them. `file` is its name.
pub fn read(file: &str, text: &[u8]) -> Result<Vec<Wanted>, Refusal> {
    let bad = |flaw| Refusal::BadSchema {
        file: Some(file.to_owned()),
        flaw,
    };
    let json = json::parse(text, DEPTH).map_err(|error| {
        bad(SchemaFlaw {
            place: "document".into(),
            complaint: error.detail().to_owned(),
        })
    })?;
    let documents = match json {
        Value::Array(documents) => documents,
        one => vec![one],
    };
    documents
        .iter()
        .map(|document| {
            let declaration = Declaration::parse(document).map_err(bad)?;
            Ok(Wanted::Document(file.to_owned(), declaration))
        })
        .collect()
}

/// Reads one attribute in one line.
pub fn field(text: &str) -> Result<Wanted, Refusal> {
    Field::parse(text)
        .map(Wanted::Field)
        .map_err(|flaw| Refusal::BadSchema { file: None, flaw })
}

/// Declares everything in `wanted`, or nothing. The data that are there are looked at first: what is
/// required, unique or of another type from now on must be so already.
pub fn declare(
    tx: &Tx<'_>,
    wanted: &[Wanted],
    operator: &Operator,
) -> Result<Vec<Declared>, Failure> {
    let mut before = tx.library()?;
    let mut after = before.clone();
    for wanted in wanted {
        let (file, declared) = match wanted {
            Wanted::Document(file, declaration) => (Some(file), after.declare(declaration.clone())),
            Wanted::Field(field) => (None, after.declare_field(field)),
        };
        declared.map_err(|flaw| Refusal::BadSchema {
            file: file.cloned(),
            flaw,
        })?;
    }
    carry_over(tx, &mut before, &mut after, Loss::Refused, operator)?
        .map_err(Refusal::DataInTheWay)?;
    let mut outcome = Vec::new();
    for declaration in after.declared() {
        let urn = &declaration.document.id;
        let known = before.find(urn.as_str());
        if known == Some(declaration) {
            continue;
        }
        tx.put_declaration(declaration, operator.now)?;
        operator.record(tx, "schema add", urn.as_str())?;
        outcome.push(Declared::of(known, declaration));
    }
    Ok(outcome)
}

impl Declared {
    fn of(before: Option<&Declaration>, after: &Declaration) -> Self {
        let mut declared = Self {
            urn: after.document.id.clone(),
            added: Vec::new(),
            amended: Vec::new(),
            out_of_reach: Vec::new(),
        };
        for attribute in &after.document.attributes {
            let name = attribute.name.as_str();
            let known = before.and_then(|before| before.document.attribute(name));
            if known == Some(attribute) {
                continue;
            }
            match known {
                None => declared.added.push(name.to_owned()),
                Some(_) => declared.amended.push(name.to_owned()),
            }
            if attribute.mutability == Mutability::ReadOnly {
                declared.out_of_reach.push(name.to_owned());
            }
        }
        declared
    }
}

/// Takes back what `name` names: a schema, or with the name of an attribute behind the URN that one
/// attribute. Refused while resources have data under it.
pub fn retire(tx: &Tx<'_>, name: &str, operator: &Operator) -> Result<(), Failure> {
    take_back(tx, name, Loss::Refused, operator).map(drop)
}

/// The same, and the data under it are given up; the record of each change keeps them. Answers how many
/// resources changed.
pub fn retire_with_data(tx: &Tx<'_>, name: &str, operator: &Operator) -> Result<u64, Failure> {
    take_back(tx, name, Loss::Accepted, operator)
}

fn take_back(tx: &Tx<'_>, name: &str, loss: Loss, operator: &Operator) -> Result<u64, Failure> {
    let mut before = tx.library()?;
    let mut after = before.clone();
    if !after.retire(name) {
        return Err(unknown(&mut before, name)?.into());
    }
    let changed = carry_over(tx, &mut before, &mut after, loss, operator)?.map_err(|obstacle| {
        Refusal::SchemaInUse {
            name: name.to_owned(),
            obstacle,
        }
    })?;
    for declaration in before.declared() {
        let urn = &declaration.document.id;
        match after.find(urn.as_str()) {
            None => tx.delete_declaration(urn)?,
            Some(left) if left != declaration => tx.put_declaration(left, operator.now)?,
            Some(_) => {}
        }
    }
    operator.record(tx, "schema remove", name)?;
    Ok(changed)
}

/// Every schema in force: the RFC's own and the operator's.
pub fn list(view: &View<'_>) -> Result<Vec<Listed>, StoreError> {
    let mut library = view.library()?;
    let connections = view.connections()?;
    let schemas = in_force(&mut library)?;
    let mut listed: Vec<Listed> = Vec::new();
    for kind in Kind::ALL {
        let resource_type = schemas.resource_type(kind);
        let mut resources = 0;
        for connection in &connections {
            resources += view.count(connection.number, kind)?;
        }
        listed.push(Listed {
            document: resource_type.core.as_ref().clone(),
            kinds: vec![kind],
            origin: Origin::Rfc,
            resources,
        });
        for extension in &resource_type.extensions {
            let urn = &extension.schema.id;
            let mut resources = 0;
            for connection in &connections {
                resources += view.count_extended(connection.number, kind, urn)?;
            }
            match listed.iter_mut().find(|known| known.document.id == *urn) {
                Some(known) => {
                    known.kinds.push(kind);
                    known.resources += resources;
                }
                None => listed.push(Listed {
                    document: extension.schema.as_ref().clone(),
                    kinds: vec![kind],
                    origin: origin(&library, urn),
                    resources,
                }),
            }
        }
    }
    Ok(listed)
}

/// The schema with this URN, in any letter case.
pub fn show(view: &View<'_>, urn: &str) -> Result<Listed, Failure> {
    let found = list(view)?
        .into_iter()
        .find(|listed| listed.document.id.is(urn));
    match found {
        Some(listed) => Ok(listed),
        None => Err(unknown(&mut view.library()?, urn)?.into()),
    }
}

fn origin(library: &Library, urn: &Urn) -> Origin {
    match (library.find(urn.as_str()), urn.is(Urn::ENTERPRISE)) {
        (Some(_), false) => Origin::Operator,
        (Some(_), true) => Origin::Extended,
        (None, _) => Origin::Rfc,
    }
}

fn in_force(library: &mut Library) -> Result<Arc<Schemas>, StoreError> {
    library.with(&[]).map_err(|flaw| StoreError::Corrupt {
        what: format!("the schemas: {flaw}"),
    })
}

/// Why nothing of this name can be shown or taken back.
fn unknown(library: &mut Library, name: &str) -> Result<Refusal, StoreError> {
    let schemas = in_force(library)?;
    let mut known = Vec::new();
    for kind in Kind::ALL {
        let resource_type = schemas.resource_type(kind);
        known.push(resource_type.core.id.clone());
        let extensions = resource_type.extensions.iter();
        known.extend(extensions.map(|extension| extension.schema.id.clone()));
    }
    if let Some(urn) = known.iter().find(|urn| urn.is(name)) {
        return Ok(Refusal::SchemaOfTheRfc {
            urn: urn.to_string(),
        });
    }
    let meant = similar(name, known.iter().map(Urn::as_str));
    Ok(Refusal::NoSuchSchema {
        name: name.to_owned(),
        similar: meant.map(str::to_owned),
    })
}
