//! Sends the name: whole, in parts, or both, and the name of an organization that has no other.

use serde_json::Value;

use super::super::account_values::AccountValues;
use super::super::names::{FromWhole, NameFields};
use super::super::write_path::WritePath;
use super::drafting::{Drafting, EMPTY, Outcome};
use super::split_name::split;
use crate::contact::{ContactKind, Name, UnifiedContact};
use crate::cow_str::CowStr;
use crate::field_fate::Fate;
use crate::mapping::{contains_words, truncate_text};

const NAMED_BY_ORGANIZATION: &str = "an organization is called by organization.name";
const NO_NAME: &str = "the contact has no name of its own";

/// The vendor's fields for a name, bound to one account.
#[derive(Debug)]
pub(super) struct BoundName {
    whole: Option<Part>,
    given: Option<Part>,
    middle: Option<Part>,
    family: Option<Part>,
    prefix: Option<Part>,
    suffix: Option<Part>,
    organization: Option<Part>,
    from_whole: FromWhole,
    /// Whether the field of the organization's name is also one of the name.
    is_shared: bool,
}

/// One of the vendor's fields.
#[derive(Debug)]
struct Part {
    to: WritePath,
    limit: usize,
}

/// A part of a contact's name, and the vendor's field for it.
type NamePart<'n> = (&'static str, Option<&'n str>, Option<&'n Part>);

impl BoundName {
    pub(super) fn new(rule: &NameFields, values: &AccountValues) -> Self {
        let bind = |path: &Option<WritePath>, part: &str| {
            let to = path.as_ref()?.fill(|name| values.text(name))?;
            Some(Part { to, limit: rule.limit.of(part).unwrap_or(usize::MAX) })
        };
        let mut bound = Self {
            whole: bind(&rule.whole, "whole"),
            given: bind(&rule.given, "given"),
            middle: bind(&rule.middle, "middle"),
            family: bind(&rule.family, "family"),
            prefix: bind(&rule.prefix, "prefix"),
            suffix: bind(&rule.suffix, "suffix"),
            organization: bind(&rule.organization, ""),
            from_whole: rule.from_whole,
            is_shared: false,
        };
        let names = [&bound.whole, &bound.given, &bound.middle, &bound.family];
        let shared = bound.organization.as_ref().and_then(|organization| {
            names.into_iter().flatten().find(|part| part.to == organization.to).map(|part| part.limit)
        });
        bound.is_shared = shared.is_some();
        if let (Some(limit), Some(organization)) = (shared, &mut bound.organization) {
            organization.limit = limit;
        }
        bound
    }

    /// Returns the field that holds the whole name as one text.
    pub(super) fn whole_path(&self) -> Option<&WritePath> {
        self.whole.as_ref().map(|part| &part.to)
    }

    /// Returns the fields of the given, middle and family name.
    pub(super) fn part_paths(&self) -> impl Iterator<Item = &WritePath> {
        [&self.given, &self.middle, &self.family].into_iter().flatten().map(|part| &part.to)
    }

    /// Sends the name, and returns the outcome of the organization's name, if that is the contact's name.
    pub(super) fn send(&self, drafting: &mut Drafting<'_>, contact: &UnifiedContact) -> Option<Outcome> {
        let organization = contact.organization.as_ref().and_then(|it| it.name.as_deref());
        let organization = organization.filter(|name| !name.trim().is_empty());
        let name = contact.name.as_ref().filter(|name| name.display().is_some());
        let is_organization = contact.kind == ContactKind::Organization;
        let field = self.organization.as_ref().zip(organization);
        match (name, field) {
            (Some(name), Some((part, text))) if is_organization => {
                let outcome = send_organization(drafting, part, text, true);
                if self.is_shared {
                    drop_parts(drafting, name, NAMED_BY_ORGANIZATION);
                } else {
                    self.send_name(drafting, name);
                }
                Some(outcome)
            }
            (Some(name), _) => {
                self.send_name(drafting, name);
                None
            }
            (None, Some((part, text))) => {
                if let Some(name) = &contact.name {
                    drop_parts(drafting, name, EMPTY);
                }
                Some(send_organization(drafting, part, text, is_organization))
            }
            (None, None) => {
                if let Some(name) = &contact.name {
                    drop_parts(drafting, name, EMPTY);
                }
                None
            }
        }
    }

    fn send_name(&self, drafting: &mut Drafting<'_>, name: &Name) {
        match &self.whole {
            Some(whole) => self.send_whole(drafting, whole, name),
            None => self.send_parts(drafting, name),
        }
    }

