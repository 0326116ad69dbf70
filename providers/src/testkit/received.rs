//! A request as the suite's server saw it.
//!
//! Its rule: it is kept as it came; only what the script says of it is added.

use crate::draft::Method;

/// One request.
#[derive(Debug, Clone)]
pub(super) struct Received {
    pub(super) method: String,
    /// Path and query.
    pub(super) target: String,
    /// The headers, each on its line.
    pub(super) head: String,
    pub(super) body: String,
    /// Whether a preparation of the subject answers it.
    pub(super) is_preparation: bool,
}

impl Received {
    /// The request in these bytes, once they are all there.
    pub(super) fn of_bytes(bytes: &[u8]) -> Option<Self> {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
        let text = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let (first, head) = text.split_once("\r\n").unwrap_or((&text, ""));
        let mut words = first.split(' ');
        let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
        let body = body(head, &bytes[end + 4..])?;
        let body = String::from_utf8_lossy(&body).into_owned();
        Some(Self { method, target, head: head.to_owned(), body, is_preparation: false })
    }

    pub(super) fn path(&self) -> &str {
        self.target.split_once('?').map_or(&*self.target, |(path, _)| path)
    }

    pub(super) fn query(&self) -> Option<&str> {
        self.target.split_once('?').map(|(_, query)| query).filter(|query| !query.is_empty())
    }

    /// Whether it is a `method` request for `path`, whatever its query.
    pub(super) fn is_for(&self, method: Method, path: &str) -> bool {
        let name = match method {
            Method::Get => "GET",
            Method::Post => "POST",
        };
        self.method == name && self.path() == path
    }

    /// Whether it can change data, as far as anybody can tell from outside.
    pub(super) fn can_change_data(&self) -> bool {
        !self.is_preparation && !matches!(self.method.as_str(), "GET" | "HEAD" | "OPTIONS")
    }

    /// Method and path, for a sentence.
    pub(super) fn in_words(&self) -> String {
        format!("{} {}", self.method, self.path())
    }
}

/// The body, once it is all there.
fn body(head: &str, bytes: &[u8]) -> Option<Vec<u8>> {
    let header = |wanted: &str| {
        let mut lines = head.split("\r\n").filter_map(|line| line.split_once(':'));
        lines.find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value.trim())
    };
    if header("transfer-encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("chunked")) {
        return unchunked(bytes);
    }
    let length = header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
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
        assert_eq!((request.path(), request.query(), &*request.body), ("/people", Some("page=1"), "body"));
        assert!(request.can_change_data());
    }

    #[test]
    fn a_body_in_chunks_is_put_together() {
        let whole = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nbo\r\n2\r\ndy\r\n0\r\n\r\n";
        assert_eq!(Received::of_bytes(whole).unwrap().body, "body");
        assert!(Received::of_bytes(&whole[..whole.len() - 8]).is_none());
    }
}
