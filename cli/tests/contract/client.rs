//! A client that sends single requests and can send wrong ones.

use std::fmt::Write as _;
use std::io;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A request. Each part can be changed.
#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) line: &'static str,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: String,
}

/// The status and the body of an answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: String,
}

impl Request {
    /// Returns the create of Cloverhound with fake credentials.
    pub(crate) fn create(body: &Value) -> Self {
        let pair = STANDARD.encode("fake-api-key-id:fake-api-key-secret");
        let headers = vec![
            ("Accept", "application/json".to_owned()),
            ("Authorization", format!("Basic {pair}")),
            ("Content-Type", "application/json".to_owned()),
        ];
        Self { line: "POST /7/contacts", headers, body: body.to_string() }
    }

    pub(crate) fn with_header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.retain(|(other, _)| *other != name);
        self.headers.push((name, value.to_owned()));
        self
    }

    /// Sends the request and reads the answer.
    pub(crate) async fn send(&self, url: &str) -> io::Result<Reply> {
        let address = url.strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(address).await?;
        let mut head = format!("{} HTTP/1.1\r\nHost: {address}\r\n", self.line);
        for (name, value) in &self.headers {
            write!(head, "{name}: {value}\r\n").unwrap();
        }
        let request = format!("{head}Content-Length: {}\r\n\r\n{}", self.body.len(), self.body);
        stream.write_all(request.as_bytes()).await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        let (head, body) = answer.split_once("\r\n\r\n").ok_or(io::ErrorKind::UnexpectedEof)?;
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Ok(Reply { status, body: body.to_owned() })
    }
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}
