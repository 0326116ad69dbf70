//! The value of one row for a single field: in the vendor's words, as a number, cut to its limit.

use serde_json::Value;

use super::super::account::Account;
use super::super::account_values::AccountValues;
use super::super::fields::{Field, FieldForm};
use super::super::write_path::WritePath;
use super::drafting::{Drafting, EMPTY, Outcome};
use super::item::Item;
use crate::cow_str::CowStr;
use crate::mapping::{fits, truncate_text};

/// A row for a single field, bound to one account.
#[derive(Debug)]
pub(super) struct BoundField {
    pub(super) rule: Field,
    pub(super) to: WritePath,
    pub(super) item: Option<Item>,
    /// Whether the vendor takes texts only.
    pub(super) is_text: bool,
}

/// A text in the form of a row, before it is sent.
pub(super) struct Formed {
    pub(super) value: Value,
    pub(super) outcome: Outcome,
}

impl BoundField {
    /// Binds a row. `None` if it cannot be written without an optional key of the account.
    pub(super) fn new(
        rule: &Field,
        is_text: bool,
        account: &Account,
        values: &AccountValues,
    ) -> Option<Self> {
        let item = match &rule.form {
            FieldForm::Object(template) | FieldForm::Objects(template) => {
                Some(Item::new(template, rule.from.tokens(), account, values)?)
            }
            _ => None,
        };
        let to = rule.to.fill(|name| values.text(name))?;
        Some(Self { rule: rule.clone(), to, item, is_text })
    }

    pub(super) fn path(&self) -> CowStr {
        self.to.as_str().to_owned().into()
    }

    /// Sends a text to the row's place.
    pub(super) fn send_text(&self, drafting: &mut Drafting<'_>, text: &str) -> Outcome {
        match self.form(drafting.title, text) {
            Err(dropped) => dropped,
            Ok(formed) => self.send_formed(drafting, formed),
        }
    }

    /// Sends a JSON value to the row's place.
    pub(super) fn send_value(&self, drafting: &mut Drafting<'_>, value: &Value) -> Outcome {
        match value {
            Value::Null => Outcome::dropped(EMPTY),
            Value::String(text) => self.send_text(drafting, text),
            Value::Bool(_) | Value::Number(_) if !self.rule.values_as.is_empty() => {
                self.send_text(drafting, &value.to_string())
            }
            Value::Bool(_) if self.rule.form == FieldForm::Integer => not_an_integer(drafting.title),
            Value::Number(number) if self.rule.form == FieldForm::Integer && !number.is_i64() => {
                not_an_integer(drafting.title)
            }
            Value::Bool(_) | Value::Number(_) => {
                let outcome = if self.is_text && self.rule.form != FieldForm::Integer {
                    Outcome::reformatted(self.path(), "written as a text")
                } else {
                    Outcome::sent(self.path())
                };
                self.send_formed(drafting, Formed { value: value.clone(), outcome })
            }
            Value::Array(_) | Value::Object(_) if self.is_text || self.rule.form != FieldForm::Text => {
                Outcome::dropped(format!("{} takes one value only", drafting.title))
            }
            Value::Array(_) | Value::Object(_) => match super::pruned::pruned(value) {
                None => Outcome::dropped(EMPTY),
                Some(value) => {
                    let outcome = Outcome::sent(self.path());
                    self.send_formed(drafting, Formed { value, outcome })
                }
            },
        }
    }

    /// Returns a text in the row's form: in the vendor's words, as a number, cut to the limit.
    pub(super) fn form(&self, title: &str, text: &str) -> Result<Formed, Outcome> {
        if text.trim().is_empty() {
            return Err(Outcome::dropped(EMPTY));
        }
        let values_as = &self.rule.values_as;
        let named = match values_as.named(text) {
            None if values_as.is_empty() => text,
            None => return Err(Outcome::dropped(format!("{title} has no name for this value"))),
            Some(Value::String(named)) => named,
            Some(value) => {
                let outcome = Outcome::reformatted(self.path(), format!("as {title} calls it"));
                return Ok(Formed { value: value.clone(), outcome });
            }
        };
        if self.rule.form == FieldForm::Integer {
            let Ok(number) = named.trim().parse::<i64>() else {
                return Err(not_an_integer(title));
            };
            let outcome = if self.is_text {
                Outcome::sent(self.path())
            } else {
                Outcome::reformatted(self.path(), "written as a number")
            };
            return Ok(Formed { value: number.into(), outcome });
        }
        let limit = self.rule.limit.unwrap_or(usize::MAX);
        if !self.rule.is_cut && !fits(named, limit) {
            return Err(Outcome::dropped(format!(
                "it is longer than the {limit} characters that {title} takes"
            )));
        }
        let (short, is_cut) = truncate_text(named, limit);
        if short.is_empty() {
            return Err(Outcome::dropped(EMPTY));
        }
        let outcome = if is_cut {
            Outcome::truncated(self.path(), format!("cut to {limit} characters"))
        } else if named != text {
            Outcome::reformatted(self.path(), format!("as {title} calls it"))
        } else {
            Outcome::sent(self.path())
        };
        Ok(Formed { value: short.into(), outcome })
    }

    fn send_formed(&self, drafting: &mut Drafting<'_>, formed: Formed) -> Outcome {
        let Formed { value, mut outcome } = formed;
        let Some(item) = &self.item else {
            self.to.set(drafting.body_mut(), value);
            return outcome;
        };
        let is_list = matches!(self.rule.form, FieldForm::Objects(_));
        match self.send_item(drafting, item, is_list, &|token| {
            matches!(token, "value" | "name").then(|| value.clone())
        }) {
            Some(to) => {
                outcome.to = Some(to);
                outcome
            }
            None => Outcome::dropped(EMPTY),
        }
    }

    /// Sends an object to the row's place and returns the path of its first token with a value. `None` if nothing of it can be
    /// sent.
    pub(super) fn send_item(
        &self,
        drafting: &mut Drafting<'_>,
        item: &Item,
        is_list: bool,
        value: &dyn Fn(&str) -> Option<Value>,
    ) -> Option<CowStr> {
        let count = if is_list { self.to.count(drafting.body()) } else { 0 };
        let value = |token: &str| match token {
            "n" => Some((count + 1).into()),
            token => value(token),
        };
        let mut main = ["value", "name", "tag", "url"].into_iter().filter(|token| value(token).is_some());
        let place = main.find_map(|token| item.place_of(token, &value))?;
        let object = item.fill(&value)?;
        let to = self.to.as_str();
        if is_list {
            self.to.push(drafting.body_mut(), object);
            Some(format!("{to}[{count}]{}", place.place).into())
        } else {
            self.to.set(drafting.body_mut(), object);
            Some([to, place.place].concat().into())
        }
    }
}

fn not_an_integer(title: &str) -> Outcome {
    Outcome::dropped(format!("{title} takes whole numbers only"))
}
