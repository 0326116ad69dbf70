//! An HTTP request before it is sent.

use std::time::Duration;

use reqwest::header::HeaderValue;
use url::Url;

use super::{BODY_LIMIT, SendError};
use crate::authorization::Authorization;
use crate::draft::{Header, HeaderText, Method};
use crate::error::{Effect, ErrorKind};

/// One request. It has no `Debug`, because the body may hold credentials.
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: Vec<Header>,
    pub(crate) body: Option<Vec<u8>>,
    pub(crate) authorizations: Vec<Authorization>,
    pub(crate) timeout: Duration,
    /// A limit on the bytes of the answer's body that are read.
    pub(crate) body_limit: usize,
}

impl Request {
    /// Returns a request without headers, body or credentials, whose answer is read up to [`BODY_LIMIT`].
    pub(crate) fn new(method: Method, url: Url, timeout: Duration) -> Self {
        Self {
            method,
            url,
            headers: Vec::new(),
            body: None,
            authorizations: Vec::new(),
            timeout,
            body_limit: BODY_LIMIT,
        }
    }

    pub(super) fn build(mut self, client: &reqwest::Client) -> Result<reqwest::Request, SendError> {
        for (name, value) in self.authorizations.iter().filter_map(Authorization::query) {
            self.url.query_pairs_mut().append_pair(name, value);
        }
        let method = reqwest::Method::from_bytes(self.method.as_str().as_bytes());
        let method =
            method.map_err(|_| not_allowed("the method holds characters that no method may hold"))?;
        let mut builder = client.request(method, self.url).timeout(self.timeout);
        for header in &self.headers {
            if let HeaderText::Plain(text) = &header.value {
                builder = builder.header(&*header.name, &**text);
            }
        }
        for authorization in &self.authorizations {
            if let (Some(name), Some(text)) = (authorization.header_name(), authorization.header_text()) {
                builder = builder.header(name, secret_value(text)?);
            }
        }
        if let Some(body) = self.body {
            builder = builder.body(body);
        }
        builder.build().map_err(SendError::from_reqwest)
    }
}

fn secret_value(text: String) -> Result<HeaderValue, SendError> {
    let mut value = HeaderValue::try_from(text)
        .map_err(|_| not_allowed("the credential holds characters that no header may hold"))?;
    value.set_sensitive(true);
    Ok(value)
}

/// Returns the error of a request that HTTP does not allow.
fn not_allowed(message: &'static str) -> SendError {
    SendError {
        kind: ErrorKind::Config,
        effect: Effect::NotSent,
        message: message.into(),
        hint: None,
        source: None,
    }
}
