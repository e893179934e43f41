//! One recorded conversation as data.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

/// A file below `sequences`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sequence {
    /// What happens, in a sentence.
    pub(crate) title: String,
    /// Where the shapes are publicly described, by title.
    pub(crate) source: String,
    /// In which dialects the connection must answer so.
    pub(crate) dialect: Dialect,
    /// Headers of every request.
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) steps: Vec<Step>,
    /// What is stored afterwards: a GET each.
    #[serde(default)]
    pub(crate) then: Vec<Step>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Dialect {
    Tolerant,
    Strict,
    Both,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Step {
    pub(crate) name: String,
    pub(crate) request: Asked,
    pub(crate) expect: Expected,
    /// Values of the answer that later steps use as `{{name}}`, by JSON pointer.
    #[serde(default)]
    pub(crate) keep: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    #[serde(default = "get")]
    pub(crate) method: String,
    /// Below the base, as it is sent.
    pub(crate) path: String,
    /// As it is sent, without the question mark.
    #[serde(default)]
    pub(crate) query: Option<String>,
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) body: Option<Value>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expected {
    #[serde(default = "ok")]
    pub(crate) status: u16,
    /// By name in lower case; compared like texts of a body.
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, Value>,
    #[serde(default)]
    pub(crate) body: Option<Value>,
}

fn get() -> String {
    "GET".to_owned()
}

const fn ok() -> u16 {
    200
}

impl Dialect {
    /// The values of the setting `dialect` under which a sequence is replayed.
    pub(crate) const fn settings(self) -> &'static [&'static str] {
        match self {
            Self::Tolerant => &["tolerant"],
            Self::Strict => &["strict"],
            Self::Both => &["tolerant", "strict"],
        }
    }
}

/// All sequences of one provider with their file names, in order.
pub(crate) fn of(provider: &str) -> Vec<(String, Sequence)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/idp/sequences")
        .join(provider);
    let mut names: Vec<String> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
        .into_iter()
        .map(|name| {
            let text = std::fs::read_to_string(folder.join(&name)).unwrap();
            let sequence: Sequence = serde_json::from_str(&text)
                .unwrap_or_else(|error| panic!("{provider}/{name}: {error}"));
            assert!(
                !sequence.title.is_empty() && !sequence.source.is_empty(),
                "{provider}/{name}: needs a title and a public source"
            );
            (format!("{provider}/{name}"), sequence)
        })
        .collect()
}
