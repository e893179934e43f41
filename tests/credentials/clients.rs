//! A client of OAuth 2.0, and how it asks for its access token.

use data_encoding::BASE64;
use serde_json::Value;

use super::house::client::{Client, Request, encoded};
use super::house::reply::Reply;
use super::house::run::Run;
use super::house::server::House;

pub(crate) const FORM: &str = "application/x-www-form-urlencoded";
pub(crate) const GRANT: &str = "grant_type=client_credentials";

/// What `token new --oauth` prints.
#[derive(Clone)]
pub(crate) struct Pair {
    pub(crate) id: String,
    pub(crate) secret: String,
}

/// A fresh client, made with these further options.
#[track_caller]
pub(crate) fn client(house: &House, options: &[&str]) -> Pair {
    pair(
        &house
            .cli(&[&["token", "new", "--oauth"], options].concat())
            .exits(0),
    )
}

/// The two lines of stdout, which are all there are.
#[track_caller]
pub(crate) fn pair(run: &Run) -> Pair {
    let lines: Vec<&str> = run.stdout.lines().collect();
    let [id, secret] = lines.as_slice() else {
        panic!("two lines, not {}", run.stdout);
    };
    let value = |line: &str, name: &str| line.strip_prefix(name).expect(name).to_owned();
    Pair {
        id: value(id, "client_id="),
        secret: value(secret, "client_secret="),
    }
}

impl Pair {
    pub(crate) fn basic(&self) -> String {
        let text = format!("{}:{}", encoded(&self.id), encoded(&self.secret));
        format!("Basic {}", BASE64.encode(text.as_bytes()))
    }

    /// Asks with HTTP Basic.
    #[track_caller]
    pub(crate) fn asks(&self, house: &House) -> Reply {
        ask(&house.stranger(), Some(&self.basic()), GRANT)
    }

    /// Asks with its id and secret in the form, and with what else the form is to hold.
    #[track_caller]
    pub(crate) fn asks_by_form(&self, house: &House, more: &str) -> Reply {
        let form = format!(
            "{GRANT}&client_id={}&client_secret={}{more}",
            self.id, self.secret
        );
        ask(&house.stranger(), None, &form)
    }

    /// Somebody with a fresh access token.
    #[track_caller]
    pub(crate) fn enters(&self, house: &House) -> Client {
        house.client(&token(&self.asks(house).is(200)))
    }
}

#[track_caller]
pub(crate) fn ask(client: &Client, authorization: Option<&str>, form: &str) -> Reply {
    let mut request = client
        .absolute("POST", "/oauth/token")
        .body(FORM, form.as_bytes().to_vec());
    if let Some(authorization) = authorization {
        request = request.header("Authorization", authorization);
    }
    sent(request)
}

/// Sends what is no SCIM request, and so gets no SCIM answer.
#[track_caller]
pub(crate) fn sent(request: Request<'_>) -> Reply {
    request.try_send().expect("an answer")
}

/// The access token in an answer.
#[track_caller]
pub(crate) fn token(reply: &Reply) -> String {
    let Value::String(token) = reply.at("/access_token") else {
        panic!("no access token: {}", reply.told());
    };
    token
}

/// A refusal as RFC 6749 section 5.2 has it.
#[track_caller]
pub(crate) fn refused(reply: Reply, status: u16, word: &str) -> Reply {
    let reply = reply.is(status);
    assert_eq!(reply.at("/error"), word, "{}", reply.told());
    assert!(reply.at("/error_description").is_string());
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    assert_eq!(reply.header("content-type"), Some("application/json"));
    let authenticate = reply.header("www-authenticate").unwrap_or_default();
    assert_eq!(authenticate.starts_with("Basic "), status == 401);
    reply
}
