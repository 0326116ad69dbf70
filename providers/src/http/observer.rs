//! Looking on while an adapter speaks to a vendor.
//!
//! Its rule: an observer sees everything and changes nothing; what it is handed shows nothing of itself.

use std::fmt;

use url::Url;

use super::{Answer, SendError};

/// Looks on at every exchange of an [`Http`](super::Http), for contract tests.
///
/// It is handed credentials and contact data as they travelled. Whatever it keeps, writes or shows of them is its own
/// responsibility; its own `Debug` is shown with the client's and must hold neither.
pub trait Observer: fmt::Debug + Send + Sync {
    /// Told after each request that went out, once its answer was read or it is clear that none comes. A request that
    /// is dropped before that, as by a timeout around it, is not told.
    fn exchanged(&self, seen: Seen);
}

/// A request as it went out, and what came back. It holds credentials and contact data; its `Debug` shows neither.
#[derive(Clone)]
pub struct Seen {
    /// The method, such as `POST`.
    pub method: String,
    /// The whole address, with its query.
    pub url: Url,
    /// The headers that were set, the credential among them. What only the transport adds is not here.
    pub headers: Vec<(String, String)>,
    /// The body, as it travelled.
    pub body: Vec<u8>,
    /// The answer. `None` when no answer came: of a create, it may have been applied all the same.
    pub answer: Option<Answer>,
}

impl Seen {
    /// The request, of which no answer is known yet.
    pub(super) fn request(request: &reqwest::Request) -> Self {
        let text =
            |value: &reqwest::header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers = request.headers().iter();
        Self {
            method: request.method().to_string(),
            url: request.url().clone(),
            headers: headers.map(|(name, value)| (name.to_string(), text(value))).collect(),
            body: request.body().and_then(reqwest::Body::as_bytes).unwrap_or_default().to_vec(),
            answer: None,
        }
    }

    pub(super) fn answered(mut self, result: &Result<Answer, SendError>) -> Self {
        self.answer = result.as_ref().ok().cloned();
        self
    }

    /// The value of the first header of this name, in whatever case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let header = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        header.map(|(_, value)| value.as_str())
    }
}

impl fmt::Debug for Seen {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Seen")
            .field("method", &self.method)
            .field("path", &self.url.path())
            .field("bytes", &self.body.len())
            .field("answer", &self.answer)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_seen_shows_neither_credentials_nor_contact_data() {
        let seen = Seen {
            method: "POST".to_owned(),
            url: "https://api.example.com/people?mail=ada@example.com".parse().unwrap(),
            headers: vec![("authorization".to_owned(), "Bearer hidden-token".to_owned())],
            body: b"ada@example.com".to_vec(),
            answer: Some(Answer::new(200).with_body("ada@example.com")),
        };
        let shown = format!("{seen:?}");
        assert!(!shown.contains("ada@") && !shown.contains("hidden-token"), "{shown}");
        assert_eq!(seen.header("Authorization"), Some("Bearer hidden-token"));
    }
}
