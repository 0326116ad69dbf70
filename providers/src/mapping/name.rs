//! The display name that a vendor with one name field gets.
//!
//! It is `name.full` as written; otherwise the parts prefix, given, middle, family and suffix, joined by spaces, with the family
//! name first in Chinese, Japanese and Korean script; otherwise the organization's name. For an organization, `organization.name`
//! comes first. An e-mail address or a number is never used as a name.

use super::{Mapping, truncate_text};
use crate::contact::{ContactKind, Name, UnifiedContact};
use crate::cow_str::CowStr;
use crate::field_fate::Fate;

/// The field of the contact from which its display name comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResolvedName {
    /// From `name`.
    Name,
    /// From `organization.name`.
    Organization,
    /// The contact has no name, or the mapping has no row `name`.
    Missing,
}

impl Mapping<'_> {
    /// Sends the display name to the vendor's field of the row `name`, cut to the row's limit, and records the fates of `name`
    /// and, where it is used, of `organization.name`. Without that row it sends and records nothing.
    pub fn display_name(&mut self, contact: &UnifiedContact) -> ResolvedName {
        self.send_name(contact, contact.name.as_ref())
    }

    /// Sends the display name without `name.prefix`, whose fate the caller records.
    pub fn display_name_without_prefix(&mut self, contact: &UnifiedContact) -> ResolvedName {
        let name = contact.name.clone().map(|name| Name { prefix: None, ..name });
        self.send_name(contact, name.as_ref())
    }

    fn send_name(&mut self, contact: &UnifiedContact, name: Option<&Name>) -> ResolvedName {
        let Some(row) = self.row("name") else {
            return ResolvedName::Missing;
        };
        let (source, text) = self.resolve_name(contact, name, &row.to);
        if let Some(text) = text {
            let limit = row.limit.unwrap_or(usize::MAX);
            let (text, is_cut) = truncate_text(&text, limit);
            self.set(&row.to, text);
            if is_cut {
                self.mark_truncated(&row.to, limit);
            }
        }
        source
    }

    fn resolve_name(
        &mut self,
        contact: &UnifiedContact,
        name: Option<&Name>,
        to: &CowStr,
    ) -> (ResolvedName, Option<String>) {
        let organization =
            contact.organization.as_ref().and_then(|organization| organization.name.as_deref());
        let name = name.and_then(|name| Some((name, name.display()?)));
        match (contact.kind, name, organization) {
            (ContactKind::Organization, name, Some(organization)) => {
                self.sent("organization.name", to.clone());
                if let Some((name, _)) = name {
                    let detail = "an organization is called by organization.name";
                    if name.full.is_some() {
                        self.dropped("name.full", detail);
                    }
                    self.record_parts(name, |_| (Fate::Dropped, detail), to);
                }
                (ResolvedName::Organization, Some(organization.to_owned()))
            }
            (_, Some((name, display)), _) => {
                self.record_displayed_name(name, to);
                (ResolvedName::Name, Some(display))
            }
            (ContactKind::Person, None, Some(organization)) => {
                self.merged("organization.name", to.clone(), "the contact has no name of its own");
                (ResolvedName::Organization, Some(organization.to_owned()))
            }
            (_, None, None) => (ResolvedName::Missing, None),
        }
    }

    /// Records the fates of the parts of a name that is sent as it is displayed.
    fn record_displayed_name(&mut self, name: &Name, to: &CowStr) {
        if let Some(full) = &name.full {
            self.sent("name.full", to.clone());
            let fate_of_part = |part: &str| {
                if contains_words(full, part) {
                    (Fate::Merged, "it is part of name.full")
                } else {
                    (Fate::Dropped, "name.full is sent instead")
                }
            };
            return self.record_parts(name, fate_of_part, to);
        }
        let detail = if name.is_family_first() {
            "the parts are joined, the family name first"
        } else {
            "the parts are joined by spaces"
        };
        self.record_parts(name, |_| (Fate::Merged, detail), to);
    }

    /// Records the fate of each part that the name has beside `name.full`.
    fn record_parts(&mut self, name: &Name, fate_of: impl Fn(&str) -> (Fate, &'static str), to: &CowStr) {
        let Name { full: _, prefix, given, middle, family, suffix } = name;
        let parts = [
            ("name.prefix", prefix),
            ("name.given", given),
            ("name.middle", middle),
            ("name.family", family),
            ("name.suffix", suffix),
        ];
        for (field, part) in parts {
            if let Some(part) = part {
                let (fate, detail) = fate_of(part);
                let to = (fate != Fate::Dropped).then(|| to.clone());
                self.record(field, fate, to, Some(detail.into()));
            }
        }
    }
}

/// Returns whether `full` contains the words of `part` in their order, with no other word between them.
pub(crate) fn contains_words(full: &str, part: &str) -> bool {
    let full: Vec<&str> = full.split_whitespace().collect();
    let part: Vec<&str> = part.split_whitespace().collect();
    full.windows(part.len().max(1)).any(|words| words == part)
}
