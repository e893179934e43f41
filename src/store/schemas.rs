//! Rows of `schema`: what the operator declared beyond the RFC's own schemas.

use std::sync::Arc;

use rusqlite::params;
use serde_json::Value;

use super::connections::Connection;
use super::error::StoreError;
use super::view::{Tx, View};
use crate::base::{Profile, Timestamp};
use crate::scim::Urn;
use crate::scim::schema::{Declaration, Library, Pack, Schemas};

impl View<'_> {
    /// Everything that the operator declared, in the order in which it was declared first.
    pub fn library(&self) -> Result<Library, StoreError> {
        let mut statement = self
            .sql()
            .prepare_cached("SELECT urn, document FROM schema ORDER BY number")?;
        let mut rows = statement.query([])?;
        let mut declared = Vec::new();
        while let Some(row) = rows.next()? {
            let urn: String = row.get(0)?;
            let document: String = row.get(1)?;
            let declaration = serde_json::from_str(&document)
                .map_err(|error| error.to_string())
                .and_then(|json| Declaration::parse(&json).map_err(|flaw| flaw.to_string()))
                .map_err(|complaint| StoreError::corrupt(format!("schema {urn}: {complaint}")))?;
            declared.push(declaration);
        }
        Ok(Library::new(declared))
    }
}

impl Connection {
    /// What the profile of this connection brings along.
    pub fn packs(&self) -> Result<Vec<Pack>, StoreError> {
        let corrupt = |complaint: String| {
            StoreError::corrupt(format!("the profile of `{}`: {complaint}", self.name))
        };
        let profile = Profile::named(&self.profile).map_err(|flaw| corrupt(flaw.to_string()))?;
        if profile.schemas.is_empty() {
            return Ok(Vec::new());
        }
        let declarations = profile
            .schemas
            .iter()
            .map(|json| Declaration::parse(json).map_err(|flaw| corrupt(flaw.to_string())))
            .collect::<Result<_, _>>()?;
        Ok(vec![Pack {
            name: profile.name,
            declarations,
        }])
    }

    /// The schemas of this connection: those that everybody has, and what its profile brings along.
    pub fn schemas(&self, library: &mut Library) -> Result<Arc<Schemas>, StoreError> {
        library.with(&self.packs()?).map_err(|flaw| {
            StoreError::corrupt(format!("the schemas of connection `{}`: {flaw}", self.name))
        })
    }
}

impl Tx<'_> {
    /// Keeps a declaration, in the place of the one with this URN if there is one.
    pub fn put_declaration(
        &self,
        declaration: &Declaration,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.sql()
            .prepare_cached(
                "INSERT INTO schema (urn, document, changed)
                 VALUES (?, ?, ?)
                 ON CONFLICT (urn) DO UPDATE
                 SET document = excluded.document,
                     changed = excluded.changed",
            )?
            .execute(params![
                declaration.document.id.as_str(),
                Value::Object(declaration.to_json()).to_string(),
                now.as_millis(),
            ])?;
        self.raise_rules()
    }

    /// Forgets the declaration with this URN.
    pub fn delete_declaration(&self, urn: &Urn) -> Result<(), StoreError> {
        self.sql()
            .prepare_cached("DELETE FROM schema WHERE urn = ?")?
            .execute([urn.as_str()])?;
        self.raise_rules()
    }
}
