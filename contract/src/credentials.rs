//! Fake credentials for adapters under test. A value depends on its configuration key alone.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The text that stands for a credential in a fixture.
pub const SECRET_PLACEHOLDER: &str = "[secret]";

const ISSUED: &str = "fake-issued-token";

/// The credentials of a provider under test, by configuration key, and the token that its login issues.
#[derive(Clone)]
pub struct FakeCredentials {
    keys: Vec<String>,
}

impl FakeCredentials {
    /// Creates credentials for these configuration keys.
    pub fn new(keys: impl IntoIterator<Item = String>) -> Self {
        Self { keys: keys.into_iter().collect() }
    }

    /// Returns the value of a configuration key.
    pub fn value(key: &str) -> String {
        match key {
            "email" | "username" => "fake-login@example.com".to_owned(),
            other => format!("fake-{}", other.replace('_', "-")),
        }
    }

    /// Returns the token that a login issues. A fixture writes it as `[secret]`.
    pub fn issued() -> &'static str {
        ISSUED
    }

    /// Returns the configuration keys.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().map(String::as_str)
    }

    /// Returns every text that no error, message or `Debug` output may contain.
    pub fn secrets(&self) -> Vec<String> {
        let mut secrets: Vec<String> = self.keys().map(Self::value).collect();
        secrets.extend(self.pairs());
        secrets.push(ISSUED.to_owned());
        secrets
    }

    /// Returns `[secret]` for a credential, and the text itself for any other.
    pub(crate) fn hidden<'a>(&self, text: &'a str) -> &'a str {
        if self.keys().any(|key| Self::value(key) == text) { SECRET_PLACEHOLDER } else { text }
    }

    /// Returns the header with its credential replaced by `[secret]`. Only `bearer` and pairs of the keys are replaced; any
    /// other value stays, and shows as a difference.
    pub(crate) fn hidden_in_header(&self, header: &str, bearer: Option<&str>) -> String {
        let Some((scheme, value)) = header.split_once(' ') else {
            return header.to_owned();
        };
        let is_expected = match scheme {
            "Bearer" => bearer == Some(value),
            "Basic" => self.pairs().iter().any(|pair| pair == value),
            _ => false,
        };
        if is_expected { format!("{scheme} {SECRET_PLACEHOLDER}") } else { header.to_owned() }
    }

    /// Returns each two neighbouring credentials as user name and password of a Basic authorization.
    pub(crate) fn pairs(&self) -> Vec<String> {
        let pairs = self.keys.windows(2);
        pairs
            .map(|pair| STANDARD.encode(format!("{}:{}", Self::value(&pair[0]), Self::value(&pair[1]))))
            .collect()
    }
}
