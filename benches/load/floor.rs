//! The bare server: the same stack (actix-web, SQLite in WAL mode, `synchronous=FULL`, one writer that
//! commits many jobs at once) and nothing else. It checks no token and no schema, keeps no change
//! record, and understands just what the load run sends: a physical limit to compare with, not a
//! server. Every document is a row with three indexed columns.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use actix_web::http::StatusCode;
use actix_web::web::{self, Bytes, Data};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, rt};
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::{Value, json};
use tokio::sync::oneshot;

const TABLES: &str = "
CREATE TABLE person (
  number INTEGER PRIMARY KEY, id TEXT UNIQUE, name TEXT UNIQUE, external TEXT, email TEXT, body TEXT
);
CREATE INDEX by_external ON person (external);
CREATE INDEX by_email ON person (email);
CREATE TABLE crowd (id TEXT PRIMARY KEY, name TEXT UNIQUE) WITHOUT ROWID;
CREATE TABLE member (crowd TEXT, person TEXT, PRIMARY KEY (crowd, person)) WITHOUT ROWID;
";

/// What the writer is asked to do.
enum Job {
    Person { id: String, body: Value },
    Patch { id: String, operations: Value },
    Crowd { id: String, body: Value },
    Join { crowd: String, people: Vec<String> },
    Part { crowd: String, person: String },
}

type Asked = (Job, oneshot::Sender<bool>);

#[derive(Clone)]
struct Shared {
    file: PathBuf,
    writer: Sender<Asked>,
}

thread_local! {
    static READER: RefCell<Option<Connection>> = const { RefCell::new(None) };
}

/// Serves on a free port of this machine, which is printed, until it is killed.
pub(crate) fn serve(file: &Path) {
    open(file).execute_batch(TABLES).unwrap();
    let (writer, jobs) = channel();
    let sql = open(file);
    thread::spawn(move || write(&sql, &jobs));
    let shared = Data::new(Shared {
        file: file.to_owned(),
        writer,
    });
    let workers = thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let server = HttpServer::new(move || {
        App::new()
            .app_data(shared.clone())
            .default_service(web::to(answer))
    })
    .workers(workers)
    .bind(("127.0.0.1", 0))
    .unwrap();
    println!("{}", server.addrs()[0]);
    rt::System::new().block_on(server.run()).unwrap();
}

fn open(file: &Path) -> Connection {
    let sql = Connection::open(file).unwrap();
    sql.execute_batch(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-32768;
         PRAGMA busy_timeout=5000;",
    )
    .unwrap();
    sql.set_prepared_statement_cache_capacity(64);
    sql
}

fn write(sql: &Connection, jobs: &Receiver<Asked>) {
    while let Ok(first) = jobs.recv() {
        let mut group = vec![first];
        group.extend(jobs.try_iter().take(255));
        sql.execute_batch("BEGIN IMMEDIATE").unwrap();
        let done: Vec<bool> = group
            .iter()
            .map(|(job, _)| carry_out(sql, job).unwrap_or(false))
            .collect();
        sql.execute_batch("COMMIT").unwrap();
        for ((_, reply), done) in group.into_iter().zip(done) {
            let _ = reply.send(done);
        }
    }
}

fn carry_out(sql: &Connection, job: &Job) -> rusqlite::Result<bool> {
    let run = |text, values: &[&dyn rusqlite::ToSql]| sql.prepare_cached(text)?.execute(values);
    match job {
        Job::Person { id, body } => {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let (name, email) = (text(&body["userName"]), text(&body["emails"][0]["value"]));
            run(
                "INSERT INTO person (id, name, external, email, body) VALUES (?, ?, ?, ?, ?)",
                params![
                    id,
                    name.to_lowercase(),
                    text(&body["externalId"]),
                    email.to_lowercase(),
                    body.to_string()
                ],
            )?;
        }
        Job::Patch { id, operations } => {
            let body: String = sql
                .prepare_cached("SELECT body FROM person WHERE id = ?")?
                .query_row([id], |row| row.get(0))?;
            let mut body: Value = serde_json::from_str(&body).unwrap();
            for operation in operations.as_array().into_iter().flatten() {
                let path = operation["path"].as_str().unwrap_or_default();
                let name = path.split(['.', '[']).next().unwrap_or_default();
                body[name] = operation["value"].clone();
            }
            run(
                "UPDATE person SET body = ? WHERE id = ?",
                params![body.to_string(), id],
            )?;
        }
        Job::Crowd { id, body } => {
            run(
                "INSERT INTO crowd (id, name) VALUES (?, ?)",
                params![id, body["displayName"].as_str()],
            )?;
            join(sql, id, &members(&body["members"]))?;
        }
        Job::Join { crowd, people } => join(sql, crowd, people)?,
        Job::Part { crowd, person } => {
            run(
                "DELETE FROM member WHERE crowd = ? AND person = ?",
                params![crowd, person],
            )?;
        }
    }
    Ok(true)
}

fn join(sql: &Connection, crowd: &str, people: &[String]) -> rusqlite::Result<()> {
    let mut insert =
        sql.prepare_cached("INSERT OR IGNORE INTO member (crowd, person) VALUES (?, ?)")?;
    for person in people {
        insert.execute([crowd, person])?;
    }
    Ok(())
}

impl Shared {
    async fn write(&self, job: Job) -> bool {
        let (reply, answer) = oneshot::channel();
        self.writer.send((job, reply)).unwrap();
        answer.await.unwrap_or(false)
    }

