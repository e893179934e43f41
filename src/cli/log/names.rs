//! What the operator calls connections and tokens.

use std::collections::HashMap;

use crate::store::{StoreError, View};

/// The names of all connections, removed ones too, and tokens, looked up once.
#[derive(Debug, Default)]
pub(in crate::cli) struct Names {
    connections: HashMap<i64, String>,
    tokens: HashMap<i64, String>,
}

impl Names {
    pub(in crate::cli) fn look(view: &View<'_>) -> Result<Self, StoreError> {
        let tokens = view.tokens()?.into_iter();
        Ok(Self {
            connections: view.connection_names()?.into_iter().collect(),
            tokens: tokens.map(|token| (token.number, token.name)).collect(),
        })
    }

    /// The name of a connection; `-` for nobody.
    pub(in crate::cli) fn connection(&self, number: Option<i64>) -> &str {
        let name = number.and_then(|number| self.connections.get(&number));
        name.map_or("-", String::as_str)
    }

    /// The name of a token, as far as it is still known.
    pub(in crate::cli) fn token(&self, number: i64) -> Option<&str> {
        self.tokens.get(&number).map(String::as_str)
    }

    /// Who asked: `entra (token 3)`.
    pub(in crate::cli) fn who(&self, token: Option<i64>, otherwise: &str) -> String {
        match token {
            Some(number) => match self.token(number) {
                Some(name) => format!("{name} (token {number})"),
                None => format!("token {number}"),
            },
            None => otherwise.to_owned(),
        }
    }
}
