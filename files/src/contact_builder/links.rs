//! The links of a contact: web pages, accounts of known sites, and the picture.

use unicontact_model::contact::{Link, LinkKind, WebAddress, WebAddressError};

use super::ContactBuilder;
use super::multi_value::{is_link, link_separator, split_values};
use super::value::{Origin, ValueKind, present};
use crate::cell_text::TextKind;
use crate::version::Version;

const NOT_PICTURE: &str =
    "not the web address of a picture (expected something like https://example.com/ada.png)";
const SECOND_PICTURE: &str = "the contact already has a picture; this one is dropped";

impl ContactBuilder {
    /// Adds one or more web addresses. The name of an account is enough if `kind` is its site.
    pub(crate) fn link(&mut self, origin: Origin<'_>, text: &str, kind: Option<LinkKind>) {
        if self.version == Version::V0_1 {
            return self.link_as_v0_1(origin, text, kind);
        }
        let text = self.cleaned(text, TextKind::Line);
        let Some(text) = self.without_placeholder(origin, &text) else { return };
        for part in split_values(text, link_separator, is_link) {
            match parse(part, kind) {
                Some(link) => self.push_link(origin, link),
                None => self.bad_cell(ValueKind::Other, origin, part, &WebAddressError.to_string()),
            }
        }
    }

    pub(super) fn push_link(&mut self, origin: Origin<'_>, link: Link) {
        let is_known = self.is_full(origin, self.contact.links.len())
            || self.contact.links.iter().any(|other: &Link| other.url == link.url);
        if !is_known {
            self.contact.links.push(link);
        }
    }

    /// Sets the web address of the picture.
    pub(crate) fn photo(&mut self, origin: Origin<'_>, text: &str) {
        let text = self.cleaned(text, TextKind::Line);
        let Some(text) = present(&text) else { return };
        match text.parse() {
            Ok(_) if self.contact.photo_url.is_some() => self.note(origin, SECOND_PICTURE),
            Ok(address) => self.contact.photo_url = Some(address),
            Err(_) => self.bad_cell(ValueKind::Other, origin, text, NOT_PICTURE),
        }
    }
}

/// The known sites: their hosts, and the start of an account's address.
const SITES: &[(LinkKind, &[&str], &str)] = &[
    (LinkKind::Linkedin, &["linkedin.com"], "https://www.linkedin.com/in/"),
    (LinkKind::Twitter, &["twitter.com", "x.com"], "https://twitter.com/"),
    (LinkKind::Facebook, &["facebook.com", "fb.com"], "https://www.facebook.com/"),
    (LinkKind::Github, &["github.com"], "https://github.com/"),
    (LinkKind::Instagram, &["instagram.com"], "https://www.instagram.com/"),
];

/// Returns the link to a web address or an account. Its kind follows from the host if the host is a known site.
pub(super) fn parse(text: &str, kind: Option<LinkKind>) -> Option<Link> {
    let text = text.trim();
    if let Some(address) = account_address(text, kind) {
        return Some(Link { kind: kind.unwrap_or_default(), url: address.parse().ok()? });
    }
    if text.contains(char::is_whitespace) || text.contains('@') && !text.contains('/') {
        return None;
    }
    let url: WebAddress = text.parse().ok()?;
    let kind = match (kind_of_host(&url.host()), kind) {
        (Some(site), _) => site,
        // The column of a site holds an address of another host.
        (None, Some(LinkKind::Website) | None) => LinkKind::Website,
        (None, Some(_)) => LinkKind::Other,
    };
    Some(Link { kind, url })
}

/// Returns the address of an account, if the site's rules for names allow no other meaning.
fn account_address(text: &str, kind: Option<LinkKind>) -> Option<String> {
    let (_, _, prefix) = SITES.iter().find(|(site, ..)| Some(*site) == kind)?;
    let name = text.strip_prefix('@').unwrap_or(text);
    let is_certain = match kind {
        Some(LinkKind::Twitter) => name.len() <= 15,
        Some(LinkKind::Instagram | LinkKind::Github) => name.len() <= 39 && !name.contains('.'),
        _ => false,
    };
    let is_name = !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    (is_certain && is_name).then(|| format!("{prefix}{name}"))
}

fn kind_of_host(host: &str) -> Option<LinkKind> {
    let is_at = |site: &str| host == site || host.strip_suffix(site).is_some_and(|rest| rest.ends_with('.'));
    SITES.iter().find(|(_, hosts, _)| hosts.iter().any(|site| is_at(site))).map(|(kind, ..)| *kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_name_becomes_a_link_to_its_site() {
        let link = parse("@ada_king", Some(LinkKind::Twitter)).unwrap();
        assert_eq!(link.url.as_str(), "https://twitter.com/ada_king");
        assert!(parse("@ada_king", None).is_none());
        assert!(parse("Ada King", Some(LinkKind::Twitter)).is_none());
        assert!(parse("@ada", Some(LinkKind::Facebook)).is_none());
    }

    #[test]
    fn the_kind_of_a_link_follows_from_its_host() {
        assert_eq!(parse("https://uk.linkedin.com/in/ada", None).unwrap().kind, LinkKind::Linkedin);
        assert_eq!(parse("example.com/ada", None).unwrap().kind, LinkKind::Website);
        assert_eq!(parse("notlinkedin.com", None).unwrap().kind, LinkKind::Website);
        assert!(parse("javascript:alert(1)", None).is_none());
    }
}
