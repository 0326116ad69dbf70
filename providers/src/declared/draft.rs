//! Maps a contact to the fields of a described vendor.

use serde_json::{Map, Value};
use unicontact_model::UnifiedContact;

use super::account_values::AccountValues;
use super::fields::From;
use super::json_template::JsonTemplate;
use super::rules::Rules;
use super::slots::SlotForm;
use crate::contact::Country;
use crate::field_fate::{FieldFate, fields_without_fate};

pub(super) struct Mapper {
    rules: Rules,
    account: AccountValues,
}

pub(super) struct Mapped {
    pub(super) body: Value,
    pub(super) fields: Map<String, Value>,
    pub(super) fates: Vec<FieldFate>,
    pub(super) keys: SentKeys,
}

#[derive(Default)]
pub(super) struct SentKeys {
    pub(super) email: Option<String>,
    pub(super) phone: Option<String>,
    pub(super) external_id: Option<String>,
    pub(super) name: Option<String>,
}

impl Mapper {
    pub(super) fn new(_vendor: &str, _title: &str, rules: &Rules, account: &AccountValues) -> Self {
        Self { rules: rules.clone(), account: account.clone() }
    }

    pub(super) fn map(&self, contact: &UnifiedContact, _region: Option<Country>) -> Result<Mapped, String> {
        let mut fields = Map::new();
        let mut keys = SentKeys::default();
        if let Some(name) = &self.rules.name {
            keys.name = contact.display_name();
            let parts = contact.name.clone().unwrap_or_default();
            for (part, path) in name.parts() {
                let text = match part {
                    "whole" => keys.name.clone(),
                    "given" => parts.given.clone(),
                    "family" => parts.family.clone(),
                    _ => None,
                };
                if let Some(text) = text {
                    path.set(&mut fields, text.into());
                }
            }
        }
        let email = contact.emails.first().map(|email| email.address.as_str().to_owned());
        let phone = contact.phones.first().map(|phone| phone.number.as_str().to_owned());
        for (slots, text, key) in
            [(&self.rules.emails, email, &mut keys.email), (&self.rules.phones, phone, &mut keys.phone)]
        {
            if let (Some(slot), Some(text)) = (slots.first(), text)
                && let Some(to) = &slot.to
            {
                let value = match &slot.form {
                    SlotForm::Texts => vec![text.clone()].into(),
                    _ => text.clone().into(),
                };
                to.set(&mut fields, value);
                *key = Some(text);
            }
        }
        for field in self.rules.fields.iter().filter(|field| field.from == From::ExternalId) {
            if let Some(id) = &contact.external_id {
                field.to.set(&mut fields, id.clone().into());
                keys.external_id = Some(id.clone());
            }
        }
        if fields.is_empty() {
            return Err("it has nothing".to_owned());
        }
        let value = |hole: &str| match hole {
            "fields" => Some(Value::Object(fields.clone())),
            _ => self.account.json(hole),
        };
        let envelope = self.rules.create.envelope.as_ref().and_then(|it: &JsonTemplate| it.fill(&value));
        let body = envelope.unwrap_or_else(|| Value::Object(fields.clone()));
        let fates = fields_without_fate(contact, &[]).into_iter().map(FieldFate::unsaid).collect();
        Ok(Mapped { body, fields, fates, keys })
    }
}
