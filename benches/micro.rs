//! What the parts of a request cost: `cargo bench --bench micro`.

#![expect(
    clippy::unwrap_used,
    reason = "a measurement stops at the first surprise"
)]

use std::hint::black_box;
use std::sync::Arc;

use appliance::base::{Clock, Dialect, Limits, PlainToken, Policy, Timestamp, TokenDigest};
use appliance::provision::{Ask, Directory, Failure, Incoming, Question, create, list};
use appliance::scim::filter::{parse, resolve};
use appliance::scim::list::ListQuery;
use appliance::scim::patch::{PatchRequest, apply};
use appliance::scim::project::{Projection, Rules};
use appliance::scim::schema::Schemas;
use appliance::scim::{Attributes, Kind, Reading, dialect};
use appliance::store::{NewToken, Role, Scope, Store, TokenKind};
use aws_lc_rs::hmac;
use divan::{AllocProfiler, Bencher};
use serde_json::{Value, json};

#[global_allocator]
static ALLOCATIONS: AllocProfiler = AllocProfiler::system();

/// How many people the store holds.
const PEOPLE: usize = 10_000;

fn main() {
    divan::main();
}

fn person(number: usize) -> Value {
    json!({
        "schemas": [
            "urn:ietf:params:scim:schemas:core:2.0:User",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
        ],
        "externalId": format!("E-{number}"),
        "userName": format!("u{number}@example.net"),
        "active": true,
        "displayName": format!("First{number} Last{number}"),
        "name": {"familyName": format!("Last{number}"), "givenName": format!("First{number}")},
        "emails": [{"primary": true, "type": "work", "value": format!("u{number}@example.net")}],
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {
            "employeeNumber": number.to_string(),
            "department": format!("Department {}", number % 40),
        },
    })
}

/// A store with people, and somebody who may ask about them.
struct House {
    store: Store,
    ask: Ask,
    directory: Directory,
    token: PlainToken,
    _directory: tempfile::TempDir,
}

impl House {
    fn open() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open(directory.path(), Role::Server).unwrap();
        let now = Clock::system().now();
        let token = PlainToken::generate().unwrap();
        let digest = token.digest();
        store
            .write(move |tx| {
                tx.insert_token(&NewToken {
                    connection: 1,
                    name: "bench".into(),
                    kind: TokenKind::Bearer,
                    digest,
                    scope: Scope::Provision,
                    created: now,
                    expires: None,
                })
            })
            .wait()
            .unwrap();
        let known = store.read(Directory::load).unwrap();
        let ask = Ask {
            caller: known.caller(&token.digest(), now).unwrap(),
            now,
            request: Arc::from("bench"),
            base: Arc::from("https://scim.example.org/scim/v2"),
            limits: Limits::default(),
        };
        for first in (0..PEOPLE).step_by(500) {
            let ask = ask.clone();
            store
                .write(move |tx| {
                    for number in first..first + 500 {
                        let incoming = Incoming::read(&ask, Kind::User, person(number))?;
                        create(tx, &ask, Kind::User, &incoming, &Projection::nothing())?;
                    }
                    Ok::<_, Failure>(())
                })
                .wait()
                .unwrap();
        }
        Self {
            store,
            ask,
            directory: known,
            token,
            _directory: directory,
        }
    }
}

/// From the text of a filter to attributes that a schema knows.
#[divan::bench(args = [
    r#"userName eq "ada@example.net""#,
    r#"emails[type eq "work"].value eq "ada@example.net""#,
    r#"(title pr or active eq true) and not (userName sw "a") and meta.lastModified gt "2026-01-01T00:00:00Z""#,
])]
fn filter(bencher: Bencher<'_, '_>, text: &str) {
    let (schemas, limits) = (Schemas::builtin().unwrap(), Limits::default());
    bencher.bench(|| {
        let filter = parse(black_box(text), &limits).unwrap();
        resolve(&filter, &schemas, Kind::User).unwrap()
    });
}

/// Four operations of Entra ID, rewritten, read and applied to a person.
#[divan::bench]
fn patch(bencher: Bencher<'_, '_>) {
    let schemas = Schemas::builtin().unwrap();
    let policy = Policy::default();
    let reading = Reading::new(&policy, &Limits::default());
    let before = Attributes::from_canonical(person(1).as_object().unwrap().clone());
    let body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [
            {"op": "Replace", "path": "displayName", "value": "Ada"},
            {"op": "Replace", "path": "active", "value": "False"},
            {"op": "Add", "path": "emails[type eq \"work\"].value", "value": "ada@example.net"},
            {
                "op": "Add",
                "path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
                "value": "Engines",
            },
        ],
    });
    bencher.with_inputs(|| body.clone()).bench_values(|body| {
        let (body, _) = dialect::rewrite_patch(Dialect::Tolerant, Kind::User, &schemas, body);
        let request = PatchRequest::parse(body, Kind::User, &schemas, &reading).unwrap();
        apply(&before, &request, &schemas, Kind::User, Dialect::Tolerant).unwrap()
    });
}

/// A person as the client wants to see them.
#[divan::bench(args = ["userName,emails.value", "displayName"])]
fn projection(bencher: Bencher<'_, '_>, attributes: &str) {
    let schemas = Schemas::builtin().unwrap();
    let rules = Rules::of(Kind::User, &schemas);
    let projection =
        Projection::parse(Some(attributes), None, Kind::User, &schemas, &rules).unwrap();
    bencher
        .with_inputs(|| person(1))
        .bench_values(|person| projection.apply(person));
}

/// A match query among ten thousand people, from the text of its filter to the text of its answer.
#[divan::bench(args = [
    r#"userName eq "u4711@example.net""#,
    r#"emails[type eq "work"].value eq "u4711@example.net""#,
    r#"userName eq "nobody@example.net""#,
])]
fn match_query(bencher: Bencher<'_, '_>, filter: &str) {
    let house = House::open();
    let key = hmac::Key::new(hmac::HMAC_SHA256, &[0; 32]);
    bencher.bench_local(|| {
        let pairs = [("filter", black_box(filter))];
        let query = ListQuery::from_pairs(pairs, &house.ask.limits).unwrap();
        let question = Question::read(&house.ask, &[Kind::User], &query).unwrap();
        house
            .store
            .read(|view| list(view, &house.ask, &question, &key))
            .unwrap()
    });
}

/// Whose token it is.
#[divan::bench]
fn token(bencher: Bencher<'_, '_>) {
    let house = House::open();
    let now = Timestamp::from_millis(house.ask.now.as_millis() + 1);
    bencher.bench_local(|| {
        let digest = TokenDigest::of(black_box(house.token.expose())).unwrap();
        house.directory.caller(&digest, now).unwrap()
    });
}
