//! The values of one provider's keys.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::account::{Account, AccountKey, AccountKind, AccountValue, CUSTOM_FIELDS};
use crate::configuration::ConfigProblem;
use crate::http::BaseUrl;
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
    /// Reads the keys of a provider's table, and takes what it read out of `keys`.
    ///
    /// # Errors
    ///
    /// The first key whose value does not fit. The message repeats no value.
    pub(super) fn read(account: &Account, keys: &mut Map<String, Value>) -> Result<Self, ConfigProblem> {
        let mut values = Self::default();
        for key in &account.keys {
            match keys.remove(&key.name) {
                Some(value) => values.set(key, &value)?,
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

    fn set(&mut self, key: &AccountKey, value: &Value) -> Result<(), ConfigProblem> {
        let value = typed(key, value)?;
        match value {
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
            Some((_, derived)) if !derived.is_empty() => self.set(key, &Value::String(derived.to_owned())),
            _ if key.is_optional => Ok(()),
            _ => {
                let message = format!(
                    "does not end in `{}` and the {} that follows from it: set {} as well",
                    derivation.after_last, key.name, key.name
                );
                Err(ConfigProblem::new(derivation.from.clone(), message))
            }
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

/// Returns a value in the type of its key. Numbers may be texts, as environment variables write them.
fn typed(key: &AccountKey, value: &Value) -> Result<AccountValue, ConfigProblem> {
    let problem = |message: &str| ConfigProblem::new(key.name.clone(), message.to_owned());
    let text = match value {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    match &key.kind {
        AccountKind::Integer => {
            let number = value.as_i64().or_else(|| text.and_then(|text| text.parse().ok()));
            number.map(AccountValue::Integer).ok_or_else(|| problem("expected a whole number"))
        }
        AccountKind::Integers => integers(value)
            .map(AccountValue::Integers)
            .ok_or_else(|| problem("expected whole numbers, as a list or separated by commas")),
        AccountKind::Table => {
            table(value).map(AccountValue::Table).ok_or_else(|| problem("expected a table of texts"))
        }
        AccountKind::Choice(choices) => {
            let names: Vec<&str> = choices.iter().map(|choice| choice.name.as_str()).collect();
            text.filter(|text| names.contains(&text.as_str()))
                .map(AccountValue::Text)
                .ok_or_else(|| problem(&format!("expected one of {}", names.join(", "))))
        }
        AccountKind::HostLabel => {
            let is_label = |text: &String| {
                text.len() <= 63
                    && !text.starts_with('-')
                    && !text.ends_with('-')
                    && text
                        .bytes()
                        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
            };
            text.map(|text| text.to_ascii_lowercase()).filter(is_label).map(AccountValue::Text).ok_or_else(
                || problem("expected one part of a host's name, such as acme: letters, digits and `-`"),
            )
        }
        AccountKind::Origin(hosts) => {
            let text = text.ok_or_else(|| problem("expected an address such as https://crm.example.com"))?;
            origin(&text, hosts).map(AccountValue::Text).map_err(|message| problem(&message))
        }
        AccountKind::Text | AccountKind::Segment => {
            text.map(AccountValue::Text).ok_or_else(|| problem("expected text"))
        }
    }
}

fn integers(value: &Value) -> Option<Vec<i64>> {
    match value {
        Value::Array(entries) => entries.iter().map(Value::as_i64).collect(),
        Value::Number(number) => Some(vec![number.as_i64()?]),
        Value::String(text) => text.split(',').map(|part| part.trim().parse().ok()).collect(),
        _ => None,
    }
}

fn table(value: &Value) -> Option<Vec<(String, String)>> {
    let members = value.as_object()?.iter();
    members
        .map(|(name, value)| match value {
            Value::String(text) if !text.is_empty() => Some((name.clone(), text.clone())),
            Value::Number(number) => Some((name.clone(), number.to_string())),
            _ => None,
        })
        .collect()
}

/// Returns the scheme, host and port of an address. Its host must match one of the patterns, if there are any; an address of this
/// machine always does.
fn origin(text: &str, hosts: &[String]) -> Result<String, String> {
    let address: BaseUrl = text.parse().map_err(|error: crate::http::BaseUrlError| error.to_string())?;
    if !matches!(address.join(&[]).path(), "/" | "") {
        return Err(
            "expected scheme and host alone, such as https://crm.example.com, without a path".to_owned()
        );
    }
    let host = address.host();
    let matches = |pattern: &String| match pattern.strip_prefix('*') {
        Some(suffix) => host.len() > suffix.len() && host.ends_with(suffix),
        None => host == pattern,
    };
    if !hosts.is_empty() && !address.is_this_machine() && !hosts.iter().any(matches) {
        return Err(format!("the host is none of {}", hosts.join(", ")));
    }
    Ok(address.to_string().trim_end_matches('/').to_owned())
}
