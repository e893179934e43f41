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
    pub(crate) dialect: Answered,
    /// Headers of every request.
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) steps: Vec<Step>,
    /// What is stored afterwards: a GET each.
    #[serde(default)]
    pub(crate) then: Vec<Step>,
}

/// The value of the setting `dialect`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Tolerant,
    Strict,
}

/// Who answers as it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Answered {
    /// A tolerant connection; one step says what a strict one answers instead.
    Tolerant,
    /// A strict connection, because a tolerant one would rewrite it.
    Strict,
    /// Either.
    Both,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Step {
    pub(crate) name: String,
    pub(crate) request: Asked,
    pub(crate) expect: Expected,
    /// What a strict connection answers instead; there the conversation is over.
    #[serde(default)]
    pub(crate) strict: Option<Expected>,
    /// Values of the answer that later steps use as `{{name}}`, by JSON pointer.
    #[serde(default)]
    pub(crate) keep: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    #[serde(default = "get")]
    pub(crate) method: String,
    /// Below the base, as it is sent; or where access tokens are, which is beside it.
    pub(crate) path: String,
    /// As it is sent, without the question mark.
    #[serde(default)]
    pub(crate) query: Option<String>,
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) body: Option<Value>,
    /// A body that is no JSON, but a form.
    #[serde(default)]
    pub(crate) form: Option<String>,
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

impl Asked {
    /// Whether it asks for an access token (RFC 6749 §3.2) and not for a resource.
    pub(crate) fn is_for_a_token(&self) -> bool {
        self.path == "/oauth/token"
    }
}

impl Dialect {
    pub(crate) const ALL: [Self; 2] = [Self::Tolerant, Self::Strict];

    /// As the setting is written.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Tolerant => "tolerant",
            Self::Strict => "strict",
        }
    }
}

impl Sequence {
    /// Whether it is played in this dialect. What only a tolerant connection takes is shown to a strict one
    /// too, for its refusal.
    pub(crate) fn is_for(&self, dialect: Dialect) -> bool {
        self.dialect != Answered::Strict || dialect == Dialect::Strict
    }

    /// Everything that is asked, in order.
    pub(crate) fn asked(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().chain(&self.then)
    }

    /// What is missing from the file, in words.
    fn flaw(&self) -> Option<&'static str> {
        let strict = self.asked().filter(|step| step.strict.is_some()).count();
        match (self.dialect, strict) {
            _ if self.title.is_empty() || self.source.is_empty() => {
                Some("needs a title and a public source")
            }
            (Answered::Tolerant, 1) | (Answered::Strict | Answered::Both, 0) => None,
            (Answered::Tolerant, _) => {
                Some("needs one step that a strict connection answers otherwise")
            }
            _ => Some("says of strict connections what it does not play"),
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
            assert_eq!(sequence.flaw(), None, "{provider}/{name}");
            (format!("{provider}/{name}"), sequence)
        })
        .collect()
}
