//! Credentials that are nobody's.
//!
//! Rule: a value is made from its key alone, so that whatever shows one can be told from everything else.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::fixture::HIDDEN;

const ISSUED: &str = "fake-issued-token";

/// The credentials of a provider under test, by configuration key, and what a login hands out.
#[derive(Clone)]
pub struct FakeCredentials {
    keys: Vec<String>,
}

impl FakeCredentials {
    /// Those of these configuration keys.
    pub fn new(keys: impl IntoIterator<Item = String>) -> Self {
        Self { keys: keys.into_iter().collect() }
    }

    /// The value for a configuration key.
    pub fn value(key: &str) -> String {
        match key {
            "email" | "username" => "fake-login@example.com".to_owned(),
            other => format!("fake-{}", other.replace('_', "-")),
        }
    }

    /// What a login hands out in place of `[secret]`.
    pub fn issued() -> &'static str {
        ISSUED
    }

    /// The configuration keys.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().map(String::as_str)
    }

    /// Every text that no error, message or `Debug` output may hold.
    pub fn secrets(&self) -> Vec<String> {
        let mut secrets: Vec<String> = self.keys().map(Self::value).collect();
        secrets.extend(self.pairs());
        secrets.push(ISSUED.to_owned());
        secrets
    }

    /// The text, or `[secret]` if it is a credential.
    pub(crate) fn hidden<'a>(&self, text: &'a str) -> &'a str {
        if self.keys().any(|key| Self::value(key) == text) { HIDDEN } else { text }
    }

    /// The header with `[secret]` in place of the credential that belongs there: `bearer`, or a pair of the keys.
    pub(crate) fn hidden_in_header(&self, header: &str, bearer: Option<&str>) -> String {
        let Some((scheme, value)) = header.split_once(' ') else {
            return header.to_owned();
        };
        let belongs = match scheme {
            "Bearer" => bearer == Some(value),
            "Basic" => self.pairs().iter().any(|pair| pair == value),
            _ => false,
        };
        if belongs { format!("{scheme} {HIDDEN}") } else { header.to_owned() }
    }

    /// Each two neighbouring credentials as user name and password of a Basic authorization.
    pub(crate) fn pairs(&self) -> Vec<String> {
        let pairs = self.keys.windows(2);
        pairs
            .map(|pair| STANDARD.encode(format!("{}:{}", Self::value(&pair[0]), Self::value(&pair[1]))))
            .collect()
    }
}