    /// Returns the parts of the name with the vendor's fields for them.
    fn parts<'n>(&'n self, name: &'n Name) -> [NamePart<'n>; 5] {
        let Name { full: _, prefix, given, middle, family, suffix } = name;
        [
            ("name.prefix", prefix.as_deref(), self.prefix.as_ref()),
            ("name.given", given.as_deref(), self.given.as_ref()),
            ("name.middle", middle.as_deref(), self.middle.as_ref()),
            ("name.family", family.as_deref(), self.family.as_ref()),
            ("name.suffix", suffix.as_deref(), self.suffix.as_ref()),
        ]
    }

    /// Sends the whole name to its field, and the parts that have fields of their own to these.
    fn send_whole(&self, drafting: &mut Drafting<'_>, whole: &Part, name: &Name) {
        let shown = Name {
            prefix: name.prefix.clone().filter(|_| self.prefix.is_none()),
            suffix: name.suffix.clone().filter(|_| self.suffix.is_none()),
            ..name.clone()
        };
        let text = shown.display();
        let (to, is_cut) = match &text {
            Some(text) => whole.put(drafting, text),
            None => (whole.path(), false),
        };
        let cut = || format!("cut to {} characters", whole.limit);
        if name.full.is_some() {
            let outcome =
                if is_cut { Outcome::truncated(to.clone(), cut()) } else { Outcome::sent(to.clone()) };
            drafting.record("name.full", outcome);
        }
        for (field, text, part) in self.parts(name) {
            let Some(text) = text else { continue };
            let outcome = match (part, &name.full) {
                (Some(part), _) => part.send(drafting, text),
                (None, Some(full)) if !contains_words(full, text) => {
                    Outcome::dropped("name.full is sent instead")
                }
                (None, _) if is_cut => Outcome::truncated(to.clone(), cut()),
                (None, Some(_)) => Outcome::merged(to.clone(), "it is part of name.full"),
                (None, None) if shown.is_family_first() => {
                    Outcome::merged(to.clone(), "the parts are joined, the family name first")
                }
                (None, None) => Outcome::merged(to.clone(), "the parts are joined by spaces"),
            };
            drafting.record(field, outcome);
        }
    }

    /// Sends the parts of the name to their fields.
    fn send_parts(&self, drafting: &mut Drafting<'_>, name: &Name) {
        let has_parts = name.given.is_some() || name.middle.is_some() || name.family.is_some();
        match &name.full {
            Some(full) if !has_parts => self.send_full(drafting, full, name),
            Some(full) => {
                let sent = self.send_own_parts(drafting, name);
                let words: Vec<&str> = sent.iter().flat_map(|(_, text)| text.split_whitespace()).collect();
                let outcome = match sent.first() {
                    Some((to, _)) if full.split_whitespace().all(|word| words.contains(&word)) => {
                        Outcome::merged(to.clone(), "its words are all in the parts")
                    }
                    _ => Outcome::dropped("its parts are sent instead"),
                };
                drafting.record("name.full", outcome);
            }
            None => drop(self.send_own_parts(drafting, name)),
        }
    }

    /// Sends the parts of the name, the middle name with the given name where it has no field. Returns the sent parts with their fields.
    fn send_own_parts(&self, drafting: &mut Drafting<'_>, name: &Name) -> Vec<(CowStr, String)> {
        let joins_middle = self.middle.is_none() && self.given.is_some() && name.middle.is_some();
        let given = if joins_middle {
            let parts = [&name.given, &name.middle].into_iter().flatten();
            Some(parts.map(String::as_str).collect::<Vec<_>>().join(" "))
        } else {
            None
        };
        let mut sent = Vec::new();
        let mut joined: Option<Outcome> = None;
        for (field, text, part) in self.parts(name) {
            let Some(text) = text else { continue };
            let is_joined = joins_middle && matches!(field, "name.given" | "name.middle");
            let part = if is_joined { self.given.as_ref() } else { part };
            let Some(part) = part else {
                drafting.lacks(field, field, "field for it");
                continue;
            };
            let outcome = match (&given, &joined) {
                (Some(_), Some(before)) if is_joined => {
                    Outcome { fate: before.fate, to: before.to.clone(), detail: before.detail.clone() }
                }
                (Some(both), None) if is_joined => part.send(drafting, both),
                _ => part.send(drafting, text),
            };
            let outcome = match outcome {
                Outcome { fate: Fate::Sent, to: Some(to), .. } if field == "name.middle" && is_joined => {
                    Outcome::merged(to, "joined to the given name")
                }
                outcome => outcome,
            };
            if let Some(to) = outcome.to.clone() {
                sent.push((to, text.to_owned()));
            }
            if is_joined && joined.is_none() {
                joined = Some(Outcome {
                    fate: outcome.fate,
                    to: outcome.to.clone(),
                    detail: outcome.detail.clone(),
                });
            }
            drafting.record(field, outcome);
        }
        sent
    }

    /// Sends a whole name to a vendor that has only parts.
    fn send_full(&self, drafting: &mut Drafting<'_>, full: &str, name: &Name) {
        let (given, family) = match self.from_whole {
            FromWhole::Split => split(full, self.given.is_some(), self.family.is_some()),
            FromWhole::Family => (None, Some(full.to_owned())),
            FromWhole::Given => (Some(full.to_owned()), None),
            FromWhole::Drop => (None, None),
        };
        let mut outcome: Option<Outcome> = None;
        let mut sent = Vec::new();
        for (text, part) in [(given, &self.given), (family, &self.family)] {
            let (Some(text), Some(part)) = (text, part) else { continue };
            let next = part.send(drafting, &text);
            if let Some(to) = next.to.clone() {
                sent.push((to, text));
            }
            outcome = Some(match outcome {
                None => next,
                Some(before) => {
                    let is_cut = before.fate == Fate::Truncated || next.fate == Fate::Truncated;
                    let both = before.and(next);
                    if is_cut { Outcome { fate: Fate::Truncated, ..both } } else { both }
                }
            });
        }
        let title = drafting.title;
        let outcome = match outcome {
            None => Outcome::dropped(format!("{title} takes the parts of a name only")),
            Some(Outcome { fate: Fate::Sent, to: Some(to), .. }) => {
                let detail =
                    if sent.len() > 1 { "divided into its parts" } else { "sent as a part of a name" };
                Outcome::reformatted(to, detail)
            }
            Some(Outcome { fate, to, detail: None }) => {
                Outcome { fate, to, detail: Some("cut to the limit".into()) }
            }
            Some(outcome) => outcome,
        };
        let to = outcome.to.clone();
        drafting.record("name.full", outcome);
        for (field, text, part) in self.parts(name) {
            let Some(text) = text else { continue };
            match (part, &to) {
                (Some(part), _) => {
                    let outcome = part.send(drafting, text);
                    drafting.record(field, outcome);
                }
                (None, Some(to)) if contains_words(full, text) => {
                    drafting.record(field, Outcome::merged(to.clone(), "it is part of name.full"));
                }
                (None, _) => drafting.lacks(field, field, "field for it"),
            }
        }
    }
}

