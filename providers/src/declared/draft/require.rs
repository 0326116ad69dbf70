//! The vendor's fields that must hold something, and what a contact without them lacks.

use serde_json::Value;

use super::super::read_path::ReadPath;
use super::super::rules::Rules;
use super::super::slots::Slot;
use super::super::write_path::WritePath;

/// The vendor's fields that must hold something.
#[derive(Debug)]
pub(super) struct BoundRequirements {
    /// Each field with the message for a contact without it.
    all: Vec<(ReadPath, String)>,
    any: Vec<ReadPath>,
    /// The message for a contact without any of them.
    none_message: String,
}

impl BoundRequirements {
    pub(super) fn new(title: &str, rules: &Rules) -> Self {
        let message = |path: &ReadPath| {
            format!("{title} requires {}, and the contact has {}", path.as_str(), lack(rules, path.as_str()))
        };
        let all = rules.require.all.iter().map(|path| (path.clone(), message(path))).collect();
        let names: Vec<&str> = rules.require.any.iter().map(ReadPath::as_str).collect();
        let mut lacks: Vec<String> = names.iter().map(|name| lack(rules, name)).collect();
        lacks.dedup();
        let none_message = format!(
            "{title} requires one of {}, and the contact has {}",
            names.join(", "),
            lacks.join(" and ")
        );
        Self { all, any: rules.require.any.clone(), none_message }
    }

    /// Checks the fields as they are sent.
    ///
    /// # Errors
    ///
    /// What the vendor requires and the contact lacks.
    pub(super) fn check(&self, fields: &Value) -> Result<(), String> {
        if let Some((_, message)) = self.all.iter().find(|(path, _)| path.first(fields).is_none()) {
            return Err(message.clone());
        }
        if !self.any.is_empty() && self.any.iter().all(|path| path.first(fields).is_none()) {
            return Err(self.none_message.clone());
        }
        Ok(())
    }
}

/// Returns what a contact has not, without which nothing stands at `path`.
fn lack(rules: &Rules, path: &str) -> String {
    let is_in = |to: &WritePath| {
        let to = to.as_str();
        to == path || path.strip_prefix(to).is_some_and(|rest| rest.starts_with(['.', '[']))
    };
    let slot_is_in = |slot: &Slot| slot.to.as_ref().is_some_and(is_in);
    if let Some(name) = &rules.name {
        let is_name = name.parts().any(|(_, to)| is_in(to));
        let is_organization = name.organization.as_ref().is_some_and(is_in);
        match (is_name, is_organization) {
            (true, true) => return "neither a name nor an organization".to_owned(),
            (true, false) => return "no name for it".to_owned(),
            (false, true) => return "no organization".to_owned(),
            (false, false) => {}
        }
    }
    if rules.emails.iter().any(slot_is_in) {
        return "no e-mail address for it".to_owned();
    }
    if rules.phones.iter().any(slot_is_in) {
        return "no telephone number for it".to_owned();
    }
    let parts_are_in = |slot: &Slot| match &slot.form {
        super::super::slots::SlotForm::Parts(parts) => parts.iter().any(|(_, to)| is_in(to)),
        _ => slot_is_in(slot),
    };
    if rules.addresses.iter().any(parts_are_in) {
        return "no postal address for it".to_owned();
    }
    match rules.fields.iter().find(|field| is_in(&field.to)) {
        Some(field) => format!("no {} for it", field.from.row()),
        None => "nothing for it".to_owned(),
    }
}
