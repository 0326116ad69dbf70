//! Maps a contact to a request body: the parts that adapters share. Each method that puts a value into the body, or leaves one
//! out, also records the fate of the field.

mod channels;
mod indexed;
mod merge;
mod name;
mod nested;
mod path;
mod rows;
mod truncate;

use serde_json::{Map, Value};
use unicontact_model::UnifiedContact;

pub use self::channels::{E164_DETAIL, PhoneSlot, primary_first};
pub(crate) use self::indexed::indexed;
pub use self::merge::Guard;
pub use self::name::ResolvedName;
pub(crate) use self::name::contains_words;
pub(crate) use self::rows::noun;
pub use self::truncate::{fits, truncate_text};
use crate::capabilities::MappingRow;
use crate::contact::PhoneNumberError;
use crate::cow_str::CowStr;
use crate::field_fate::{Fate, FieldFate, fields_without_fate};

/// The number of fates for which memory is reserved. Most contacts have fewer.
const USUAL_FATES: usize = 24;

/// A request body that is being built, and the fates of the fields that are mapped so far.
///
/// ```
/// use serde_json::json;
/// use unicontact_providers::mapping::Mapping;
/// use unicontact_providers::{MappingRow, UnifiedContact};
///
/// const ROWS: &[MappingRow] =
///     &[MappingRow::new("name", "person.name"), MappingRow::new("title", "person.job").with_limit(40)];
///
/// let contact: UnifiedContact = serde_json::from_str(r#"{"name": "Ada King", "title": "Analyst", "tags": ["vip"]}"#)?;
/// let mut mapping = Mapping::new("demo", "Demo").with_rows(ROWS);
/// mapping.display_name(&contact);
/// mapping.text("title", contact.title.as_deref());
/// mapping.drop_unmapped_fields(&contact);
/// let (body, fates) = mapping.finish();
/// assert_eq!(body, json!({"person": {"name": "Ada King", "job": "Analyst"}}));
/// assert_eq!(fates[2].field, "tags[0]");
/// assert_eq!(fates[2].detail.as_deref(), Some("Demo has no field for it"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug)]
pub struct Mapping<'a> {
    vendor: CowStr,
    title: CowStr,
    rows: &'a [MappingRow],
    body: Map<String, Value>,
    fates: Vec<FieldFate>,
}

impl<'a> Mapping<'a> {
    /// Returns an empty mapping for the vendor with this name in configuration (`smarttask`) and this title in sentences
    /// (`SmartTask`).
    pub fn new(vendor: impl Into<CowStr>, title: impl Into<CowStr>) -> Self {
        Self {
            vendor: vendor.into(),
            title: title.into(),
            rows: &[],
            body: Map::new(),
            fates: Vec::with_capacity(USUAL_FATES),
        }
    }

    /// Sets the rows that name the vendor's fields and their limits.
    #[must_use]
    pub fn with_rows(mut self, rows: &'a [MappingRow]) -> Self {
        self.rows = rows;
        self
    }

    /// Sets the body to begin with.
    #[must_use]
    pub(crate) fn with_body(mut self, body: Map<String, Value>) -> Self {
        self.body = body;
        self
    }

    /// Returns the body.
    pub(crate) fn body(&self) -> &Map<String, Value> {
        &self.body
    }

    /// Returns the body for changes that no other method makes.
    pub(crate) fn body_mut(&mut self) -> &mut Map<String, Value> {
        &mut self.body
    }

    /// Returns the fates that are recorded so far.
    pub(crate) fn fates(&self) -> &[FieldFate] {
        &self.fates
    }

    /// Records a fate.
    pub(crate) fn add(&mut self, fate: FieldFate) {
        self.fates.push(fate);
    }

    /// Puts a value into the body at a path. Dots make objects: `person.name.full`.
    pub fn set(&mut self, path: &str, value: impl Into<Value>) {
        path::set(&mut self.body, path, value.into());
    }

    /// Returns the value of the body at a path.
    pub fn get(&self, path: &str) -> Option<&Value> {
        path::get(&self.body, path)
    }

