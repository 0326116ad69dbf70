//! A vendor's answer, read leniently: it needs no content type, no JSON and no complete body.

use std::borrow::Cow;
use std::time::Duration;

use jiff::fmt::rfc2822;
use jiff::{SignedDuration, Timestamp};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

use super::members;

/// Status, headers and body of an answer.
#[derive(Clone)]
pub struct Answer {
    status: u16,
    headers: HeaderMap,
    body: Vec<u8>,
    end: End,
}

/// How the body of an answer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The body is complete.
    Whole,
    /// The connection broke, or the time was up, in the middle of the body.
    Cut,
    /// The body was longer than the limit ([`BODY_LIMIT`](super::BODY_LIMIT), or [`LIST_LIMIT`](super::LIST_LIMIT) of a list of all
    /// contacts), and the rest was not read.
    Capped,
}

/// The text before the JSON object of an answer that should begin with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BeforeJson {
    /// HTML, such as a warning that PHP printed.
    Markup,
    /// Other text.
    Text,
}

/// A limit on the number of offsets at which an object is tried.
const MAX_OFFSETS: usize = 32;

impl Answer {
    /// Returns an answer without headers and body, for tests and contract suites.
    pub fn new(status: u16) -> Self {
        Self { status, headers: HeaderMap::new(), body: Vec::new(), end: End::Whole }
    }

    /// Adds a header. A header that HTTP does not allow is ignored.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            self.headers.append(name, value);
        }
        self
    }

    /// Sets the status.
    #[cfg(feature = "testkit")]
    #[must_use]
    pub(crate) fn with_status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// Sets the body.
    #[must_use]
    pub fn with_body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// Sets how the body ended.
    #[must_use]
    pub fn with_end(mut self, end: End) -> Self {
        self.end = end;
        self
    }

    pub(super) async fn read(mut response: reqwest::Response, body_limit: usize) -> Self {
        let mut answer = Self {
            status: response.status().as_u16(),
            headers: std::mem::take(response.headers_mut()),
            body: Vec::new(),
            end: End::Whole,
        };
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if answer.body.len() + chunk.len() > body_limit => {
                    let room = body_limit - answer.body.len();
                    answer.body.extend_from_slice(&chunk[..room]);
                    answer.end = End::Capped;
                    return answer;
                }
                Ok(Some(chunk)) => answer.body.extend_from_slice(&chunk),
                Ok(None) => return answer,
                Err(_) => {
                    answer.end = End::Cut;
                    return answer;
                }
            }
        }
    }

    /// Returns the HTTP status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Returns whether the status is a success (2xx).
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Returns every header.
    #[cfg(feature = "testkit")]
    pub(crate) fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Returns the body as it was received.
    #[cfg(feature = "testkit")]
    pub(crate) fn body(&self) -> &[u8] {
        &self.body
    }

    /// Returns how the body ended.
    pub fn end(&self) -> End {
        self.end
    }

    /// Returns the text of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Returns the name in lower case and the value of every header that is text.
    #[cfg(feature = "testkit")]
    pub fn text_headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)))
    }

    /// Returns every value of a header that is text.
    pub(crate) fn header_values(&self, name: &str) -> impl Iterator<Item = &str> {
        self.headers.get_all(name).iter().filter_map(|value| value.to_str().ok())
    }

    /// Returns the body as text, without the byte order marks before it. Of several marks the last one sets the encoding, and the
    /// content type is ignored.
    pub fn text(&self) -> Cow<'_, str> {
        match self.body.trim_ascii_start() {
            [0xEF | 0xFE | 0xFF, ..] => decode_marked(&self.body),
            _ => decode_utf8(&self.body),
        }
    }

    /// Returns the first JSON document of the body, with any content type.
    pub fn json(&self) -> Option<Value> {
        let text = self.text();
        let mut documents = serde_json::Deserializer::from_str(&text).into_iter();
        // A text may begin with a number: "404 page not found".
        documents.next()?.ok().filter(|first: &Value| !matches!(first, Value::Number(_) | Value::Bool(_)))
    }

    /// Returns the kind of text before the first JSON object or list of a body that does not begin with JSON.
    pub(crate) fn before_json(&self) -> Option<BeforeJson> {
        let text = self.text();
        let is_document = |offset: &usize| {
            let mut documents = serde_json::Deserializer::from_str(&text[*offset..]).into_iter();
            documents.next().is_some_and(|first: Result<Value, _>| first.is_ok())
        };
        let offsets = text.match_indices(['{', '[']).map(|(offset, _)| offset).take(MAX_OFFSETS);
        let start = offsets.filter(|offset| *offset > 0).find(is_document)?;
        let is_markup = text[..start].trim_start().starts_with('<');
        Some(if is_markup { BeforeJson::Markup } else { BeforeJson::Text })
    }

    /// Returns the members whose names are kept, if [`json`](Self::json) is an object. The others are not built.
    pub(crate) fn members(&self, is_kept: &dyn Fn(&str) -> bool) -> Option<Value> {
        members::from_object(&self.text(), is_kept)
    }

    /// Returns whether the answer has a `Location`.
    pub(crate) fn has_location(&self) -> bool {
        self.header("location").is_some_and(|location| !location.trim().is_empty())
    }

    /// Returns whether the body is a web page.
    pub fn is_html(&self) -> bool {
        let text = self.text();
        let start = text.trim_start();
        let begins = |tag: &str| start.get(..tag.len()).is_some_and(|head| head.eq_ignore_ascii_case(tag));
        begins("<!doctype") || begins("<html") || begins("<head") || begins("<body") || begins("<h1")
    }

    /// Returns the headline of a body that is not JSON: a page's title, or the first line.
    pub(crate) fn headline(&self) -> Option<String> {
        let text = self.text();
        let line = if self.is_html() {
            let lower = text.to_ascii_lowercase();
            let start = lower.find("<title>")? + "<title>".len();
            let end = start + lower[start..].find("</title>")?;
            text.get(start..end)?.trim().to_owned()
        } else {
            text.trim().lines().next()?.trim().to_owned()
        };
        (!line.is_empty() && !line.starts_with(['{', '[', '<'])).then_some(line)
    }

    /// Returns the vendor's id of the request, if it [is one](is_request_id).
    pub(crate) fn request_id(&self) -> Option<String> {
        const NAMES: &[&str] = &[
            "x-request-id",
            "request-id",
            "x-correlation-id",
            "x-amzn-requestid",
            "x-amz-request-id",
            "cf-ray",
        ];
        let id = NAMES.iter().find_map(|name| self.header(name))?.trim();
        is_request_id(id).then(|| id.to_owned())
    }

    /// Returns the wait of the header `Retry-After`, in seconds or as a date.
    pub(crate) fn retry_after_header(&self, now: Timestamp) -> Option<Duration> {
        let text = self.header("retry-after")?;
        seconds(text).or_else(|| until_date(text, now))
    }

    /// Returns the wait that the vendor asks for: `Retry-After` in seconds or as a date, or a rate-limit reset.
    pub(crate) fn retry_after(&self, now: Timestamp) -> Option<Duration> {
        if self.header("retry-after").is_some() {
            return self.retry_after_header(now);
        }
        let reset = ["ratelimit-reset", "x-ratelimit-reset", "x-rate-limit-reset"]
            .iter()
            .find_map(|name| self.header(name))?;
        let reset = seconds(reset)?;
        // Some vendors send a point in time, others a duration. No duration is as long as the Unix time.
        let time = Timestamp::from_second(i64::try_from(reset.as_secs()).ok()?).ok()?;
        if reset.as_secs() > 1_000_000_000 { Some(duration_between(now, time)) } else { Some(reset) }
    }
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Answer")
            .field("status", &self.status)
            .field("bytes", &self.body.len())
            .field("end", &self.end)
            .finish_non_exhaustive()
    }
}

