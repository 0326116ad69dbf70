//! What a description itself puts into a body: the envelope and the constants. Messages of the vendor may repeat it, because it is
//! no data of a contact.
//!
//! A value of the contact that equals a constant stands elsewhere in the body, and is removed from messages all the same.

use std::borrow::Cow;

use serde_json::{Map, Value, json};

use crate::declared::account::Account;
use crate::declared::account_kind::AccountKind;
use crate::declared::account_values::AccountValues;
use crate::declared::create::FIELDS;
use crate::declared::json_template::{JsonTemplate, text_of};
use crate::declared::request::pointer_of;
use crate::declared::rules::Rules;
use crate::exchange::Exchange;
use crate::prepared::Prepared;

/// The envelope and the constants of a description, bound to one account.
#[derive(Debug)]
pub(super) struct OwnWords {
    /// Where the contact's fields stand in the body, as a JSON pointer. `None` without an envelope.
    fields: Option<String>,
    /// The constants that are words of the description. A constant with a value of the account is none, unless the description lists
    /// its choices.
    constants: Map<String, Value>,
}

impl OwnWords {
    pub(super) fn new(rules: &Rules, account: &AccountValues) -> Self {
        let mut constants = Map::new();
        for (path, template) in &rules.constants {
            let path = path.fill(|hole| account.text(hole));
            let value = template.fill(&|hole| account.json(hole));
            if let (true, Some(path), Some(value)) = (is_listed(template, &rules.account), path, value) {
                path.set(&mut constants, value);
            }
        }
        let envelope = rules.create.envelope.as_ref();
        Self { fields: envelope.and_then(|envelope| pointer_of(envelope, FIELDS)), constants }
    }

    /// Returns the exchange as one that sent the contact's values alone. What the contact's own section replaces is its value.
    pub(super) fn without<'e>(
        &self,
        vendor: &str,
        sent: &Prepared,
        exchange: &'e Exchange,
    ) -> Cow<'e, Exchange> {
        let mut constants = Cow::Borrowed(&self.constants);
        if sent.draft().fields.iter().any(|fate| fate.field.starts_with("vendor.")) {
            constants.to_mut().retain(|key, _| !is_in_section(sent, vendor, key));
        }
        if self.fields.is_none() && constants.is_empty() {
            return Cow::Borrowed(exchange);
        }
        Cow::Owned(exchange.with_sent(|body| {
            let part = self.fields.as_ref().and_then(|pointer| body.pointer(pointer));
            let mut fields = part.unwrap_or(body).clone();
            for (key, constant) in constants.iter() {
                if let Some(value) = fields.get_mut(key) {
                    blank(value, constant);
                }
            }
            // A list alone would be taken for a login.
            if part.is_some() { json!({ "part": fields }) } else { fields }
        }))
    }
}

/// Returns whether every value of a constant is written in the description.
fn is_listed(template: &JsonTemplate, account: &Account) -> bool {
    template
        .holes()
        .iter()
        .all(|hole| account.key_of_hole(hole).is_some_and(|key| matches!(key.kind, AccountKind::Choice(_))))
}

fn is_in_section(sent: &Prepared, vendor: &str, key: &str) -> bool {
    let place = format!("vendor.{vendor}.{key}");
    let mut fields = sent.draft().fields.iter().filter_map(|fate| fate.field.strip_prefix(&*place));
    fields.any(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// Replaces each value that equals the constant at its place by null. The names of the members stay.
fn blank(value: &mut Value, constant: &Value) {
    match (&mut *value, constant) {
        (Value::Object(members), Value::Object(constants)) => {
            for (key, constant) in constants {
                if let Some(member) = members.get_mut(key) {
                    blank(member, constant);
                }
            }
        }
        (Value::Array(entries), Value::Array(constants)) => {
            entries.iter_mut().zip(constants).for_each(|(entry, constant)| blank(entry, constant));
        }
        // A vendor that takes texts only gets a number as a text.
        (Value::String(text), constant) if *text == text_of(constant.clone()) => *value = Value::Null,
        (value, constant) if *value == *constant => *value = Value::Null,
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_equals_the_constant_at_its_place_is_blanked() {
        let constant =
            json!({"status": "subscribed", "level": 3, "list": [["create", []]], "deep": {"a": "x"}});
        let mut sent = json!({
            "status": "subscribed", "level": "3", "list": [["create", ["subscribed"]]], "deep": {"a": "y", "b": "x"},
            "name": "subscribed",
        });
        blank(&mut sent, &constant);
        assert_eq!(
            sent,
            json!({
                "status": null, "level": null, "list": [[null, ["subscribed"]]], "deep": {"a": "y", "b": "x"},
                "name": "subscribed",
            })
        );
    }
}
