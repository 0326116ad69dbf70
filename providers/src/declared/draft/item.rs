//! The object of one entry of a list, whose keys of the account are filled, and the places of its tokens.

use serde_json::Value;

use super::super::account::Account;
use super::super::account_values::AccountValues;
use super::super::json_template::JsonTemplate;

/// The object of one entry.
#[derive(Debug)]
pub(super) struct Item {
    template: JsonTemplate,
    texts: Vec<Text>,
}

/// A text of the item with tokens in it.
#[derive(Debug)]
struct Text {
    /// Its place in the object: `.channels[0].number`.
    place: String,
    tokens: Vec<String>,
    /// Whether the token is the whole text.
    is_whole: bool,
}

/// The place of a token.
pub(super) struct TokenPlace<'i> {
    /// Its place in the object.
    pub(super) place: &'i str,
    /// Whether the token is the whole text there.
    pub(super) is_whole: bool,
}

impl Item {
    /// Fills the keys of the account. `None` if nothing is left of the object.
    pub(super) fn new(
        template: &JsonTemplate,
        tokens: &[&str],
        account: &Account,
        values: &AccountValues,
    ) -> Option<Self> {
        let is_account = |name: &str| !tokens.contains(&name) && account.key_of_hole(name).is_some();
        let template = template.fill_known(&is_account, &|name| values.json(name))?;
        let mut texts = Vec::new();
        add_texts(&template, "", &mut texts);
        Some(Self { template, texts })
    }

    /// Returns the object with its tokens filled.
    pub(super) fn fill(&self, value: &dyn Fn(&str) -> Option<Value>) -> Option<Value> {
        self.template.fill(value)
    }

    /// Returns whether the object has a place for a token.
    pub(super) fn has(&self, token: &str) -> bool {
        self.texts.iter().any(|text| text.tokens.iter().any(|other| other == token))
    }

    /// Returns the place of a token that has a value. A text whose other tokens have none is left out.
    pub(super) fn place_of(
        &self,
        token: &str,
        value: &dyn Fn(&str) -> Option<Value>,
    ) -> Option<TokenPlace<'_>> {
        let is_filled = |text: &&Text| {
            text.tokens.iter().any(|other| other == token)
                && text.tokens.iter().all(|other| other == token || value(other).is_some())
        };
        let text = self.texts.iter().filter(is_filled).max_by_key(|text| text.is_whole)?;
        Some(TokenPlace { place: &text.place, is_whole: text.is_whole })
    }
}

fn add_texts(template: &JsonTemplate, place: &str, texts: &mut Vec<Text>) {
    match template {
        JsonTemplate::Literal(_) => {}
        JsonTemplate::Text(text) => {
            let tokens: Vec<String> = text.holes().map(str::to_owned).collect();
            if !tokens.is_empty() {
                texts.push(Text { place: place.to_owned(), tokens, is_whole: text.only_hole().is_some() });
            }
        }
        JsonTemplate::List(entries) => {
            for (index, entry) in entries.iter().enumerate() {
                add_texts(entry, &format!("{place}[{index}]"), texts);
            }
        }
        JsonTemplate::Object(members) => {
            for (name, member) in members {
                add_texts(member, &format!("{place}.{name}"), texts);
            }
        }
    }
}
