//! Requests to a server on loopback, one after the other.
//!
//! Its rule: it waits for its answer where it stands, as whoever sets a state must before the verifier goes on.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use serde_json::Value;
use url::form_urlencoded;

use super::accounts::Account;

/// Where the requests go.
pub(crate) struct Client {
    address: String,
}

impl Client {
    pub(crate) fn of(url: &str) -> Self {
        Self { address: url.strip_prefix("http://").unwrap().to_owned() }
    }

    /// The JSON of the answer, or null.
    pub(crate) fn post(&self, path: &str, body: &Value, account: &Account) -> Value {
        self.send(path, "application/json", &body.to_string(), account)
    }

    /// The JSON of the answer to a form, or null.
    pub(crate) fn post_form(&self, path: &str, pairs: &[(&str, &str)]) -> Value {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        self.send(path, "application/x-www-form-urlencoded", &body, &Account::nobody())
    }

    fn send(&self, path: &str, media_type: &str, body: &str, account: &Account) -> Value {
        let authorization = account.0.as_ref().map_or(String::new(), |it| format!("authorization: {it}\r\n"));
        let head = format!(
            "POST {path} HTTP/1.0\r\nhost: {}\r\ncontent-type: {media_type}\r\n{authorization}content-length: {}\r\n\r\n",
            self.address,
            body.len()
        );
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.write_all(format!("{head}{body}").as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        serde_json::from_str(body).unwrap_or(Value::Null)
    }
}
