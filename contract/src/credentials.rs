//! Fake credentials for adapters under test. A value depends on its configuration key alone.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use url::form_urlencoded;

/// The text that stands for a credential in a fixture.
pub const SECRET_PLACEHOLDER: &str = "[secret]";

const ISSUED: &str = "fake-issued-token";

/// The credentials of a provider under test, by configuration key, and the token that its login issues.
#[derive(Clone)]
pub struct FakeCredentials {
    keys: Vec<String>,
    /// The headers and query members of a described vendor that hold them. `None` for other vendors.
    members: Option<Vec<String>>,
}

impl FakeCredentials {
    /// Creates credentials for these configuration keys.
    pub fn new(keys: impl IntoIterator<Item = String>) -> Self {
        Self { keys: keys.into_iter().collect(), members: None }
    }

    /// Creates credentials for these configuration keys of a described vendor, which go into these headers and query members
    /// or into an authorization.
    pub(crate) fn described(
        keys: impl IntoIterator<Item = String>,
        members: impl IntoIterator<Item = String>,
    ) -> Self {
        Self { keys: keys.into_iter().collect(), members: Some(members.into_iter().collect()) }
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

    /// Returns the header with its credential replaced by `[secret]`. After `Bearer`, only `bearer` is replaced; any other
    /// value stays, and shows as a difference. Without `bearer`, every credential is.
    pub(crate) fn hidden_in_header(&self, name: &str, header: &str, bearer: Option<&str>) -> String {
        match header.split_once(' ').filter(|_| name == "authorization") {
            Some((scheme, value)) if self.is_expected(scheme, value, bearer) => {
                format!("{scheme} {SECRET_PLACEHOLDER}")
            }
            None if self.is_in(header) || self.is_member(name) => SECRET_PLACEHOLDER.to_owned(),
            Some(_) | None => header.to_owned(),
        }
    }

    /// Returns whether a header or target holds the token that a login issued.
    pub(crate) fn hold_issued(text: &str) -> bool {
        let encoded = text.strip_prefix("Basic ").and_then(|value| STANDARD.decode(value).ok());
        let decoded = encoded.and_then(|bytes| String::from_utf8(bytes).ok());
        text.contains(ISSUED) || decoded.is_some_and(|pair| pair.contains(ISSUED))
    }

    fn is_expected(&self, scheme: &str, value: &str, bearer: Option<&str>) -> bool {
        match (scheme, bearer) {
            ("Basic", _) if self.members.is_some() => {
                let pair = STANDARD.decode(value).ok().and_then(|bytes| String::from_utf8(bytes).ok());
                pair.is_some_and(|pair| self.is_in(&pair))
            }
            ("Basic", _) => self.pairs().iter().any(|pair| pair == value),
            ("Bearer", Some(bearer)) => bearer == value,
            _ => self.is_in(value),
        }
    }

    /// Returns path and query with `[secret]` for each query member that holds a credential.
    pub(crate) fn hidden_in_target(&self, target: &str) -> String {
        let Some((path, query)) = target.split_once('?') else {
            return target.to_owned();
        };
        let hidden = |member: &str| {
            let holds_one = form_urlencoded::parse(member.as_bytes()).any(|(_, value)| self.is_in(&value));
            match member.split_once('=').filter(|(name, _)| holds_one || self.is_member(name)) {
                Some((name, _)) => format!("{name}={SECRET_PLACEHOLDER}"),
                None => member.to_owned(),
            }
        };
        format!("{path}?{}", query.split('&').map(hidden).collect::<Vec<_>>().join("&"))
    }

    fn is_member(&self, name: &str) -> bool {
        self.members.iter().flatten().any(|member| member == name)
    }

    /// Returns whether a text holds a credential or an issued token.
    fn is_in(&self, text: &str) -> bool {
        text.contains(ISSUED) || self.keys().any(|key| text.contains(&Self::value(key)))
    }

    /// Returns a Basic authorization whose user name and password have no configuration keys of their own.
    pub(crate) fn unnamed_pair() -> String {
        STANDARD.encode("fake-user:fake-password")
    }

    /// Returns each two neighbouring credentials as user name and password of a Basic authorization.
    pub(crate) fn pairs(&self) -> Vec<String> {
        let pairs = self.keys.windows(2);
        pairs
            .map(|pair| STANDARD.encode(format!("{}:{}", Self::value(&pair[0]), Self::value(&pair[1]))))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credential_is_hidden_wherever_a_description_may_put_it() {
        let keys = ["email", "api_token"].map(str::to_owned);
        let credentials = FakeCredentials::described(keys, ["x-workspace".to_owned()]);
        let pair = STANDARD.encode("fake-login@example.com/token:fake-api-token");
        for (name, header, hidden) in [
            ("authorization", format!("Basic {pair}"), "Basic [secret]"),
            ("authorization", "Zoho-oauthtoken fake-api-token".to_owned(), "Zoho-oauthtoken [secret]"),
            ("authorization", "Token token=fake-api-token".to_owned(), "Token [secret]"),
            ("authorization", "fake-api-token".to_owned(), "[secret]"),
            ("x-api-key", "Key fake-api-token".to_owned(), "[secret]"),
            ("x-api-version", "2".to_owned(), "2"),
            ("x-workspace", "7".to_owned(), "[secret]"),
            ("authorization", "Bearer another".to_owned(), "Bearer another"),
        ] {
            let header = credentials.hidden_in_header(name, &header, None);
            assert_eq!(header, hidden);
        }
        let header = credentials.hidden_in_header("authorization", "Bearer fake-api-token", Some("issued"));
        assert_eq!(header, "Bearer fake-api-token");
        assert_eq!(
            credentials.hidden_in_target("/people?limit=1&key=fake%2Dapi%2Dtoken"),
            "/people?limit=1&key=[secret]"
        );
    }
}
