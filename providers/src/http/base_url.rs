//! The address of a vendor's API: `https`, or plain `http` to this machine only, without credentials and query.

use std::fmt;
use std::net::Ipv4Addr;
use std::str::FromStr;

use serde::Deserialize;
use thiserror::Error;
use url::{Host, Url};

/// The address that a vendor's paths are appended to.
///
/// ```
/// use unicontact_providers::http::BaseUrl;
///
/// assert!("https://cdn.emnify.net".parse::<BaseUrl>().is_ok());
/// assert!("http://127.0.0.1:8089".parse::<BaseUrl>().is_ok());
/// assert!("http://cdn.emnify.net".parse::<BaseUrl>().is_err());
/// ```
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(try_from = "String")]
#[cfg_attr(feature = "schema", schemars(with = "String", extend("format" = "uri")))]
pub struct BaseUrl(Url);

/// Error of an address that cannot be a base URL. It does not repeat the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum BaseUrlError {
    /// Not a URL.
    #[error("not a URL (expected something like https://api.example.com)")]
    NotAUrl,
    /// Neither `https` nor `http`.
    #[error("only https is spoken, and http to this machine")]
    Scheme,
    /// Plain `http` to another machine.
    #[error("plain http is refused except to this machine (127.0.0.1, [::1], localhost): use https")]
    PlainHttp,
    /// User name or password in the URL.
    #[error("credentials do not belong into a URL")]
    Credentials,
    /// Query or fragment in the URL.
    #[error("a base URL has no query and no fragment")]
    Query,
}

impl BaseUrl {
    /// Returns whether the host is this machine: 127.0.0.1, `[::1]` or localhost.
    pub fn is_this_machine(&self) -> bool {
        is_this_machine(&self.0)
    }

    /// Returns the host without its port.
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// Returns a vendor's default address, a constant that the tests check.
    pub(crate) fn from_constant(address: &'static str) -> Self {
        address.parse().unwrap_or_else(|error| unreachable!("{address}: {error}"))
    }

    /// Returns the URL with `segments` appended to its path, each escaped.
    pub fn join(&self, segments: &[&str]) -> Url {
        let mut url = self.0.clone();
        // Only a URL that cannot be a base has no segments, and `from_str` accepts none.
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        url
    }
}

impl FromStr for BaseUrl {
    type Err = BaseUrlError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url = Url::parse(text.trim()).map_err(|_| BaseUrlError::NotAUrl)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(BaseUrlError::Credentials);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(BaseUrlError::Query);
        }
        match url.scheme() {
            "https" => Ok(Self(url)),
            "http" if is_this_machine(&url) => Ok(Self(url)),
            "http" => Err(BaseUrlError::PlainHttp),
            _ => Err(BaseUrlError::Scheme),
        }
    }
}

impl TryFrom<String> for BaseUrl {
    type Error = BaseUrlError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

/// Returns whether the host of a URL is this machine: 127.0.0.1, `[::1]` or localhost.
pub fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        // A scheme such as `nats` leaves an address of four numbers a text.
        Some(Host::Domain(name)) => {
            name == "localhost" || name.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
        }
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0.as_str())
    }
}

impl fmt::Debug for BaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "BaseUrl({})", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_goes_to_this_machine_only() {
        for allowed in ["http://localhost:1", "http://127.9.9.9", "http://[::1]:80", "https://a.example"] {
            assert!(allowed.parse::<BaseUrl>().is_ok(), "{allowed}");
        }
        for (rejected, error) in [
            ("http://10.0.0.1", BaseUrlError::PlainHttp),
            ("http://localhost.example.com", BaseUrlError::PlainHttp),
            ("ftp://a.example", BaseUrlError::Scheme),
            ("https://user:pass@a.example", BaseUrlError::Credentials),
            ("https://a.example?token=1", BaseUrlError::Query),
            ("a.example", BaseUrlError::NotAUrl),
        ] {
            assert_eq!(rejected.parse::<BaseUrl>(), Err(error), "{rejected}");
        }
    }

    #[test]
    fn segments_are_appended_to_any_path() {
        let base: BaseUrl = "https://a.example/prefix/".parse().unwrap();
        assert_eq!(base.join(&["api", "x y"]).as_str(), "https://a.example/prefix/api/x%20y");
    }
}