impl Part {
    fn path(&self) -> CowStr {
        self.to.as_str().to_owned().into()
    }

    /// Puts a text into the field, cut to its limit, and returns the path and whether it was cut.
    fn put(&self, drafting: &mut Drafting<'_>, text: &str) -> (CowStr, bool) {
        let (short, is_cut) = truncate_text(text, self.limit);
        if !short.trim().is_empty() {
            self.to.set(drafting.body_mut(), Value::from(short));
        }
        (self.path(), is_cut)
    }

    fn send(&self, drafting: &mut Drafting<'_>, text: &str) -> Outcome {
        if text.trim().is_empty() {
            return Outcome::dropped(EMPTY);
        }
        match self.put(drafting, text) {
            (to, false) => Outcome::sent(to),
            (to, true) => Outcome::truncated(to, format!("cut to {} characters", self.limit)),
        }
    }
}

/// Sends the name of an organization. A contact without a person's name is sent under it.
fn send_organization(drafting: &mut Drafting<'_>, part: &Part, text: &str, is_organization: bool) -> Outcome {
    match part.send(drafting, text) {
        Outcome { fate: Fate::Sent, to: Some(to), .. } if !is_organization => Outcome::merged(to, NO_NAME),
        outcome => outcome,
    }
}

/// Drops every part of a name.
fn drop_parts(drafting: &mut Drafting<'_>, name: &Name, reason: &'static str) {
    for (field, part) in fields(name) {
        if part.is_some() {
            drafting.mapping.dropped(field, reason);
        }
    }
}

/// Drops every part of a name, for a vendor that has none.
pub(super) fn lack_parts(drafting: &mut Drafting<'_>, name: &Name) {
    for (field, part) in fields(name) {
        if part.is_some() {
            drafting.lacks(field, field, "name");
        }
    }
}

fn fields(name: &Name) -> [(&'static str, &Option<String>); 6] {
    let Name { full, prefix, given, middle, family, suffix } = name;
    [
        ("name.full", full),
        ("name.prefix", prefix),
        ("name.given", given),
        ("name.middle", middle),
        ("name.family", family),
        ("name.suffix", suffix),
    ]
}