/// Decodes a text behind byte order marks, with or without white space between them.
fn decode_marked(bytes: &[u8]) -> Cow<'_, str> {
    let mut rest = bytes;
    let mut encoding = Encoding::Utf8;
    loop {
        (rest, encoding) = match rest.trim_ascii_start() {
            [0xEF, 0xBB, 0xBF, rest @ ..] => (rest, Encoding::Utf8),
            [0xFF, 0xFE, rest @ ..] => (rest, Encoding::Utf16(u16::from_le_bytes)),
            [0xFE, 0xFF, rest @ ..] => (rest, Encoding::Utf16(u16::from_be_bytes)),
            _ => break,
        };
    }
    match encoding {
        Encoding::Utf8 => decode_utf8(rest),
        Encoding::Utf16(read) => {
            let text = decode_utf16(rest, read);
            text.trim_start_matches(|it: char| it == '\u{feff}' || it.is_whitespace()).to_owned().into()
        }
    }
}

#[derive(Clone, Copy)]
enum Encoding {
    Utf8,
    Utf16(fn([u8; 2]) -> u16),
}

/// Valid UTF-8 is checked first, because that is many times faster than the lossy decoding.
fn decode_utf8(bytes: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

fn decode_utf16(bytes: &[u8], read: fn([u8; 2]) -> u16) -> String {
    let units = bytes.chunks_exact(2).map(|pair| read([pair[0], pair[1]]));
    char::decode_utf16(units).map(|character| character.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// Returns whether a text is printable ASCII of at most 100 characters.
pub(crate) fn is_request_id(text: &str) -> bool {
    const LIMIT: usize = 100;
    let is_printable = text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    is_printable && (1..=LIMIT).contains(&text.len())
}

fn seconds(text: &str) -> Option<Duration> {
    let seconds: f64 = text.trim().parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}

pub(crate) fn until_date(text: &str, now: Timestamp) -> Option<Duration> {
    let time = rfc2822::DateTimeParser::new().parse_timestamp(text.trim()).ok()?;
    Some(duration_between(now, time))
}

pub(crate) fn duration_between(from: Timestamp, to: Timestamp) -> Duration {
    let length: SignedDuration = to.duration_since(from);
    Duration::try_from(length).unwrap_or(Duration::ZERO)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn now() -> Timestamp {
        "2026-11-20T10:00:00Z".parse().unwrap()
    }

    fn retry_after(name: &str, value: &str) -> Option<u64> {
        let answer = Answer::new(429).with_header(name, value);
        answer.retry_after(now()).map(|wait| wait.as_secs())
    }

    #[test]
    fn retry_after_is_read_as_seconds_date_or_reset() {
        assert_eq!(retry_after("retry-after", "30"), Some(30));
        assert_eq!(retry_after("Retry-After", " 30 "), Some(30));
        assert_eq!(retry_after("retry-after", "Fri, 20 Nov 2026 10:00:45 GMT"), Some(45));
        assert_eq!(retry_after("retry-after", "Fri, 20 Nov 2026 09:00:00 GMT"), Some(0));
        assert_eq!(retry_after("retry-after", "soon"), None);
        assert_eq!(retry_after("retry-after", "-5"), None);
        assert_eq!(retry_after("x-ratelimit-reset", "12"), Some(12));
        assert_eq!(retry_after("x-ratelimit-reset", "1795168860"), Some(60));
    }

    #[test]
    fn json_is_read_through_a_byte_order_mark_utf_16_and_a_second_document() {
        let wide: Vec<u8> =
            [0xFF, 0xFE].into_iter().chain("{\"a\":1}".encode_utf16().flat_map(u16::to_le_bytes)).collect();
        for body in [b"\xEF\xBB\xBF{\"a\":1}".to_vec(), wide, b"{\"a\":1}{\"b\":2}".to_vec()] {
            assert_eq!(Answer::new(200).with_body(body).json(), Some(json!({"a": 1})));
        }
        assert_eq!(Answer::new(200).with_body("{\"a\":").json(), None);
    }

    #[test]
    fn json_is_read_through_several_byte_order_marks_and_white_space() {
        const MARK: &[u8] = b"\xEF\xBB\xBF";
        let document = b"{\"a\":1}".as_slice();
        let little: Vec<u8> = "{\"a\":1}".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = "\u{feff} {\"a\":1}".encode_utf16().flat_map(u16::to_be_bytes).collect();
        for body in [
            [MARK, MARK, document].concat(),
            [MARK, MARK, MARK, document].concat(),
            [MARK, b"\r\n ", MARK, b"\n", document].concat(),
            [b"\n", MARK, document].concat(),
            [MARK, b"\xFF\xFE", &little].concat(),
            [b"\xFF\xFE\xFF\xFE", little.as_slice()].concat(),
            [b"\xFF\xFE", MARK, document].concat(),
            [b"\xFE\xFF", big.as_slice()].concat(),
        ] {
            assert_eq!(Answer::new(200).with_body(body.clone()).json(), Some(json!({"a": 1})), "{body:?}");
        }
    }

    #[test]
    fn a_request_id_is_short_and_printable() {
        let request_id = |value: &str| Answer::new(500).with_header("x-request-id", value).request_id();
        assert_eq!(request_id("8a1b2c3d4e5f6789-FRA").as_deref(), Some("8a1b2c3d4e5f6789-FRA"));
        assert_eq!(request_id(&"a".repeat(100)).map(|id| id.len()), Some(100));
        assert_eq!(request_id(&"a".repeat(101)), None);
        for unfit in ["", " ", "a\tb", "\u{fc}ber"] {
            assert_eq!(request_id(unfit), None, "{unfit:?}");
        }
    }

    #[test]
    fn a_web_page_gives_its_title() {
        let page = "<html><head><title>502 Bad Gateway</title></head></html>";
        let answer = Answer::new(502).with_body(page);
        assert!(answer.is_html());
        assert_eq!(answer.headline().as_deref(), Some("502 Bad Gateway"));
    }
}
