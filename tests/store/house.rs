//! A store in a temporary directory, and people to put into it.

use std::sync::Arc;

use appliance::base::Timestamp;
use appliance::scim::schema::Schemas;
use appliance::scim::{AttrPath, Attributes, Kind, Meta, Resource, ResourceId};
use appliance::store::{Role, Store, StoreError, Stored};
use serde_json::{Value, json};
use tempfile::TempDir;

/// The number of the connection `default`.
pub(crate) const DEFAULT: i64 = 1;

pub(crate) struct House {
    pub(crate) store: Store,
    pub(crate) schemas: Arc<Schemas>,
    pub(crate) dir: TempDir,
}

/// What went wrong in a test's job.
#[derive(Debug)]
pub(crate) enum Trouble {
    Refused,
    Broken(StoreError),
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Self::Broken(error)
    }
}

pub(crate) fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

pub(crate) fn id(number: u64) -> ResourceId {
    let mut random = [0; 10];
    random[2..].copy_from_slice(&number.to_be_bytes());
    ResourceId::new(at(0), random)
}

pub(crate) fn resource(kind: Kind, number: u64, attributes: Value) -> Resource {
    let Value::Object(map) = attributes else {
        unreachable!("attributes are an object")
    };
    Resource {
        id: id(number),
        kind,
        attributes: Attributes::from_canonical(map),
        meta: Meta {
            created: at(1_000),
            modified: at(1_000),
            version: 1,
        },
    }
}

pub(crate) fn user(number: u64) -> Resource {
    resource(
        Kind::User,
        number,
        json!({"userName": format!("u{number}@example.net"), "active": true}),
    )
}

impl House {
    pub(crate) fn open() -> Self {
        let dir = tempfile::tempdir().unwrap();
        Self {
            store: Store::open(dir.path(), Role::Server).unwrap(),
            schemas: Arc::new(Schemas::builtin().unwrap()),
            dir,
        }
    }

    pub(crate) fn insert(&self, resource: Resource) -> Stored {
        self.insert_into(DEFAULT, resource)
    }

    pub(crate) fn insert_into(&self, connection: i64, resource: Resource) -> Stored {
        let schemas = Arc::clone(&self.schemas);
        self.store
            .write(move |tx| tx.insert_resource(connection, &resource, &schemas))
            .wait()
            .unwrap()
    }

    pub(crate) fn insert_all(&self, resources: Vec<Resource>) -> Vec<Stored> {
        let schemas = Arc::clone(&self.schemas);
        self.store
            .write(move |tx| {
                resources
                    .iter()
                    .map(|resource| tx.insert_resource(DEFAULT, resource, &schemas))
                    .collect::<Result<Vec<_>, StoreError>>()
            })
            .wait()
            .unwrap()
    }

    pub(crate) fn delete(&self, stored: &Stored) {
        let (stored, schemas) = (stored.clone(), Arc::clone(&self.schemas));
        self.store
            .write(move |tx| tx.delete_resource(&stored, &schemas))
            .wait()
            .unwrap();
    }

    pub(crate) fn resolved(&self, kind: Kind, path: &str) -> appliance::scim::schema::Resolved {
        self.schemas
            .resolve(kind, &AttrPath::parse(path).unwrap())
            .unwrap()
    }
}
