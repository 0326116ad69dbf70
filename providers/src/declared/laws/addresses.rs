//! Where credentials may go: hosts that the description writes, or keys of the account that can be nothing but a host.

use super::super::account_kind::AccountKind;
use super::super::rules::Rules;
use super::super::table::TableReader;
use super::super::template::Template;

const HTTPS: &str = "https://";

/// Reports each address whose host a key of the account could change or prolong.
pub(super) fn check(rules: &Rules, top: &TableReader<'_>) {
    let urls =
        rules.credentials.iter().filter_map(|credential| credential.token.as_ref()).map(|token| &token.url);
    // A path follows the base.
    let urls = urls.filter(|url| !url.as_str().starts_with('/')).map(|url| ("auth", url));
    for (table, address) in std::iter::once(("address", &rules.base)).chain(urls) {
        for message in mistakes(rules, address) {
            top.report_texts(table, &|text| text == address.as_str(), &message);
        }
    }
}

fn mistakes(rules: &Rules, address: &Template) -> Vec<String> {
    match parts(rules, address) {
        Err(message) => vec![message],
        Ok((host, path)) => {
            let of_host = Template::new(host);
            let of_path = Template::new(path);
            let of_host = of_host.holes().filter_map(|hole| mistake_in_host(rules, hole));
            of_host.chain(of_path.holes().filter_map(|hole| mistake_in_path(rules, hole))).collect()
        }
    }
}

/// Returns the host of an address, which is empty where a key of the account is the whole origin, and what follows it.
fn parts<'a>(rules: &Rules, address: &'a Template) -> Result<(&'a str, &'a str), String> {
    let text = address.as_str();
    if let Some(rest) = text.strip_prefix(HTTPS) {
        let (host, path) = rest.split_at(rest.find(['/', '\\', '?', '#']).unwrap_or(rest.len()));
        return if host.is_empty() {
            Err("names no host after https://".to_owned())
        } else if host.contains('@') {
            Err("has a user before its host: a credential belongs into [[auth]]".to_owned())
        } else {
            Ok((host, path))
        };
    }
    let hole = address.holes().next().filter(|hole| text.starts_with(&format!("{{{hole}}}")));
    let Some(hole) = hole else {
        return Err(no_address(text));
    };
    check_origin(rules, hole)?;
    let path = &text[hole.len() + 2..];
    if path.is_empty() || path.starts_with('/') {
        return Ok(("", path));
    }
    Err(format!("`{{{hole}}}` is a whole address, and only a path can follow it, such as `{{{hole}}}/v1`"))
}

fn no_address(text: &str) -> String {
    let message = "an address begins with https:// or with a key of the kind `origin`";
    if text.starts_with("http://") {
        return format!(
            "{message}; for a server on this machine, write https:// here and set `base_url` of the provider to its address"
        );
    }
    message.to_owned()
}

/// Refuses a key that is neither an origin nor a choice among addresses.
fn check_origin(rules: &Rules, hole: &str) -> Result<(), String> {
    let key = rules.account.key_of_hole(hole);
    match key.map(|key| &key.kind) {
        Some(AccountKind::Origin(_)) => Ok(()),
        Some(AccountKind::Choice(_)) => {
            let texts = key.map(|key| key.described_texts(hole)).unwrap_or_default();
            match texts.into_iter().find(|text| !is_origin(text)) {
                None => Ok(()),
                Some(text) => Err(format!(
                    "`{{{hole}}}` begins the address, and its value `{text}` is no https address without a path"
                )),
            }
        }
        _ => Err(no_address("")),
    }
}

/// Returns whether a value of the description is scheme and host alone.
fn is_origin(text: &str) -> bool {
    text.starts_with(HTTPS) && AccountKind::Origin(Vec::new()).read(&text.into()).is_ok()
}

fn mistake_in_host(rules: &Rules, hole: &str) -> Option<String> {
    let key = rules.account.key_of_hole(hole);
    match key.map(|key| &key.kind) {
        Some(AccountKind::HostLabel) => None,
        Some(AccountKind::Choice(choices))
            if !hole.contains('.') && choices.iter().any(|it| !it.parts.is_empty()) =>
        {
            let part = choices.iter().flat_map(|it| &it.parts).map(|(name, _)| name.as_str()).next();
            let part = part.unwrap_or_default();
            Some(format!("`{{{hole}}}` in a host is one of its values, such as `{{{hole}.{part}}}`"))
        }
        Some(AccountKind::Choice(_)) => {
            let texts = key.map(|key| key.described_texts(hole)).unwrap_or_default();
            let whole = texts.into_iter().find(|text| text.contains(['/', ':', '@', '?', '#', '\\']));
            whole.map(|text| {
                format!("`{{{hole}}}` stands in a host, and its value `{text}` is no part of one: begin the address with the hole, or take what is no host out of the values")
            })
        }
        _ => Some(format!("`{{{hole}}}` in a host is a key of the kind `host_label` or `choice`")),
    }
}

fn mistake_in_path(rules: &Rules, hole: &str) -> Option<String> {
    let fits = matches!(
        rules.account.key_of_hole(hole).map(|key| &key.kind),
        Some(AccountKind::Segment | AccountKind::HostLabel | AccountKind::Choice(_) | AccountKind::Integer)
    );
    (!fits).then(|| format!("`{{{hole}}}` in the path of an address is a key of the kind `segment`"))
}
