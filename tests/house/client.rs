//! Somebody who talks to the server: with a token, or without.

use std::fmt::Write;
use std::sync::Mutex;

use serde_json::{Value, json};

use super::reply::Reply;
use super::wire::{Address, Wire};

const BULK_REQUEST: &str = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
const PATCH_OP: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// One client with a connection that it keeps.
pub(crate) struct Client {
    address: Address,
    /// The path of the base, `/scim/v2`.
    base: String,
    token: Option<String>,
    wire: Mutex<Option<Wire>>,
}

/// A request that is being put together.
pub(crate) struct Request<'a> {
    client: &'a Client,
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
}

impl Client {
    pub(crate) fn new(address: Address, base: String, token: Option<String>) -> Self {
        Self {
            address,
            base,
            token,
            wire: Mutex::new(None),
        }
    }

    /// The token that this client shows.
    pub(crate) fn token(&self) -> &str {
        self.token.as_deref().unwrap_or_default()
    }

    /// The same client with a connection of its own, for another thread.
    pub(crate) fn again(&self) -> Self {
        Self::new(self.address.clone(), self.base.clone(), self.token.clone())
    }

    /// A request for `path` below the base: `/Users?count=1`.
    pub(crate) fn request(&self, method: &str, path: &str) -> Request<'_> {
        self.absolute(method, &format!("{}{path}", self.base))
    }

    /// A request for a target that is sent as it is.
    pub(crate) fn absolute(&self, method: &str, target: &str) -> Request<'_> {
        let mut headers = Vec::new();
        if let Some(token) = &self.token {
            headers.push(("Authorization".to_owned(), format!("Bearer {token}")));
        }
        Request {
            client: self,
            method: method.to_owned(),
            target: target.to_owned(),
            headers,
            body: None,
        }
    }

    #[track_caller]
    pub(crate) fn get(&self, path: &str) -> Reply {
        self.request("GET", path).send()
    }

    /// A list with this filter, encoded.
    #[track_caller]
    pub(crate) fn find(&self, endpoint: &str, filter: &str) -> Reply {
        self.get(&format!("{endpoint}?filter={}", encoded(filter)))
    }

    #[track_caller]
    pub(crate) fn post(&self, path: &str, body: &Value) -> Reply {
        self.request("POST", path).json(body).send()
    }

    #[track_caller]
    pub(crate) fn put(&self, path: &str, body: &Value) -> Reply {
        self.request("PUT", path).json(body).send()
    }

    /// A PATCH with these operations.
    #[track_caller]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "so that a test can write json!(…) in place"
    )]
    pub(crate) fn patch(&self, path: &str, operations: Value) -> Reply {
        let body = json!({"schemas": [PATCH_OP], "Operations": operations});
        self.request("PATCH", path).json(&body).send()
    }

    /// A bulk request with these operations.
    #[track_caller]
    pub(crate) fn bulk(&self, operations: &[Value]) -> Reply {
        let body = json!({"schemas": [BULK_REQUEST], "Operations": operations});
        self.post("/Bulk", &body)
    }

    #[track_caller]
    pub(crate) fn delete(&self, path: &str) -> Reply {
        self.request("DELETE", path).send()
    }

    /// Creates a user with this userName and, if given, further attributes; answers its id.
    #[track_caller]
    pub(crate) fn user(&self, user_name: &str) -> String {
        self.user_with(user_name, json!({}))
    }

    #[track_caller]
    pub(crate) fn user_with(&self, user_name: &str, more: Value) -> String {
        let mut body = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
            "userName": user_name
        });
        merge(&mut body, more);
        self.post("/Users", &body).is(201).id()
    }

    /// Creates a group with these members; answers its id.
    #[track_caller]
    pub(crate) fn group(&self, name: &str, members: &[&str]) -> String {
        let members: Vec<Value> = members.iter().map(|id| json!({"value": id})).collect();
        let body = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
            "displayName": name,
            "members": members
        });
        self.post("/Groups", &body).is(201).id()
    }

    /// Sends bytes on a connection of their own and reads one reply, if any comes.
    pub(crate) fn raw(&self, bytes: &[u8]) -> std::io::Result<Reply> {
        let mut wire = Wire::open(&self.address)?;
        wire.send(bytes)?;
        let mut reply = wire.reply()?;
        reply.asked = String::from_utf8_lossy(bytes).chars().take(300).collect();
        Ok(reply)
    }

    /// An open connection, to do with as a test likes.
    pub(crate) fn wire(&self) -> Wire {
        Wire::open(&self.address).unwrap()
    }

    fn exchange(&self, method: &str, bytes: &[u8]) -> std::io::Result<Reply> {
        let mut kept = self.wire.lock().unwrap();
        if let Some(wire) = kept.as_mut() {
            // The server may have closed a connection that was idle: then nothing was done.
            let reply = wire.send(bytes).and_then(|()| wire.reply_to(method));
            match reply {
                Ok(reply) => {
                    if reply.header("connection") == Some("close") {
                        *kept = None;
                    }
                    return Ok(reply);
                }
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
                    *kept = None;
                    return Err(error);
                }
                Err(_) => *kept = None,
            }
        }
        let mut wire = Wire::open(&self.address)?;
        wire.send(bytes)?;
        let reply = wire.reply_to(method)?;
        if reply.header("connection") != Some("close") {
            *kept = Some(wire);
        }
        Ok(reply)
    }
}

