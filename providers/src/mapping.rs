//! From a contact to a request body: the parts that adapters share.
//!
//! Its rule: whatever puts a value into the body also records the fate of the field it came from,
//! and whatever leaves one out says why.

mod channels;
mod fit;
mod merge;
mod name;
mod path;

use serde_json::{Map, Value};

pub use self::channels::{E164_DETAIL, PhoneSlot, primary_first};
pub use self::fit::{fits, fitted};
pub use self::merge::Guard;
pub(crate) use self::path::indexed;
use crate::contact::PhoneNumberError;
use crate::cow_str::CowStr;
use crate::field_fate::{Fate, FieldFate};

/// So many fates most contacts have at most.
const USUAL_FATES: usize = 24;

/// A request body in the making, and the fates of the fields so far.
#[derive(Debug)]
pub struct Mapping {
    vendor: &'static str,
    title: &'static str,
    body: Map<String, Value>,
    fates: Vec<FieldFate>,
}

impl Mapping {
    /// A mapping for `vendor`, which sentences call `title`.
    pub fn new(vendor: &'static str, title: &'static str) -> Self {
        Self { vendor, title, body: Map::new(), fates: Vec::with_capacity(USUAL_FATES) }
    }

    /// Puts a value into the body.
    pub fn set(&mut self, key: &str, value: impl Into<Value>) {
        self.body.insert(key.to_owned(), value.into());
    }

    /// A value of the body.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.body.get(key)
    }

    /// Tells a field as sent.
    pub fn sent(&mut self, field: impl Into<CowStr>, to: impl Into<CowStr>) {
        self.fate(field, Fate::Sent, Some(to.into()), None);
    }

    /// Tells a field as sent as a part of something else.
    pub fn merged(&mut self, field: impl Into<CowStr>, to: impl Into<CowStr>, detail: impl Into<CowStr>) {
        self.fate(field, Fate::Merged, Some(to.into()), Some(detail.into()));
    }

    /// Tells a field as sent in another form that means the same.
    pub fn reformatted(
        &mut self,
        field: impl Into<CowStr>,
        to: impl Into<CowStr>,
        detail: impl Into<CowStr>,
    ) {
        self.fate(field, Fate::Reformatted, Some(to.into()), Some(detail.into()));
    }

    /// Tells a field as sent in part.
    pub fn truncated(&mut self, field: impl Into<CowStr>, to: impl Into<CowStr>, detail: impl Into<CowStr>) {
        self.fate(field, Fate::Truncated, Some(to.into()), Some(detail.into()));
    }

    /// Tells a field as not sent, and why.
    pub fn dropped(&mut self, field: impl Into<CowStr>, detail: impl Into<CowStr>) {
        self.fate(field, Fate::Dropped, None, Some(detail.into()));
    }

    /// Reports a telephone number that is not sent in E.164: as written in `to`, or not at all.
    pub fn not_e164(
        &mut self,
        field: impl Into<CowStr>,
        to: Option<CowStr>,
        error: PhoneNumberError,
        detail: impl Into<CowStr>,
    ) {
        let fate = if to.is_some() { Fate::Sent } else { Fate::Dropped };
        let detail = Some(detail.into());
        self.fates.push(FieldFate { field: field.into(), fate, to, detail, not_e164: Some(error) });
    }

    /// Tells a field as none of the vendor's business.
    pub fn kept(&mut self, field: impl Into<CowStr>, detail: impl Into<CowStr>) {
        self.fate(field, Fate::Kept, None, Some(detail.into()));
    }

    /// Drops a field that the vendor has no place for, if it holds something.
    pub fn no_place_for(&mut self, present: bool, field: impl Into<CowStr>, what: &str) {
        if present {
            let detail = [self.title, " has no ", what].concat();
            self.dropped(field, detail);
        }
    }

    /// The caller's own id stays with the delivery.
    pub fn external_id(&mut self, external_id: Option<&str>) {
        if external_id.is_some() {
            self.kept("external_id", "it identifies the delivery and is not sent");
        }
    }

    /// Tags, for vendors without any.
    pub fn no_tags(&mut self, tags: &[String]) {
        for index in 0..tags.len() {
            self.no_place_for(true, indexed!("tags", index, ""), "tags");
        }
    }

    /// Custom fields, for vendors that want them under names or ids of their own.
    pub fn no_custom<'a>(&mut self, keys: impl IntoIterator<Item = &'a String>, instead: &'static str) {
        for key in keys {
            self.dropped(format!("custom.{key}"), instead);
        }
    }

    /// The title of the vendor, for sentences.
    pub fn title(&self) -> &'static str {
        self.title
    }

    /// The fate of a text that may have been cut to fit.
    pub fn fitted(&mut self, field: &'static str, to: &'static str, cut: bool, limit: usize) {
        if cut {
            let detail = format!("cut to {limit} characters");
            self.truncated(field, to, detail);
        } else {
            self.sent(field, to);
        }
    }

    /// Everything that was put into `to` was cut: what is told of it so far becomes a loss.
    pub fn cut_short(&mut self, to: &str, limit: usize) {
        let into = self.fates.iter_mut().filter(|fate| fate.to.as_deref() == Some(to));
        for fate in into {
            fate.fate = Fate::Truncated;
            fate.detail = Some(format!("cut to {limit} characters").into());
        }
    }

    fn fate(&mut self, field: impl Into<CowStr>, fate: Fate, to: Option<CowStr>, detail: Option<CowStr>) {
        self.fates.push(FieldFate { field: field.into(), fate, to, detail, not_e164: None });
    }

    /// The body and the fates.
    pub fn finish(self) -> (Value, Vec<FieldFate>) {
        (Value::Object(self.body), self.fates)
    }
}
