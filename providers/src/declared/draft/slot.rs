//! A place for entries of a list of the contact, bound to one account.

use serde_json::{Map, Value};

use super::super::account::Account;
use super::super::account_values::AccountValues;
use super::super::slots::{Channel, KINDS, Slot, SlotForm};
use super::super::write_path::WritePath;
use super::drafting::Outcome;
use super::item::Item;
use crate::contact::ChannelKind;
use crate::cow_str::CowStr;

/// A place for entries.
#[derive(Debug)]
pub(super) struct BoundSlot {
    pub(super) rule: Slot,
    /// Where it goes. For an address in fields of its own, the path of the first part.
    pub(super) to: WritePath,
    pub(super) item: Option<Item>,
}

/// An entry that was put into a place.
pub(super) struct Placed<'s> {
    slot: &'s BoundSlot,
    /// The entry's path.
    pub(super) path: String,
}

/// Which places of a list of rows hold an entry already.
pub(super) struct Occupied(Vec<bool>);

impl BoundSlot {
    /// Binds a place. `None` if it cannot be written without an optional key of the account.
    pub(super) fn new(
        rule: &Slot,
        channel: Channel,
        account: &Account,
        values: &AccountValues,
    ) -> Option<Self> {
        let filled = |path: &WritePath| path.fill(|name| values.text(name));
        let mut rule = rule.clone();
        let item = match &mut rule.form {
            SlotForm::Objects(template) | SlotForm::Object(template) => {
                Some(Item::new(template, channel.tokens(), account, values)?)
            }
            SlotForm::Parts(parts) => {
                *parts = parts.iter().filter_map(|(part, path)| Some((*part, filled(path)?))).collect();
                None
            }
            SlotForm::Text | SlotForm::Texts => None,
        };
        let to = match (&rule.to, &rule.form) {
            (Some(to), _) => filled(to)?,
            (None, SlotForm::Parts(parts)) => parts.first()?.1.clone(),
            (None, _) => return None,
        };
        Some(Self { rule, to, item })
    }

    /// Returns whether the place is a list.
    pub(super) fn is_list(&self) -> bool {
        match self.rule.form {
            SlotForm::Texts | SlotForm::Objects(_) => true,
            SlotForm::Text => self.rule.takes_all,
            SlotForm::Object(_) | SlotForm::Parts(_) => false,
        }
    }

    /// Returns whether the entry is sent with this token.
    pub(super) fn shows(&self, token: &str) -> bool {
        self.item.as_ref().is_some_and(|item| item.has(token)) || self.field_of(token).is_some()
    }

    /// Returns the field of a part of an address.
    fn field_of(&self, token: &str) -> Option<&WritePath> {
        let SlotForm::Parts(parts) = &self.rule.form else { return None };
        parts.iter().find(|(part, _)| part.name() == token).map(|(_, path)| path)
    }

    /// Puts an entry into the place: its `main` text alone, or its object. `None` if nothing of it can be sent.
    pub(super) fn put(
        &self,
        body: &mut Map<String, Value>,
        main: &str,
        value: &dyn Fn(&str) -> Option<Value>,
    ) -> Option<Placed<'_>> {
        let count = if self.is_list() { self.to.count(body) } else { 0 };
        let entry = match &self.item {
            Some(item) => item.fill(&|token| match token {
                "n" => Some((count + 1).into()),
                token => value(token),
            })?,
            None => value(main)?,
        };
        let path = if self.is_list() {
            self.to.push(body, entry);
            format!("{}[{count}]", self.to.as_str())
        } else {
            self.to.set(body, entry);
            self.to.as_str().to_owned()
        };
        Some(Placed { slot: self, path })
    }
}

impl<'s> Placed<'s> {
    /// Returns an entry in fields of its own.
    pub(super) fn new(slot: &'s BoundSlot, path: String) -> Self {
        Self { slot, path }
    }

    pub(super) fn slot(&self) -> &'s BoundSlot {
        self.slot
    }

    /// Returns the outcome of a token with a value: `sent` where it is a text of its own, `merged` within another text. `None` if
    /// the object has no place for it.
    pub(super) fn outcome_of(&self, token: &str, value: &dyn Fn(&str) -> Option<Value>) -> Option<Outcome> {
        if let Some(path) = self.slot.field_of(token) {
            return Some(Outcome::sent(path.as_str().to_owned()));
        }
        let place = self.slot.item.as_ref()?.place_of(token, value)?;
        let to = [&self.path, place.place].concat();
        Some(if place.is_whole {
            Outcome::sent(to)
        } else {
            Outcome::merged(to, "it is a part of a text there")
        })
    }

    /// Returns the path of a token, or of the whole entry where it is one text.
    pub(super) fn path_of(&self, token: &str, value: &dyn Fn(&str) -> Option<Value>) -> CowStr {
        let place = self.slot.item.as_ref().and_then(|item| item.place_of(token, value));
        place.map_or_else(|| self.path.clone(), |place| [&self.path, place.place].concat()).into()
    }
}

impl Occupied {
    pub(super) fn new(slots: &[BoundSlot]) -> Self {
        Self(vec![false; slots.len()])
    }

    /// Returns the first free place for which `fits` holds.
    pub(super) fn first_free<'s>(
        &self,
        slots: &'s [BoundSlot],
        fits: impl Fn(&BoundSlot) -> bool,
    ) -> Option<(usize, &'s BoundSlot)> {
        let mut free = slots.iter().enumerate().filter(|(index, _)| !self.0[*index]);
        free.find(|(_, slot)| fits(slot))
    }

    /// Records that the place holds an entry. A list that takes all is never full.
    pub(super) fn take(&mut self, index: usize, slot: &BoundSlot) {
        self.0[index] = !slot.rule.takes_all;
    }
}

/// Returns the word for a kind. No kind is `none`.
pub(super) fn kind_word(kind: Option<ChannelKind>) -> &'static str {
    KINDS.iter().find(|(_, other)| *other == kind).map_or("none", |(word, _)| word)
}

/// Returns the vendor's value for a kind. `*` is every other kind, but not the lack of one.
pub(super) fn kind_name(slot: &Slot, kind: Option<ChannelKind>) -> Option<Value> {
    let word = kind_word(kind);
    match kind {
        Some(_) => slot.values_as.value_of(word),
        None => slot.values_as.exact(word).cloned(),
    }
}
