//! The contact that the vendor returns, to be compared with the one that was sent.

use serde_json::Value;

use crate::created::Created;
use crate::declared::account_values::AccountValues;
use crate::declared::json_template::JsonTemplate;
use crate::declared::read_path::{Step, parse_steps};
use crate::declared::rules::Rules;
use crate::declared::slots::{Slot, SlotForm};
use crate::declared::write_path::WritePath;

/// Where a returned contact has what identifies it: under the names that many vendors use, or where it was written.
#[derive(Debug)]
pub(super) struct ReturnedFields {
    /// The members of the envelope that wrap the fields.
    wrappers: Vec<String>,
    /// The parts of a name, which are joined.
    name: Vec<WritePath>,
    email: Option<WritePath>,
    phone: Option<WritePath>,
}

impl ReturnedFields {
    pub(super) fn new(rules: &Rules, account: &AccountValues) -> Self {
        let bound = |path: &WritePath| path.fill(|hole| account.text(hole));
        let name = rules.name.as_ref().map_or_else(Vec::new, |name| match &name.whole {
            Some(whole) => vec![whole],
            None => name.given.iter().chain(&name.family).collect(),
        });
        let slot = |slots: &[Slot]| {
            let is_text = |slot: &&Slot| matches!(slot.form, SlotForm::Text);
            slots.iter().find(is_text).and_then(|slot| slot.to.as_ref()).and_then(bound)
        };
        let mut wrappers = Vec::new();
        if let Some(envelope) = &rules.create.envelope {
            add_wrappers(envelope, &mut wrappers);
        }
        Self {
            wrappers,
            name: name.into_iter().filter_map(bound).collect(),
            email: slot(&rules.emails),
            phone: slot(&rules.phones),
        }
    }

    /// Returns the members of a contact with which the places begin.
    pub(super) fn members(&self) -> Vec<String> {
        let paths = self.name.iter().chain(&self.email).chain(&self.phone);
        let first = |path: &WritePath| match parse_steps(path.as_str()).ok()?.into_iter().next()? {
            Step::Member(name) => Some(name),
            _ => None,
        };
        self.wrappers.iter().cloned().chain(paths.filter_map(first)).collect()
    }

    /// Adds what identifies the contact that `record` holds.
    pub(super) fn read(&self, created: Created, record: &Value) -> Created {
        let created = created.with_returned(record);
        if !created.returned.is_empty() {
            return created;
        }
        let wrapped = self.wrappers.iter().filter_map(|name| record.get(name)).find(|it| it.is_object());
        let created = match wrapped {
            Some(wrapped) => created.with_returned(wrapped),
            None => created,
        };
        if !created.returned.is_empty() {
            return created;
        }
        self.read_written(created, wrapped.unwrap_or(record))
    }

    fn read_written(&self, mut created: Created, fields: &Value) -> Created {
        let Some(fields) = fields.as_object() else { return created };
        let text = |path: &WritePath| path.get(fields).and_then(Value::as_str);
        let name: Vec<&str> = self.name.iter().filter_map(text).collect();
        created = created.with_name(&name.join(" "));
        if let Some(address) = self.email.as_ref().and_then(text) {
            created = created.with_email_address(address);
        }
        if let Some(number) = self.phone.as_ref().and_then(text) {
            created = created.with_phone_number(number);
        }
        created
    }
}

/// Adds the members on the way to the fields. Returns whether the fields are in there.
fn add_wrappers(envelope: &JsonTemplate, wrappers: &mut Vec<String>) -> bool {
    match envelope {
        JsonTemplate::Text(template) => template.as_str() == "{fields}",
        JsonTemplate::Literal(_) => false,
        JsonTemplate::List(entries) => entries.iter().any(|entry| add_wrappers(entry, wrappers)),
        JsonTemplate::Object(members) => {
            let member = members.iter().find(|(_, member)| add_wrappers(member, wrappers));
            if let Some((name, _)) = member {
                wrappers.push(name.clone());
            }
            member.is_some()
        }
    }
}
