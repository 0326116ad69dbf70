//! A request as a server saw it.
//!
//! Its rule: it is kept as it came; what matters of it is decided where it is looked at.

use std::fmt;

use crate::draft::Method;

/// A request that was read to its end. It holds credentials and contact data as they travelled.
#[derive(Clone)]
pub struct Received {
    method: String,
    target: String,
    head: String,
    body: Vec<u8>,
}

impl Received {
    /// The request in these bytes, once they are all there.
    pub fn of_bytes(bytes: &[u8]) -> Option<Self> {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
        let text = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let (first, head) = text.split_once("\r\n").unwrap_or((&text, ""));
        let mut words = first.split(' ');
        let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
        let body = body(head, &bytes[end + 4..])?;
        Some(Self { method, target, head: head.to_owned(), body })
    }

    /// The method, such as `POST`.
    pub fn method(&self) -> &str {
        &self.method
    }

    /// Path and query.
    pub fn target(&self) -> &str {
        &self.target
    }

    /// The target without its query.
    pub fn path(&self) -> &str {
        self.target.split_once('?').map_or(&*self.target, |(path, _)| path)
    }

    /// What stands behind the question mark, if anything.
    pub fn query(&self) -> Option<&str> {
        self.target.split_once('?').map(|(_, query)| query).filter(|query| !query.is_empty())
    }

    /// The value of the first header of this name.
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.head, name)
    }

    /// The body, as it travelled.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The body as text; what is no UTF-8 is replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The headers, each on its line.
    pub(super) fn head(&self) -> &str {
        &self.head
    }

    /// Whether it is a `method` request for `path`, whatever its query.
    pub(super) fn is_for(&self, method: Method, path: &str) -> bool {
        self.method == method.as_str() && self.path() == path
    }

    /// Whether its method promises to change nothing.
    pub(super) fn is_read(&self) -> bool {
        matches!(self.method.as_str(), "GET" | "HEAD" | "OPTIONS")
    }

    /// Method and path, for a sentence.
    pub(super) fn in_words(&self) -> String {
        format!("{} {}", self.method, self.path())
    }
}

impl fmt::Debug for Received {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Received").field(&self.in_words()).finish()
    }
}

fn header<'a>(head: &'a str, wanted: &str) -> Option<&'a str> {
    let mut lines = head.split("\r\n").filter_map(|line| line.split_once(':'));
    lines.find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value.trim())
}

/// The body, once it is all there.
fn body(head: &str, bytes: &[u8]) -> Option<Vec<u8>> {
    if header(head, "transfer-encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("chunked")) {
        return unchunked(bytes);
    }
    let length = header(head, "content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    bytes.get(..length).map(<[u8]>::to_vec)
}

fn unchunked(mut bytes: &[u8]) -> Option<Vec<u8>> {
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
    fn a_request_is_read_once_it_is_all_there() {
        let whole = b"POST /people?page=1 HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody";
        assert!(Received::of_bytes(&whole[..whole.len() - 1]).is_none());
        let request = Received::of_bytes(whole).unwrap();
        assert_eq!((request.path(), request.query(), &*request.text()), ("/people", Some("page=1"), "body"));
        assert!(!request.is_read());
    }

    #[test]
    fn a_body_in_chunks_is_put_together() {
        let whole = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nbo\r\n2\r\ndy\r\n0\r\n\r\n";
        assert_eq!(Received::of_bytes(whole).unwrap().body(), b"body");
        assert!(Received::of_bytes(&whole[..whole.len() - 8]).is_none());
    }
}
