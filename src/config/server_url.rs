//! The addresses of the queue's servers, separated by commas.
//!
//! An address with credentials is rejected, because addresses are shown and logged. No message repeats an address.

use unicontact_providers::http;
use url::Url;

const EXPECTED: &str = "expected nats://HOST:PORT or tls://HOST:PORT, several separated by commas";
const CREDENTIALS: &str = "the address has credentials: remove them and use token, user and password, nkey_seed or credentials_file";

/// Returns the addresses, at least one.
pub(super) fn parse_list(text: &str) -> Result<Vec<String>, &'static str> {
    text.split(',').map(parse).collect()
}

/// Returns whether the address is of this machine.
pub(super) fn is_this_machine(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| http::is_this_machine(&url))
}

fn parse(text: &str) -> Result<String, &'static str> {
    let text = text.trim();
    let url = Url::parse(text).map_err(|_| if text.contains('@') { CREDENTIALS } else { EXPECTED })?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(CREDENTIALS);
    }
    let is_bare = ["", "/"].contains(&url.path()) && url.query().is_none() && url.fragment().is_none();
    let has_host = url.host_str().is_some_and(|host| !host.is_empty());
    if !["nats", "tls"].contains(&url.scheme()) || !has_host || !is_bare {
        return Err(EXPECTED);
    }
    Ok(text.trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_separated_by_commas() {
        let urls = parse_list("nats://127.0.0.1:4222, tls://queue.example.com/,nats://[::1]:4223").unwrap();
        assert_eq!(urls, ["nats://127.0.0.1:4222", "tls://queue.example.com", "nats://[::1]:4223"]);
    }

    #[test]
    fn loopback_addresses_are_of_this_machine() {
        for url in ["nats://127.0.0.1:4222", "tls://localhost", "nats://[::1]:4223"] {
            assert!(is_this_machine(url), "{url}");
        }
        for url in ["nats://queue.example.com", "tls://10.0.0.1:4222", "nats://localhost.example.com"] {
            assert!(!is_this_machine(url), "{url}");
        }
    }

    #[test]
    fn other_text_is_rejected() {
        for text in [
            "",
            ",",
            "nats://a,",
            "localhost:4222",
            "127.0.0.1",
            "http://a:4222",
            "wss://a",
            "nats://",
            "nats://:4222",
            "nats://a:99999",
            "nats://a/b",
            "nats://a?b",
            "nats:a",
        ] {
            assert_eq!(parse_list(text), Err(EXPECTED), "{text}");
        }
    }

    #[test]
    fn an_address_with_credentials_is_rejected() {
        for text in
            ["nats://token@a:4222", "tls://user:password@a", "nats://a,nats://:password@b", "user@a:4222"]
        {
            assert_eq!(parse_list(text), Err(CREDENTIALS), "{text}");
        }
    }
}