impl Request<'_> {
    /// Adds a header.
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Leaves the token out.
    pub(crate) fn anonymous(mut self) -> Self {
        self.headers.retain(|(name, _)| name != "Authorization");
        self
    }

    /// Adds a parameter to the query, encoded.
    pub(crate) fn query(mut self, name: &str, value: &str) -> Self {
        let sign = if self.target.contains('?') { '&' } else { '?' };
        self.target = format!("{}{sign}{name}={}", self.target, encoded(value));
        self
    }

    /// A JSON body under the media type of SCIM.
    pub(crate) fn json(self, body: &Value) -> Self {
        let bytes = body.to_string().into_bytes();
        self.body("application/scim+json", bytes)
    }

    /// Any body; an empty media type sends no `Content-Type`.
    pub(crate) fn body(mut self, media: &str, bytes: Vec<u8>) -> Self {
        if !media.is_empty() {
            self.headers
                .push(("Content-Type".to_owned(), media.to_owned()));
        }
        self.body = Some(bytes);
        self
    }

    /// Sends it; the reply must have manners, whatever else it is: see [`Reply::bad_manners`].
    #[track_caller]
    pub(crate) fn send(self) -> Reply {
        let reply = self
            .try_send()
            .unwrap_or_else(|(asked, error)| panic!("{asked}\n→ no reply: {error}"));
        if let Some(flaw) = reply.bad_manners() {
            panic!("{flaw}: {}", reply.told());
        }
        reply
    }

    /// Sends it; the server may be gone, and may answer anything.
    pub(crate) fn try_send(self) -> Result<Reply, (String, std::io::Error)> {
        let mut head = format!(
            "{} {} HTTP/1.1\r\nHost: {}\r\n",
            self.method, self.target, self.client.address.socket
        );
        for (name, value) in &self.headers {
            let _ = write!(head, "{name}: {value}\r\n");
        }
        let lengthy = matches!(self.method.as_str(), "POST" | "PUT" | "PATCH");
        let body = self.body.unwrap_or_default();
        if lengthy || !body.is_empty() {
            let _ = write!(head, "Content-Length: {}\r\n", body.len());
        }
        head.push_str("\r\n");
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(&body);
        let shown: String = String::from_utf8_lossy(&body).chars().take(3_000).collect();
        let asked = format!("{} {} {shown}", self.method, self.target);
        match self.client.exchange(&self.method, &bytes) {
            Ok(mut reply) => {
                reply.asked = asked;
                Ok(reply)
            }
            Err(error) => Err((asked, error)),
        }
    }
}

/// A value as it stands in a query: everything but letters, digits and `-._~` in percent form.
pub(crate) fn encoded(value: &str) -> String {
    let mut text = String::with_capacity(value.len() * 3);
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

/// Puts the members of `more` into `body`.
pub(crate) fn merge(body: &mut Value, more: Value) {
    if let (Value::Object(body), Value::Object(more)) = (body, more) {
        body.extend(more);
    }
}
