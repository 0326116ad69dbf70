//! An HTTP response that closes its connection. Its content length may exceed the body.

use serde_json::Value;

#[derive(Debug, Clone)]
pub(crate) struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: String,
    missing: usize,
}

impl Answer {
    pub(crate) fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: String::new(), missing: 0 }
    }

    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self::text(status, "application/json", body.to_string())
    }

    pub(crate) fn html(status: u16, title: &str) -> Self {
        let page = format!(
            "<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"
        );
        Self::text(status, "text/html", page)
    }

    pub(crate) fn text(status: u16, content_type: &str, body: impl Into<String>) -> Self {
        Self { body: body.into(), ..Self::empty(status).header("content-type", content_type) }
    }

    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Claims a content length that exceeds the body.
    pub(crate) fn cut(mut self) -> Self {
        self.missing = 100;
        self
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let headers: Vec<String> =
            self.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let headers = headers.concat();
        let (status, length) = (self.status, self.body.len() + self.missing);
        let head =
            format!("HTTP/1.1 {status} Whatever\r\n{headers}connection: close\r\ncontent-length: {length}");
        format!("{head}\r\n\r\n{}", self.body).into_bytes()
    }
}
