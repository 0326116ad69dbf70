//! The values of one provider's keys.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::account::{Account, AccountKey, CUSTOM_FIELDS, Derivation};
use super::account_kind::{AccountKind, AccountValue};
use crate::configuration::ConfigProblem;
use crate::secret::Secret;

/// The values of one provider's keys. `Debug` shows none.
#[derive(Clone, Default, PartialEq)]
pub(super) struct AccountValues {
    values: BTreeMap<String, AccountValue>,
    secrets: BTreeMap<String, Secret>,
    /// The parts of chosen values: `region.api`.
    parts: BTreeMap<String, String>,
}

impl std::fmt::Debug for AccountValues {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("AccountValues(..)")
    }
}

impl AccountValues {
    /// Reads the keys of a provider's table, and removes them from `keys`.
    ///
    /// # Errors
    ///
    /// The first key whose value does not fit. The message repeats no value.
    pub(super) fn read(account: &Account, keys: &mut Map<String, Value>) -> Result<Self, ConfigProblem> {
        let mut values = Self::default();
        for key in &account.keys {
            match keys.remove(&key.name) {
                Some(value) => values
                    .set(key, &value)
                    .map_err(|message| ConfigProblem::new(key.name.clone(), message))?,
                None => {
                    if let Some(default) = &key.default {
                        values.set_default(key, default);
                    }
                }
            }
        }
        for key in &account.keys {
            values.derive(key)?;
        }
        Ok(values)
    }

    fn set(&mut self, key: &AccountKey, value: &Value) -> Result<(), String> {
        match key.kind.read(value)? {
            AccountValue::Text(text) if key.is_secret => {
                self.secrets.insert(key.name.clone(), Secret::from(text));
            }
            value => self.set_default(key, &value),
        }
        Ok(())
    }

    fn set_default(&mut self, key: &AccountKey, value: &AccountValue) {
        if let (AccountKind::Choice(choices), AccountValue::Text(text)) = (&key.kind, value) {
            let chosen = choices.iter().find(|choice| choice.name == *text);
            for (part, value) in chosen.into_iter().flat_map(|choice| &choice.parts) {
                self.parts.insert(format!("{}.{part}", key.name), value.clone());
            }
        }
        self.values.insert(key.name.clone(), value.clone());
    }

    fn derive(&mut self, key: &AccountKey) -> Result<(), ConfigProblem> {
        let Some(derivation) = key.derive.as_ref().filter(|_| !self.is_set(&key.name)) else {
            return Ok(());
        };
        let Some(source) = self.text(&derivation.from) else {
            return Ok(());
        };
        match source.rsplit_once(&derivation.after_last) {
            Some((_, derived)) if !derived.is_empty() => {
                // Nobody set the derived key: a mistake is one of its source.
                self.set(key, &Value::String(derived.to_owned())).map_err(|_| no_derivation(key, derivation))
            }
            _ if key.is_optional => Ok(()),
            _ => Err(no_derivation(key, derivation)),
        }
    }

    /// Returns whether a key has a value.
    pub(super) fn is_set(&self, key: &str) -> bool {
        self.values.contains_key(key) || self.secrets.contains_key(key)
    }

    /// Returns whether a hole has a value.
    pub(super) fn is_set_hole(&self, hole: &str) -> bool {
        self.is_set(hole) || self.parts.contains_key(hole)
    }

    /// Returns every secret that is set.
    pub(super) fn secrets(&self) -> impl Iterator<Item = &Secret> {
        self.secrets.values()
    }

    /// Returns the value of a hole as a text, also that of a secret.
    pub(super) fn text(&self, hole: &str) -> Option<String> {
        if let Some(secret) = self.secrets.get(hole) {
            return Some(secret.expose().to_owned());
        }
        if let Some(part) = self.parts.get(hole) {
            return Some(part.clone());
        }
        match self.values.get(hole)? {
            AccountValue::Text(text) => Some(text.clone()),
            AccountValue::Integer(number) => Some(number.to_string()),
            AccountValue::Integers(numbers) => {
                Some(numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(","))
            }
            AccountValue::Table(_) => None,
        }
    }

    /// Returns the numbers of a key that holds a list of them.
    pub(super) fn integers(&self, key: &str) -> Option<&[i64]> {
        match self.values.get(key) {
            Some(AccountValue::Integers(numbers)) => Some(numbers),
            _ => None,
        }
    }

    /// Returns the value of a hole in its own type.
    pub(super) fn json(&self, hole: &str) -> Option<Value> {
        match self.values.get(hole) {
            Some(AccountValue::Integer(number)) => Some((*number).into()),
            Some(AccountValue::Integers(numbers)) => Some(numbers.clone().into()),
            _ => self.text(hole).map(Value::String),
        }
    }

    /// Returns the secret that a key holds.
    pub(super) fn secret(&self, key: &str) -> Option<&Secret> {
        self.secrets.get(key)
    }

    /// Returns the vendor's key of a custom field, where the account names them.
    pub(super) fn custom_field(&self, key: &str) -> Option<&str> {
        match self.values.get(CUSTOM_FIELDS)? {
            AccountValue::Table(fields) => {
                fields.iter().find(|(name, _)| name == key).map(|(_, field)| field.as_str())
            }
            _ => None,
        }
    }
}

/// Returns the problem of a key from which another does not follow.
fn no_derivation(key: &AccountKey, derivation: &Derivation) -> ConfigProblem {
    let message = format!(
        "does not end in `{}` and the {} that follows from it: set {} as well",
        derivation.after_last, key.name, key.name
    );
    ConfigProblem::new(derivation.from.clone(), message)
}
