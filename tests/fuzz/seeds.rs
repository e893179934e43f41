//! Where fuzzing starts: what identity providers send, taken out of the recorded sequences, and a few
//! of the odd things that the RFC allows.

use std::collections::BTreeSet;
use std::io::Read;
use std::path::Path;

use appliance::base::Timestamp;
use appliance::operate::Operator;
use appliance::operate::backups::{self, Order, take};
use appliance::store::{Role, Store};
use serde_json::Value;

/// The entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    Filter,
    Path,
    Patch,
    Body,
    Backup,
}

impl Target {
    pub(crate) const ALL: [Self; 5] = [
        Self::Filter,
        Self::Path,
        Self::Patch,
        Self::Body,
        Self::Backup,
    ];

    /// The name of the fuzz target.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Filter => "filter",
            Self::Path => "path",
            Self::Patch => "patch",
            Self::Body => "body",
            Self::Backup => "backup",
        }
    }
}

const FILTERS: [&str; 17] = [
    "userName eq \"mira.holt@example.net\"",
    "title pr and userType eq \"Employee\"",
    "userType eq \"Employee\" and (emails co \"example.com\" or emails.value co \"example.org\")",
    "userType ne \"Employee\" and not (emails co \"example.com\" or emails.value co \"example.org\")",
    "emails[type eq \"work\" and value co \"@example.com\"] or ims[type eq \"xmpp\"]",
    "emails[type eq \"work\"].value eq \"x\"",
    "meta.lastModified gt \"2011-05-13T04:42:34Z\"",
    "meta.resourceType eq \"User\" or schemas eq \"urn:x\"",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.displayName sw \"A\"",
    "NOT (active EQ true) AND id ne null",
    "userName eq \"\\u00e9\\ud83d\\ude00\\\\\\\"\\n\"",
    "members.value eq \"7\" or groups[display sw \"A\"]",
    "x509Certificates.value eq \"bWlyYQ==\"",
    "((((title eq 1.5e3))))",
    "externalId ge \"\" and externalId le \"~\"",
    "manager.$ref eq \"../Users/7\"",
    // A number that many readers of JSON miss by its last bit.
    "userName eq 11326434440115538011819",
];

const PATHS: [&str; 13] = [
    "emails[type eq \"work\" and value ew \"example.com\"].display",
    "addresses[type eq \"work\"]",
    "members[value eq \"2819c223\"].displayName",
    "name.familyName",
    "urn:ietf:params:scim:schemas:core:2.0:User:name.familyName",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
    "urn:ietf:params:scim:schemas:core:2.0:User",
    "emails[not (primary eq true)]",
    "x509Certificates[value pr].type",
    "$ref",
    "password",
    "emails[type eq \"\"].display",
];

/// All of them, each once and in a fixed order.
#[derive(Debug, Default)]
pub(crate) struct Seeds {
    filters: BTreeSet<String>,
    paths: BTreeSet<String>,
    patches: BTreeSet<String>,
    bodies: BTreeSet<String>,
}

impl Seeds {
    /// Reads every sequence.
    pub(crate) fn gather() -> Self {
        let mut seeds = Self::default();
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/idp/sequences");
        for provider in std::fs::read_dir(root).unwrap() {
            for file in std::fs::read_dir(provider.unwrap().path()).unwrap() {
                let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
                seeds.read(&serde_json::from_str(&text).unwrap());
            }
        }
        seeds.filters.extend(FILTERS.map(str::to_owned));
        seeds.paths.extend(PATHS.map(str::to_owned));
        seeds.bodies.extend([
            r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],"failOnErrors":1,"Operations":[{"method":"POST","path":"/Users","bulkId":"a","data":{"userName":"b"}},{"method":"PATCH","path":"/Groups/bulkId:c","version":"W/\"1\"","data":{"members":[{"value":"bulkId:a"}]}},{"method":"POST","path":"/Groups","bulkId":"c","data":{}}]}"#.to_owned(),
            r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],"filter":"title pr","sortBy":"name.familyName","sortOrder":"descending","startIndex":1,"count":10,"attributes":["userName"]}"#.to_owned(),
            r#"{"id":"urn:example:2.0:Badge","name":"Badge","attributes":[{"name":"serial","type":"complex","multiValued":true,"subAttributes":[{"name":"value","mutability":"immutable"}]}]}"#.to_owned(),
        ]);
        seeds
    }

    /// The seeds of one entry.
    pub(crate) fn of(&self, target: Target) -> Vec<Vec<u8>> {
        let set = match target {
            Target::Filter => &self.filters,
            Target::Path => &self.paths,
            Target::Patch => &self.patches,
            Target::Body => &self.bodies,
            Target::Backup => return backups(),
        };
        set.iter().map(|text| text.clone().into_bytes()).collect()
    }

    fn read(&mut self, value: &Value) {
        match value {
            Value::Array(list) => list.iter().for_each(|value| self.read(value)),
            Value::Object(object) => {
                let member = |name: &str| {
                    let found = object
                        .iter()
                        .find(|(key, _)| key.eq_ignore_ascii_case(name));
                    found.map(|(_, value)| value)
                };
                if let Some(body) = object.get("body").filter(|body| body.is_object()) {
                    let text = body.to_string();
                    if body.get("Operations").is_some() {
                        self.patches.insert(text.clone());
                    }
                    self.bodies.insert(text);
                }
                if let (Some(_), Some(Value::String(path))) = (member("op"), member("path")) {
                    self.paths.insert(path.clone());
                }
                if let Some(Value::String(query)) = object.get("query") {
                    self.query(query);
                }
                object.values().for_each(|value| self.read(value));
            }
            _ => {}
        }
    }

    /// The filter in a query.
    fn query(&mut self, query: &str) {
        let Some((_, query)) = query.split_once("filter=") else {
            return;
        };
        let filter = query.split('&').next().unwrap_or_default();
        self.filters.insert(decoded(filter));
    }
}

/// A backup of nobody, cut off at many places; how it begins inside; and a database, which `restore` takes
/// too.
fn backups() -> Vec<Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), Role::Guest).unwrap();
    let operator = Operator {
        actor: "nobody".to_owned(),
        now: Timestamp::from_millis(1_795_000_000_000),
    };
    let order = Order {
        data_dir: folder.path(),
        target: backups::Target::Into(folder.path(), ""),
        recipients: &[],
    };
    let taken = take(&store, &order, &operator, &|_, _, _| {}).unwrap();
    let file = std::fs::read(taken.file).unwrap();
    let mut database = std::fs::read(folder.path().join("appliance.sqlite")).unwrap();
    database.truncate(4_096);
    let mut inside = Vec::new();
    let unpacked = zstd::Decoder::new(&*file).unwrap().single_frame();
    unpacked.take(4_096).read_to_end(&mut inside).unwrap();
    let cuts = (1..=24).map(|part| file[..file.len() * part / 24].to_vec());
    cuts.chain([inside, database]).collect()
}

/// A value of a query without its encoding.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        let hex = after
            .get(..2)
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match (first, hex) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            (b'+', _) => bytes.push(b' '),
            (byte, _) => bytes.push(*byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
