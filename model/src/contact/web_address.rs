//! A web address: `http` or `https` with a host. A host without a scheme is read as `https`.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;
use url::Url;

/// A web address, kept as written.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WebAddress {
    text: String,
    url: Url,
}

/// The error of a text that is not a web address. It does not hold the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a web address (expected something like https://example.com)")]
pub struct WebAddressError;

impl WebAddress {
    /// Returns the address as written, with its scheme.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the host: `example.com`.
    pub fn host(&self) -> String {
        self.host_and_more().0
    }

    /// Returns the host, and whether a port, path, query or fragment follows it.
    pub fn host_and_more(&self) -> (String, bool) {
        let url = &self.url;
        let has_more =
            url.path() != "/" || url.query().is_some() || url.fragment().is_some() || url.port().is_some();
        (url.host_str().unwrap_or_default().to_owned(), has_more)
    }

    /// Returns the account's name in the address of a profile on one of `hosts`: the path, if it has exactly one segment.
    pub fn account_on(&self, hosts: &[&str]) -> Option<String> {
        let url = &self.url;
        let host = url.host_str()?;
        let host = host.strip_prefix("www.").or_else(|| host.strip_prefix("m.")).unwrap_or(host);
        let mut parts = url.path_segments()?.filter(|part| !part.is_empty());
        let (account, rest) = (parts.next()?, parts.next());
        let is_profile = hosts.contains(&host) && rest.is_none() && url.query().is_none();
        is_profile.then(|| account.trim_start_matches('@').to_owned())
    }
}

impl FromStr for WebAddress {
    type Err = WebAddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let complete = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
        let url = Url::parse(&complete).map_err(|_| WebAddressError)?;
        let host = url.host_str().ok_or(WebAddressError)?;
        if matches!(url.scheme(), "http" | "https") && host.contains(['.', ':']) {
            Ok(Self { text: complete, url })
        } else {
            Err(WebAddressError)
        }
    }
}

super::value_type!(WebAddress, "uri");