    /// Records a field as sent.
    pub fn sent(&mut self, field: impl Into<CowStr>, to: impl Into<CowStr>) {
        self.record(field, Fate::Sent, Some(to.into()), None);
    }

    /// Records a field as sent as a part of another value.
    pub fn merged(&mut self, field: impl Into<CowStr>, to: impl Into<CowStr>, detail: impl Into<CowStr>) {
        self.record(field, Fate::Merged, Some(to.into()), Some(detail.into()));
    }

    /// Records a field as sent in another form with the same meaning.
    pub fn reformatted(
        &mut self,
        field: impl Into<CowStr>,
        to: impl Into<CowStr>,
        detail: impl Into<CowStr>,
    ) {
        self.record(field, Fate::Reformatted, Some(to.into()), Some(detail.into()));
    }

    /// Records a field as sent in part.
    pub fn truncated(&mut self, field: impl Into<CowStr>, to: impl Into<CowStr>, detail: impl Into<CowStr>) {
        self.record(field, Fate::Truncated, Some(to.into()), Some(detail.into()));
    }

    /// Records a field as not sent, with the reason.
    pub fn dropped(&mut self, field: impl Into<CowStr>, detail: impl Into<CowStr>) {
        self.record(field, Fate::Dropped, None, Some(detail.into()));
    }

    /// Records a field that is not meant for the vendor, with the reason.
    pub fn kept(&mut self, field: impl Into<CowStr>, detail: impl Into<CowStr>) {
        self.record(field, Fate::Kept, None, Some(detail.into()));
    }

    /// Records a telephone number that is not in E.164: sent as written to `to`, or dropped.
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

    /// Drops a field that the vendor does not have, if the contact has it. The reason is "`<title>` has no `<noun>`".
    pub fn drop_unsupported(&mut self, is_present: bool, field: impl Into<CowStr>, noun: &str) {
        if is_present {
            let detail = [&*self.title, " has no ", noun].concat();
            self.dropped(field, detail);
        }
    }

    /// Drops the tags, for a vendor that has none.
    pub fn drop_tags(&mut self, tags: &[String]) {
        for index in 0..tags.len() {
            self.drop_unsupported(true, indexed!("tags", index, ""), "tags");
        }
    }

    /// Drops the custom fields, for a vendor that has none or names them by its own ids.
    pub fn drop_custom_fields<'k>(
        &mut self,
        keys: impl IntoIterator<Item = &'k String>,
        detail: impl Into<CowStr>,
    ) {
        let detail = detail.into();
        for key in keys {
            self.dropped(format!("custom.{key}"), detail.clone());
        }
    }

    /// Drops every field of the contact that has no fate yet, because the vendor has no field for it.
    pub fn drop_unmapped_fields(&mut self, contact: &UnifiedContact) {
        for field in fields_without_fate(contact, &self.fates) {
            self.drop_unsupported(true, field, "field for it");
        }
    }

    /// Records the caller's own id as kept: it identifies the delivery.
    pub fn keep_external_id(&mut self, external_id: Option<&str>) {
        if external_id.is_some() {
            self.kept("external_id", "it identifies the delivery and is not sent");
        }
    }

    /// Turns the fates of all fields that were sent to `to` into losses, because the value there was cut.
    pub fn mark_truncated(&mut self, to: &str, limit: usize) {
        for fate in self.fates.iter_mut().filter(|fate| fate.to.as_deref() == Some(to)) {
            fate.fate = Fate::Truncated;
            fate.detail = Some(format!("cut to {limit} characters").into());
        }
    }

    /// Returns the vendor's name in sentences.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Returns the body and the fates.
    pub fn finish(self) -> (Value, Vec<FieldFate>) {
        (Value::Object(self.body), self.fates)
    }

    /// Returns the members of the body and the fates.
    pub(crate) fn into_members(self) -> (Map<String, Value>, Vec<FieldFate>) {
        (self.body, self.fates)
    }

    fn record(&mut self, field: impl Into<CowStr>, fate: Fate, to: Option<CowStr>, detail: Option<CowStr>) {
        self.fates.push(FieldFate { field: field.into(), fate, to, detail, not_e164: None });
    }
}
