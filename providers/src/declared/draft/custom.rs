//! Sends custom fields that have no row of their own: beside the other fields, in an object, or as a list of objects.

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::account::Account;
use super::super::account_values::AccountValues;
use super::super::fields::{CUSTOM_TOKENS, CustomFields, CustomKeys};
use super::super::write_path::WritePath;
use super::drafting::{Drafting, EMPTY, Outcome};
use super::item::Item;
use super::pruned::pruned;
use super::reserved::Reserved;

/// The detail of a field that the vendor takes and may drop.
const MAY_BE_LOST: &str = "the vendor may not keep it";

/// The place of custom fields, bound to one account.
#[derive(Debug)]
pub(super) struct BoundCustom {
    to: Option<WritePath>,
    item: Option<Item>,
    keys: CustomKeys,
    /// Whether every value is a text.
    is_text: bool,
    /// Whether the vendor drops fields that it does not know.
    ignores_unknown: bool,
    /// What is never sent as a custom field.
    reserved: Reserved,
    /// The vendor's keys by the contact's, where the account names them.
    configured: AccountValues,
}

impl BoundCustom {
    /// Binds the place. `None` if it cannot be written without an optional key of the account.
    pub(super) fn new(
        rule: &CustomFields,
        is_text: bool,
        ignores_unknown: bool,
        reserved: &Reserved,
        account: &Account,
        values: &AccountValues,
    ) -> Option<Self> {
        let to = match &rule.to {
            None => None,
            Some(path) => Some(path.fill(|name| values.text(name))?),
        };
        let item = match &rule.item {
            None => None,
            Some(template) => Some(Item::new(template, CUSTOM_TOKENS, account, values)?),
        };
        Some(Self {
            to,
            item,
            keys: rule.keys,
            is_text: is_text || rule.is_text,
            ignores_unknown,
            reserved: reserved.clone(),
            configured: values.clone(),
        })
    }

    fn key(&self, key: &str) -> Option<String> {
        let configured = self.configured.custom_field(key).map(str::to_owned);
        match self.keys {
            CustomKeys::AsIs => configured.or_else(|| Some(key.to_owned())),
            CustomKeys::Upper => configured.or_else(|| Some(key.to_uppercase())),
            CustomKeys::Configured => configured,
        }
    }

    /// Returns whether the vendor does not take a key, or something in its value.
    fn is_refused(&self, name: &str, value: &Value) -> bool {
        self.reserved.is_refused(name) || !self.reserved.take_out(name, &mut value.clone()).is_empty()
    }

    fn send(&self, drafting: &mut Drafting<'_>, key: &str, value: &Value) -> Outcome {
        let title = drafting.title;
        let Some(name) = self.key(key) else {
            return Outcome::dropped("the provider's custom_fields name no key for it");
        };
        if name.is_empty() {
            return Outcome::dropped("a custom field without a key is not sent");
        }
        let (value, detail) = match self.form(title, value) {
            Ok(formed) => formed,
            Err(dropped) => return dropped,
        };
        match self.put(drafting, &name, value) {
            Err(reason) => Outcome::dropped(reason),
            Ok(to) => {
                let mut outcome = match detail {
                    Some(detail) => Outcome::reformatted(to, detail),
                    None => Outcome::sent(to),
                };
                if self.ignores_unknown {
                    let detail = outcome.detail.take().map_or(String::new(), |detail| format!("{detail}; "));
                    outcome.detail = Some([&detail, MAY_BE_LOST].concat().into());
                }
                outcome
            }
        }
    }

    /// Returns the value as it is sent, and how it differs.
    fn form(&self, title: &str, value: &Value) -> Result<(Value, Option<&'static str>), Outcome> {
        match value {
            Value::Array(_) | Value::Object(_) if self.is_text => {
                Err(Outcome::dropped(format!("{title} takes texts only")))
            }
            Value::Bool(_) | Value::Number(_) if self.is_text => {
                Ok((Value::String(value.to_string()), Some("written as a text")))
            }
            value => match pruned(value) {
                None => Err(Outcome::dropped(EMPTY)),
                Some(rest) if rest == *value => Ok((rest, None)),
                Some(rest) => Ok((rest, Some("without what is empty in it"))),
            },
        }
    }

    /// Puts a value into its place, unless another one is there. Returns the path, or why nothing is sent.
    fn put(&self, drafting: &mut Drafting<'_>, name: &str, value: Value) -> Result<String, String> {
        let title = drafting.title;
        let taken = || Err(format!("{title} has another field with this key"));
        let members = self.to.iter().flat_map(WritePath::parts);
        let whole: Vec<String> = members.chain(std::iter::once(name.to_owned())).collect();
        if self.item.is_none() && self.reserved.meets_key(&whole, &value) {
            return taken();
        }
        match (&self.to, &self.item) {
            (Some(path), Some(item)) => {
                let token_value = |token: &str| match token {
                    "key" => Some(Value::from(name)),
                    "value" => Some(value.clone()),
                    _ => None,
                };
                let place = item.place_of("value", &token_value).ok_or_else(|| EMPTY.to_owned())?;
                let object = item.fill(&token_value).ok_or_else(|| EMPTY.to_owned())?;
                let count = path.count(drafting.body());
                path.push(drafting.body_mut(), object);
                Ok(format!("{}[{count}]{}", path.as_str(), place.place))
            }
            (Some(path), None) => {
                let is_taken = match path.get(drafting.body()) {
                    None => false,
                    Some(Value::Object(members)) => members.contains_key(name),
                    Some(_) => true,
                };
                if is_taken {
                    return taken();
                }
                path.insert(drafting.body_mut(), name, value);
                Ok(format!("{}.{name}", path.as_str()))
            }
            (None, _) if self.is_refused(name, &value) => {
                Err(format!("{title} does not take this key in a create"))
            }
            (None, _) if drafting.body().contains_key(name) => taken(),
            (None, _) => {
                drafting.body_mut().insert(name.to_owned(), value);
                Ok(name.to_owned())
            }
        }
    }
}

/// Sends the custom fields for which `has_row` does not hold.
pub(super) fn send(
    drafting: &mut Drafting<'_>,
    place: Option<&BoundCustom>,
    custom: &BTreeMap<String, Value>,
    has_row: impl Fn(&str) -> bool,
) {
    for (key, value) in custom.iter().filter(|(key, _)| !has_row(key)) {
        let field = format!("custom.{key}");
        match place {
            None => drafting.lacks(field.clone(), &field, "custom fields"),
            Some(place) => {
                let outcome = place.send(drafting, key, value);
                drafting.record(field, outcome);
            }
        }
    }
}
