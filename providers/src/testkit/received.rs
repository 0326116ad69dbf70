//! A request as the server received it, unchanged.

use std::fmt;

use crate::draft::Method;

/// A whole request. It holds credentials and contact data as they were sent; `Debug` shows only method and path.
#[derive(Clone)]
pub struct Received {
    method: String,
    target: String,
    head: String,
    body: Vec<u8>,
}

impl Received {
    /// Returns the request in these bytes, or `None` while a part of it is missing.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
        let text = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let (first, head) = text.split_once("\r\n").unwrap_or((&text, ""));
        let mut words = first.split(' ');
        let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
        let body = body(head, &bytes[end + 4..])?;
        Some(Self { method, target, head: head.to_owned(), body })
    }

    /// Returns the method, such as `POST`.
    pub fn method(&self) -> &str {
        &self.method
    }

    /// Returns path and query.
    pub fn target(&self) -> &str {
        &self.target
    }

    /// Returns the path.
    pub fn path(&self) -> &str {
        self.target.split_once('?').map_or(&*self.target, |(path, _)| path)
    }

    /// Returns the query without its question mark. `None` if it is empty.
    pub fn query(&self) -> Option<&str> {
        self.target.split_once('?').map(|(_, query)| query).filter(|query| !query.is_empty())
    }

    /// Returns the value of the first header of this name, in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.head, name)
    }

    /// Returns the headers in order, each with its name in lower case.
    pub fn headers(&self) -> impl Iterator<Item = (String, &str)> {
        let lines = self.head.split("\r\n").filter_map(|line| line.split_once(':'));
        lines.map(|(name, value)| (name.to_ascii_lowercase(), value.trim()))
    }

    /// Returns the body as it was sent, without the chunks of its encoding.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// Returns the body as text, with U+FFFD for bytes that are not UTF-8.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Returns the headers, one per line.
    pub(super) fn head(&self) -> &str {
        &self.head
    }

    /// Returns whether it is a `method` request for `path`, with any query.
    pub(super) fn is_for(&self, method: Method, path: &str) -> bool {
        self.method == method.as_str() && self.path() == path
    }

    /// Returns whether its method is one that changes no data.
    pub(super) fn is_read(&self) -> bool {
        matches!(self.method.as_str(), "GET" | "HEAD" | "OPTIONS" | "PROPFIND" | "REPORT")
    }

    /// Returns method and path: `POST /people`.
    pub(super) fn method_and_path(&self) -> String {
        format!("{} {}", self.method, self.path())
    }
}

impl fmt::Debug for Received {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Received").field(&self.method_and_path()).finish()
    }
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let mut lines = head.split("\r\n").filter_map(|line| line.split_once(':'));
    lines.find(|(it, _)| it.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}

/// Returns the body, or `None` while a part of it is missing.
fn body(head: &str, bytes: &[u8]) -> Option<Vec<u8>> {
    if header(head, "transfer-encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("chunked")) {
        return join_chunks(bytes);
    }
    let length = header(head, "content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    bytes.get(..length).map(<[u8]>::to_vec)
}

fn join_chunks(mut bytes: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = bytes.windows(2).position(|window| window == b"\r\n")?;
        let size = str::from_utf8(&bytes[..end]).ok()?;
        let size = usize::from_str_radix(size.split(';').next()?.trim(), 16).ok()?;
        if size == 0 {
            return Some(body);
        }
        let start = end + 2;
        body.extend_from_slice(bytes.get(start..start.checked_add(size)?)?);
        bytes = bytes.get(start + size + 2..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_read_when_its_last_byte_arrives() {
        let whole = b"POST /people?page=1 HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody";
        assert!(Received::from_bytes(&whole[..whole.len() - 1]).is_none());
        let request = Received::from_bytes(whole).unwrap();
        assert_eq!((request.path(), request.query(), &*request.text()), ("/people", Some("page=1"), "body"));
        assert!(!request.is_read());
    }

    #[test]
    fn the_chunks_of_a_body_are_joined() {
        let whole = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nbo\r\n2\r\ndy\r\n0\r\n\r\n";
        assert_eq!(Received::from_bytes(whole).unwrap().body(), b"body");
        assert!(Received::from_bytes(&whole[..whole.len() - 8]).is_none());
    }
}
