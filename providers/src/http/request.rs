//! An HTTP request before it is sent.

use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderValue};
use url::Url;

use super::{BODY_LIMIT, SendError};
use crate::authorization::Authorization;
use crate::draft::{Header, HeaderText, Method};
use crate::error::{Effect, ErrorKind};
use crate::secret::Secret;

/// One request.
pub(crate) struct Request {
    method: Method,
    url: Url,
    headers: Vec<Header>,
    body: Body,
    pub(crate) authorizations: Vec<Authorization>,
    timeout: Duration,
    /// A limit on the bytes of the answer's body that are read.
    pub(super) body_limit: usize,
}

/// The body of a request.
pub(crate) enum Body {
    Empty,
    Bytes(Vec<u8>),
    /// A form with credentials.
    Form(Secret),
}

impl Request {
    pub(crate) fn new(method: Method, url: Url, timeout: Duration) -> Self {
        Self {
            method,
            url,
            headers: Vec::new(),
            body: Body::Empty,
            authorizations: Vec::new(),
            timeout,
            body_limit: BODY_LIMIT,
        }
    }

    pub(crate) fn with_headers(mut self, headers: Vec<Header>) -> Self {
        self.headers = headers;
        self
    }

    pub(crate) fn with_body(mut self, body: Body) -> Self {
        self.body = body;
        self
    }

    pub(crate) fn with_authorizations(mut self, authorizations: Vec<Authorization>) -> Self {
        self.authorizations = authorizations;
        self
    }

    pub(crate) fn with_body_limit(mut self, limit: usize) -> Self {
        self.body_limit = limit;
        self
    }

    pub(super) fn build(mut self, client: &reqwest::Client) -> Result<reqwest::Request, SendError> {
        for (name, value) in self.authorizations.iter().filter_map(Authorization::query) {
            self.url.query_pairs_mut().append_pair(name, value);
        }
        let mut builder = client.request(self.method.into(), self.url).timeout(self.timeout);
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
        builder = match self.body {
            Body::Empty => builder,
            Body::Bytes(bytes) => builder.body(bytes),
            Body::Form(text) => builder
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(text.expose().to_owned()),
        };
        builder.build().map_err(SendError::from_reqwest)
    }
}

impl From<Method> for reqwest::Method {
    fn from(method: Method) -> Self {
        match method {
            Method::Get => Self::GET,
            Method::Post => Self::POST,
            Method::Put => Self::PUT,
            Method::Patch => Self::PATCH,
            Method::Delete => Self::DELETE,
        }
    }
}

fn secret_value(text: String) -> Result<HeaderValue, SendError> {
    let mut value = HeaderValue::try_from(text).map_err(|_| SendError {
        kind: ErrorKind::Config,
        effect: Effect::NotSent,
        message: "the credential holds characters that no header may hold",
        source: None,
    })?;
    value.set_sensitive(true);
    Ok(value)
}
