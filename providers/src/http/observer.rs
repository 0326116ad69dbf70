//! An observer of the exchanges of an HTTP client, for contract tests. It changes nothing.

use std::fmt;

use url::Url;

use super::{Answer, SendError};

/// An observer of every exchange of an [`Http`](super::Http), for contract tests.
///
/// It receives credentials and contact data as they were sent, and is responsible for what it stores or prints of them. Its `Debug`
/// is part of the client's and must hold neither.
pub trait Observer: fmt::Debug + Send + Sync {
    /// Receives each request that was sent, after its answer was read or the request failed. A request whose future is dropped
    /// before that is not reported.
    fn exchanged(&self, observed: Seen);
}

/// A request as it was sent, and its answer. It holds credentials and contact data; `Debug` shows neither.
#[derive(Clone)]
pub struct Seen {
    /// The method, such as `POST`.
    pub method: String,
    /// The whole address, with its query.
    pub url: Url,
    /// The headers that were set, with the credential. Headers that only the transport adds are missing.
    pub headers: Vec<(String, String)>,
    /// The body as it was sent.
    pub body: Vec<u8>,
    /// The answer. `None` when no answer came; a create may have been applied all the same.
    pub answer: Option<Answer>,
}

impl Seen {
    /// Returns a request without an answer.
    pub(super) fn from_request(request: &reqwest::Request) -> Self {
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

    pub(super) fn with_result(mut self, result: &Result<Answer, SendError>) -> Self {
        self.answer = result.as_ref().ok().cloned();
        self
    }

    /// Returns the value of the first header of this name, in any case.
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
    fn debug_of_an_observed_exchange_shows_no_credential_and_no_contact_data() {
        let observed = Seen {
            method: "POST".to_owned(),
            url: "https://api.example.com/people?mail=ada@example.com".parse().unwrap(),
            headers: vec![("authorization".to_owned(), "Bearer hidden-token".to_owned())],
            body: b"ada@example.com".to_vec(),
            answer: Some(Answer::new(200).with_body("ada@example.com")),
        };
        let text = format!("{observed:?}");
        assert!(!text.contains("ada@") && !text.contains("hidden-token"), "{text}");
        assert_eq!(observed.header("Authorization"), Some("Bearer hidden-token"));
    }
}
