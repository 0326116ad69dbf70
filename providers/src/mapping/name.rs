//! What a vendor with one name field calls a contact.
//!
//! Its rule: `name.full` as it is written; else the parts, in the order prefix, given, middle, family, suffix,
//! joined by spaces, or with the family name first in Chinese, Japanese and Korean script; else the organization's name. An organization is called by `organization.name` first.
//! An e-mail address or a number never stands in for a name.

use super::Mapping;
use crate::contact::{ContactKind, Name, Organization};
use crate::field_fate::Fate;

/// How a contact is called, and from where it comes.
#[derive(Debug)]
pub struct Called {
    /// The name, if there is one.
    pub text: Option<String>,
    /// Whether it is the organization's.
    pub by_organization: bool,
}

impl Mapping {
    /// Finds what the contact is called and records the fates of the name and, where it serves as
    /// the name, of `organization.name`. The caller puts the text into the body under `to`.
    ///
    /// `prefix_goes_elsewhere` leaves the prefix to the caller, for vendors with a field for it.
    pub fn called(
        &mut self,
        kind: ContactKind,
        name: Option<&Name>,
        organization: Option<&Organization>,
        to: &'static str,
        prefix_goes_elsewhere: bool,
    ) -> Called {
        let organization_name = organization.and_then(|organization| organization.name.as_deref());
        let own = name.cloned().map(|name| if prefix_goes_elsewhere { without_prefix(name) } else { name });
        let own = own.filter(|name| name.display().is_some());
        match (kind, own, organization_name) {
            (ContactKind::Organization, own, Some(called)) => {
                self.sent("organization.name", to);
                if let Some(own) = own {
                    self.each_part(
                        &own,
                        |_| (Fate::Dropped, "an organization is called by organization.name"),
                        to,
                    );
                }
                Called { text: Some(called.to_owned()), by_organization: true }
            }
            (_, Some(own), _) => Called { text: self.own_name(&own, to), by_organization: false },
            (ContactKind::Person, None, Some(called)) => {
                self.merged("organization.name", to, "the contact has no name of its own");
                Called { text: Some(called.to_owned()), by_organization: true }
            }
            (_, None, None) => Called { text: None, by_organization: false },
        }
    }

    fn own_name(&mut self, name: &Name, to: &'static str) -> Option<String> {
        if let Some(full) = &name.full {
            self.sent("name.full", to);
            let parts = Name { full: None, ..name.clone() };
            self.each_part(
                &parts,
                |part| {
                    if holds_words(full, part) {
                        (Fate::Merged, "it is part of name.full")
                    } else {
                        (Fate::Dropped, "name.full is sent instead")
                    }
                },
                to,
            );
            return Some(full.clone());
        }
        let how = if name.is_family_first() {
            "the parts are joined, the family name first"
        } else {
            "the parts are joined by spaces"
        };
        self.each_part(name, |_| (Fate::Merged, how), to);
        name.display()
    }

    fn each_part(&mut self, name: &Name, judge: impl Fn(&str) -> (Fate, &'static str), to: &'static str) {
        let Name { full, prefix, given, middle, family, suffix } = name;
        let parts = [
            ("name.full", full),
            ("name.prefix", prefix),
            ("name.given", given),
            ("name.middle", middle),
            ("name.family", family),
            ("name.suffix", suffix),
        ];
        for (field, part) in parts {
            if let Some(part) = part {
                let (fate, detail) = judge(part);
                let to = (fate != Fate::Dropped).then_some(to.into());
                self.fate(field, fate, to, Some(detail.into()));
            }
        }
    }
}

/// Whether the words of `part` stand in `full`, one behind the other.
fn holds_words(full: &str, part: &str) -> bool {
    let full: Vec<&str> = full.split_whitespace().collect();
    let part: Vec<&str> = part.split_whitespace().collect();
    full.windows(part.len().max(1)).any(|words| words == part)
}

fn without_prefix(name: Name) -> Name {
    Name { prefix: None, ..name }
}