    fn read<T>(&self, look: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> T {
        READER.with_borrow_mut(|sql| look(sql.get_or_insert_with(|| open(&self.file))).unwrap())
    }

    fn bodies(&self, text: &str, values: &[&dyn rusqlite::ToSql]) -> Vec<String> {
        self.read(|sql| {
            let mut statement = sql.prepare_cached(text)?;
            let rows = statement.query_map(values, |row| row.get(0))?;
            rows.collect()
        })
    }
}

async fn answer(request: HttpRequest, body: Bytes, shared: Data<Shared>) -> HttpResponse {
    let path: Vec<&str> = request.path().trim_matches('/').split('/').collect();
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let query: Vec<(String, String)> = form_urlencoded::parse(request.query_string().as_bytes())
        .into_owned()
        .collect();
    let asked = |name: &str| {
        query
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    };
    match (request.method().as_str(), path.as_slice()) {
        ("POST", ["Users"]) => {
            let id = fresh();
            let mut body = body;
            body["id"] = json!(id);
            let text = body.to_string();
            let done = shared.write(Job::Person { id, body }).await;
            reply(if done { 201 } else { 409 }, text)
        }
        ("GET", ["Users"]) => match asked("filter") {
            Some(filter) => found(&shared, filter),
            None => listed(&shared, asked("startIndex"), asked("count")),
        },
        ("GET", ["Users", id]) => {
            let found: Option<String> = shared.read(|sql| {
                sql.prepare_cached("SELECT body FROM person WHERE id = ?")?
                    .query_row([id], |row| row.get(0))
                    .optional()
            });
            found.map_or_else(|| reply(404, String::new()), |body| reply(200, body))
        }
        ("PATCH", ["Users", id]) => {
            let job = Job::Patch {
                id: (*id).to_owned(),
                operations: body["Operations"].clone(),
            };
            let done = shared.write(job).await;
            reply(if done { 204 } else { 404 }, String::new())
        }
        ("POST", ["Groups"]) => {
            let id = fresh();
            let text = json!({"id": id}).to_string();
            shared.write(Job::Crowd { id, body }).await;
            reply(201, text)
        }
        ("GET", ["Groups"]) => {
            let (_, name) = equals(asked("filter").unwrap_or_default());
            let found = shared.bodies("SELECT id FROM crowd WHERE name = ?", params![name]);
            let found = found.iter().map(|id| json!({"id": id}).to_string());
            list(found.len(), &found.collect::<Vec<_>>())
        }
        ("PATCH", ["Groups", id]) => {
            for operation in body["Operations"].as_array().into_iter().flatten() {
                let path = operation["path"].as_str().unwrap_or_default();
                let crowd = (*id).to_owned();
                let job = match path.split('"').nth(1) {
                    Some(person) => Job::Part {
                        crowd,
                        person: person.to_owned(),
                    },
                    None => Job::Join {
                        crowd,
                        people: members(&operation["value"]),
                    },
                };
                shared.write(job).await;
            }
            reply(204, String::new())
        }
        _ => reply(404, String::new()),
    }
}

fn found(shared: &Shared, filter: &str) -> HttpResponse {
    let (attribute, value) = equals(filter);
    let (text, value) = match attribute {
        "userName" => (
            "SELECT body FROM person WHERE name = ?",
            value.to_lowercase(),
        ),
        "externalId" => (
            "SELECT body FROM person WHERE external = ?",
            value.to_owned(),
        ),
        _ => (
            "SELECT body FROM person WHERE email = ?",
            value.to_lowercase(),
        ),
    };
    let found = shared.bodies(text, params![value]);
    list(found.len(), &found)
}

/// Nobody is ever deleted here, so a row's number is its place: the cheapest page there can be.
fn listed(shared: &Shared, start: Option<&str>, count: Option<&str>) -> HttpResponse {
    let number = |text: Option<&str>| text.and_then(|text| text.parse::<i64>().ok());
    let (start, count) = (number(start).unwrap_or(1), number(count).unwrap_or(100));
    let total: i64 = shared.read(|sql| {
        sql.prepare_cached("SELECT max(number) FROM person")?
            .query_row([], |row| row.get(0))
    });
    let found = shared.bodies(
        "SELECT body FROM person WHERE number >= ? ORDER BY number LIMIT ?",
        params![start, count],
    );
    list(usize::try_from(total).unwrap(), &found)
}

fn list(total: usize, found: &[String]) -> HttpResponse {
    let text = format!(
        "{{\"totalResults\":{total},\"itemsPerPage\":{},\"Resources\":[{}]}}",
        found.len(),
        found.join(",")
    );
    reply(200, text)
}

fn reply(status: u16, text: String) -> HttpResponse {
    HttpResponse::build(StatusCode::from_u16(status).unwrap())
        .content_type("application/scim+json")
        .body(text)
}

/// `attribute eq "value"`, taken apart.
fn equals(filter: &str) -> (&str, &str) {
    let (attribute, value) = filter.rsplit_once(" eq ").unwrap_or((filter, ""));
    (attribute, value.trim_matches('"'))
}

fn members(list: &Value) -> Vec<String> {
    let ids = list.as_array().into_iter().flatten();
    ids.filter_map(|one| one["value"].as_str().map(str::to_owned))
        .collect()
}

/// Random, as those of a server that does not care in which order they are filed.
fn fresh() -> String {
    let bytes = appliance::base::random().unwrap();
    uuid::Builder::from_random_bytes(bytes)
        .into_uuid()
        .to_string()
}
