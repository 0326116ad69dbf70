//! A request as a server saw it.
//!
//! Its rule: everything is kept as it came; what matters of it is decided where it is compared.

use std::collections::BTreeMap;

/// Method, target, headers in lower case, body.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) method: String,
    /// Path and query.
    pub(crate) target: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

impl Received {
    /// The request in these bytes, once they are all there.
    pub(crate) fn of_bytes(bytes: &[u8]) -> Option<Self> {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let mut lines = head.split("\r\n");
        let mut words = lines.next()?.split(' ');
        let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
        let headers: BTreeMap<String, String> = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
            .collect();
        let length = headers.get("content-length").map_or(0, |it| it.parse().unwrap());
        let body = bytes[end + 4..].to_vec();
        (body.len() >= length).then_some(Self { method, target, headers, body })
    }

    pub(crate) fn of_wiremock(request: &wiremock::Request) -> Self {
        let query = request.url.query().map(|query| format!("?{query}"));
        let headers = request.headers.iter().map(|(name, value)| {
            let text = String::from_utf8_lossy(value.as_bytes()).into_owned();
            (name.as_str().to_owned(), text)
        });
        Self {
            method: request.method.to_string(),
            target: format!("{}{}", request.url.path(), query.unwrap_or_default()),
            headers: headers.collect(),
            body: request.body.clone(),
        }
    }
}
