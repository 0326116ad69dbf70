//! A request as a stand-in received it.

use serde_json::Value;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) method: String,
    /// The path without the query.
    pub(crate) path: String,
    pub(crate) authorization: String,
    pub(crate) body: String,
}

impl Received {
    /// Reads the next request of a connection.
    pub(crate) async fn read(stream: &mut TcpStream) -> Option<Self> {
        let mut bytes = Vec::new();
        loop {
            if let Some(request) = Self::from_bytes(&bytes) {
                return Some(request);
            }
            let mut chunk = [0; 8192];
            match stream.read(&mut chunk).await {
                Ok(0) | Err(_) => return None,
                Ok(length) => bytes.extend_from_slice(&chunk[..length]),
            }
        }
    }

    /// Parses a request. Returns `None` until the bytes are complete.
    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let text = str::from_utf8(bytes).ok()?;
        let (head, body) = text.split_once("\r\n\r\n")?;
        let mut lines = head.split("\r\n");
        let mut words = lines.next()?.split(' ');
        let (method, target) = (words.next()?, words.next()?);
        let headers: Vec<(String, &str)> = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_lowercase(), value))
            .collect();
        let header = |name| headers.iter().find(|(known, _)| known == name).map(|(_, value)| *value);
        let length = header("content-length").map_or(0, |length| length.parse().unwrap());
        let is_complete = body.len() >= length;
        is_complete.then(|| Self {
            method: method.to_owned(),
            path: target.split('?').next().unwrap_or_default().to_owned(),
            authorization: header("authorization").unwrap_or_default().to_owned(),
            body: body.to_owned(),
        })
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or(Value::Null)
    }
}
