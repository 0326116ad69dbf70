//! The vendor's fields that must hold something, and what a contact without them lacks.

use serde_json::Value;

use super::super::names::{FromWhole, NameFields};
use super::super::read_path::ReadPath;
use super::super::rules::Rules;
use super::super::slots::{Slot, SlotForm};
use super::super::write_path::WritePath;
use crate::contact::{ContactKind, Name, UnifiedContact};

const NO_NAME: &str = "has no name for it";
const NO_NAME_AT_ALL: &str = "has neither a name nor an organization";

/// The vendor's fields that must hold something.
#[derive(Debug)]
pub(super) struct BoundRequirements {
    title: String,
    all: Vec<RequiredField>,
    any: Vec<RequiredField>,
}

/// A field of the vendor that must hold something, and what it holds of a contact.
#[derive(Debug)]
struct RequiredField {
    path: ReadPath,
    content: Content,
}

/// What a field holds of a contact.
#[derive(Debug)]
enum Content {
    Name(NameContent),
    Organization,
    /// Anything else, in the words of the message about a contact without it.
    Other(String),
}

/// A field with a part of the name.
#[derive(Debug)]
struct NameContent {
    part: &'static str,
    from_whole: FromWhole,
    /// Whether the name of an organization without another name goes there as well.
    takes_organization: bool,
    /// Whether the name of an organization takes the place of a part of its name.
    is_replaced_by_organization: bool,
}

impl BoundRequirements {
    pub(super) fn new(title: &str, rules: &Rules) -> Self {
        let field =
            |path: &ReadPath| RequiredField { path: path.clone(), content: content_at(rules, path.as_str()) };
        Self {
            title: title.to_owned(),
            all: rules.require.all.iter().map(field).collect(),
            any: rules.require.any.iter().map(field).collect(),
        }
    }

    /// Checks the fields of a contact as they are sent.
    ///
    /// # Errors
    ///
    /// What the vendor requires and the contact lacks.
    pub(super) fn check(&self, fields: &Value, contact: &UnifiedContact) -> Result<(), String> {
        let title = &self.title;
        let is_empty = |field: &&RequiredField| field.path.first(fields).is_none();
        if let Some(field) = self.all.iter().find(is_empty) {
            let (path, lack) = (field.path.as_str(), field.content.lack(contact));
            return Err(format!("{title} requires {path}, and the contact {lack}"));
        }
        if self.any.is_empty() || !self.any.iter().all(|field| is_empty(&field)) {
            return Ok(());
        }
        let names: Vec<&str> = self.any.iter().map(|field| field.path.as_str()).collect();
        let mut lacks: Vec<String> = self.any.iter().map(|field| field.content.lack(contact)).collect();
        lacks.dedup();
        if lacks.iter().any(|lack| lack == NO_NAME_AT_ALL) {
            lacks.retain(|lack| lack != NO_NAME);
        }
        let (names, lacks) = (names.join(", "), lacks.join(" and ").replace(" and has ", " and "));
        Err(format!("{title} requires one of {names}, and the contact {lacks}"))
    }
}

impl Content {
    /// Returns what a contact lacks of which nothing is there.
    fn lack(&self, contact: &UnifiedContact) -> String {
        match self {
            Self::Name(name) => name.lack(contact),
            Self::Organization if organization_name(contact).is_some() => {
                "has a name of its own, beside which organization.name is not sent there".to_owned()
            }
            Self::Organization => "has no organization".to_owned(),
            Self::Other(lack) => lack.clone(),
        }
    }
}

impl NameContent {
    fn lack(&self, contact: &UnifiedContact) -> String {
        let has_organization = organization_name(contact).is_some();
        let name = contact.name.as_ref().filter(|name| name.display().is_some());
        let is_organization = contact.kind == ContactKind::Organization && has_organization;
        match name {
            Some(_) if is_organization && self.is_replaced_by_organization => {
                "is an organization, of whose names organization.name alone is sent".to_owned()
            }
            Some(name) => self.lack_of_part(name),
            None if self.takes_organization => NO_NAME_AT_ALL.to_owned(),
            None => NO_NAME.to_owned(),
        }
    }

    fn lack_of_part(&self, name: &Name) -> String {
        if self.part == "whole" {
            return NO_NAME.to_owned();
        }
        let lack = format!("has no {}", part_name(self.part));
        let is_whole = name.given.is_none() && name.middle.is_none() && name.family.is_none();
        match (is_whole, self.from_whole) {
            (false, _) => lack,
            (true, FromWhole::Split) => format!("{lack}: a name of one word is sent as the family name"),
            (true, FromWhole::Family) => format!("{lack}: a whole name is sent as the family name"),
            (true, FromWhole::Given) => format!("{lack}: a whole name is sent as the given name"),
            (true, FromWhole::Drop) => format!("{lack}: only the parts of a name are sent"),
        }
    }
}

fn organization_name(contact: &UnifiedContact) -> Option<&str> {
    let name = contact.organization.as_ref()?.name.as_deref();
    name.filter(|name| !name.trim().is_empty())
}

fn part_name(part: &str) -> &str {
    match part {
        "given" => "given name",
        "middle" => "middle name",
        "family" => "family name",
        "prefix" => "name prefix",
        "suffix" => "name suffix",
        other => other,
    }
}

/// Returns what stands at `path`.
fn content_at(rules: &Rules, path: &str) -> Content {
    let is_in = |to: &WritePath| {
        let to = to.as_str();
        to == path || path.strip_prefix(to).is_some_and(|rest| rest.starts_with(['.', '[']))
    };
    if let Some(content) = rules.name.as_ref().and_then(|name| content_of_name(name, &is_in)) {
        return content;
    }
    Content::Other(lack_of_other(rules, &is_in))
}

fn content_of_name(name: &NameFields, is_in: &dyn Fn(&WritePath) -> bool) -> Option<Content> {
    let takes_organization = name.organization.as_ref().is_some_and(is_in);
    match name.parts().find(|(_, to)| is_in(to)) {
        Some((part, _)) => Some(Content::Name(NameContent {
            part,
            from_whole: name.from_whole,
            takes_organization,
            is_replaced_by_organization: shares_organization(name),
        })),
        None if takes_organization => Some(Content::Organization),
        None => None,
    }
}

/// Returns whether the name of an organization goes to a field of the name.
fn shares_organization(name: &NameFields) -> bool {
    let parts = [&name.whole, &name.given, &name.middle, &name.family];
    name.organization.is_some() && parts.contains(&&name.organization)
}

fn lack_of_other(rules: &Rules, is_in: &dyn Fn(&WritePath) -> bool) -> String {
    let slot_is_in = |slot: &Slot| slot.to.as_ref().is_some_and(is_in);
    let parts_are_in = |slot: &Slot| match &slot.form {
        SlotForm::Parts(parts) => parts.iter().any(|(_, to)| is_in(to)),
        _ => slot_is_in(slot),
    };
    if rules.emails.iter().any(slot_is_in) {
        return "has no e-mail address for it".to_owned();
    }
    if rules.phones.iter().any(slot_is_in) {
        return "has no telephone number for it".to_owned();
    }
    if rules.addresses.iter().any(parts_are_in) {
        return "has no postal address for it".to_owned();
    }
    match rules.fields.iter().find(|field| is_in(&field.to)) {
        Some(field) => format!("has no {} for it", field.from.row()),
        None => "has nothing for it".to_owned(),
    }
}
