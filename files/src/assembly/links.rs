//! Web pages, and accounts on the sites whose addresses are certain.
//!
//! An account becomes an address only where the site is known and the name can be one of its accounts.

use unicontact_model::contact::{Link, LinkKind, WebAddress};

/// The sites, their hosts, and what stands before an account's name.
const SITES: &[(LinkKind, &[&str], &str)] = &[
    (LinkKind::Linkedin, &["linkedin.com"], "https://www.linkedin.com/in/"),
    (LinkKind::Twitter, &["twitter.com", "x.com"], "https://twitter.com/"),
    (LinkKind::Facebook, &["facebook.com", "fb.com"], "https://www.facebook.com/"),
    (LinkKind::Github, &["github.com"], "https://github.com/"),
    (LinkKind::Instagram, &["instagram.com"], "https://www.instagram.com/"),
];

/// A link of a text, whose kind is told or follows from its host.
pub(super) fn read(text: &str, kind: Option<LinkKind>) -> Option<Link> {
    let text = text.trim();
    if let Some(address) = account(text, kind) {
        return Some(Link { kind: kind.unwrap_or_default(), url: address.parse().ok()? });
    }
    if text.contains(char::is_whitespace) || text.contains('@') && !text.contains('/') {
        return None;
    }
    let url: WebAddress = text.parse().ok()?;
    let by_host = kind_of(&url.host());
    let kind = match (by_host, kind) {
        (Some(site), _) => site,
        // A site's own column that holds another address is a link, and not that site's.
        (None, Some(LinkKind::Website) | None) => LinkKind::Website,
        (None, Some(_)) => LinkKind::Other,
    };
    Some(Link { kind, url })
}

fn account(text: &str, kind: Option<LinkKind>) -> Option<String> {
    let (_, _, before) = SITES.iter().find(|(site, ..)| Some(*site) == kind)?;
    let name = text.strip_prefix('@').unwrap_or(text);
    let is_certain = match kind {
        Some(LinkKind::Twitter) => name.len() <= 15,
        Some(LinkKind::Instagram | LinkKind::Github) => name.len() <= 39 && !name.contains('.'),
        _ => false,
    };
    let is_name = !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    (is_certain && is_name).then(|| format!("{before}{name}"))
}

fn kind_of(host: &str) -> Option<LinkKind> {
    let is_at = |site: &str| host == site || host.strip_suffix(site).is_some_and(|rest| rest.ends_with('.'));
    SITES.iter().find(|(_, hosts, _)| hosts.iter().any(|site| is_at(site))).map(|(kind, ..)| *kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_becomes_an_address_where_the_site_is_certain() {
        let link = read("@ada_king", Some(LinkKind::Twitter)).unwrap();
        assert_eq!(link.url.as_str(), "https://twitter.com/ada_king");
        assert!(read("@ada_king", None).is_none());
        assert!(read("Ada King", Some(LinkKind::Twitter)).is_none());
        assert!(read("@ada", Some(LinkKind::Facebook)).is_none());
    }

    #[test]
    fn the_host_says_what_a_link_points_at() {
        assert_eq!(read("https://uk.linkedin.com/in/ada", None).unwrap().kind, LinkKind::Linkedin);
        assert_eq!(read("example.com/ada", None).unwrap().kind, LinkKind::Website);
        assert_eq!(read("notlinkedin.com", None).unwrap().kind, LinkKind::Website);
        assert!(read("javascript:alert(1)", None).is_none());
    }
}
