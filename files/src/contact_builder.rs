//! Builds one contact from the values of a row, card or object.
//!
//! Invariant: each value is kept, reported in a note, or the reason for a reject. No value is guessed.

mod address_list;
mod addresses;
mod bad_cells;
mod built_contact;
pub(crate) mod channel_kinds;
mod dates;
mod emails;
pub(crate) mod ids;
mod invisible;
mod links;
pub(crate) mod multi_value;
mod phone_kinds;
mod phone_text;
mod phones;
mod tags;
mod v0_1;
mod value;

use std::borrow::Cow;

use unicontact_model::UnifiedContact;
use unicontact_model::contact::{ContactKind, Name};

pub(crate) use self::built_contact::{BuiltContact, RowError};
use self::value::BadCell;
pub(crate) use self::value::{Attributes, Origin, PhoneParts, present};
use crate::cell_text::{TextKind, clean_text, is_plain};
use crate::options::OnBadCell;
use crate::placeholders::{TAKEN_AS_EMPTY, is_channel_placeholder};
use crate::row::{DroppedCell, Note};
use crate::version::Version;

/// A limit on the entries of each list of a contact.
const MAX_ENTRIES: usize = 500;
const TOO_MANY_ENTRIES: &str = "a contact can have at most 500 values here; the rest is dropped";
pub(crate) const SECOND_VALUE: &str = "the contact already has another value; this one is dropped";

/// A builder of a contact that collects notes, dropped cells, and the first error.
pub(crate) struct ContactBuilder {
    pub(crate) contact: UnifiedContact,
    notes: Vec<Note>,
    dropped: Vec<DroppedCell>,
    bad_cells: Vec<BadCell>,
    error: Option<RowError>,
    on_bad_cell: OnBadCell,
    version: Version,
    may_differ_from_v0_1: bool,
    /// The line of the values being read, where it is not the row's.
    line: Option<u64>,
}

impl ContactBuilder {
    pub(crate) fn new(on_bad_cell: OnBadCell, version: Version) -> Self {
        Self {
            contact: UnifiedContact::default(),
            notes: Vec::new(),
            dropped: Vec::new(),
            bad_cells: Vec::new(),
            error: None,
            on_bad_cell,
            version,
            may_differ_from_v0_1: false,
            line: None,
        }
    }

    /// Sets the line of the values that follow: a row below continues the contact.
    pub(crate) fn set_line(&mut self, line: u64) {
        self.line = Some(line);
    }

    /// Records that version 0.1.0 may have read the row differently.
    pub(crate) fn mark_v0_1_difference(&mut self) {
        self.may_differ_from_v0_1 = true;
    }

    pub(crate) fn note(&mut self, origin: Origin<'_>, message: &str) {
        self.push_note(Note { field: origin.name.to_owned(), message: message.to_owned() });
    }

    fn push_note(&mut self, note: Note) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// Rejects the row. Only the first reason is kept.
    pub(crate) fn reject(&mut self, origin: Origin<'_>, reason: &str) {
        self.error.get_or_insert_with(|| RowError {
            column: origin.column,
            field: Some(origin.name.to_owned()),
            reason: reason.to_owned(),
            line: self.line,
            name: None,
        });
    }

    /// Sets a field that holds one text. A second value is dropped with a note.
    pub(crate) fn set(
        &mut self,
        origin: Origin<'_>,
        text: &str,
        field: impl Fn(&mut UnifiedContact) -> &mut Option<String>,
    ) {
        let text = self.cleaned(text, TextKind::Line);
        self.set_uncleaned(origin, &text, field);
    }

    /// Sets a field that holds one text, without cleaning the text.
    fn set_uncleaned(
        &mut self,
        origin: Origin<'_>,
        text: &str,
        field: impl Fn(&mut UnifiedContact) -> &mut Option<String>,
    ) {
        let Some(text) = present(text) else { return };
        let value = field(&mut self.contact);
        if value.as_deref().is_some_and(|kept| kept != text) {
            self.note(origin, SECOND_VALUE);
        } else {
            *value = Some(text.to_owned());
        }
    }

    /// Returns a text without HTML entities and invisible characters.
    fn cleaned<'t>(&mut self, text: &'t str, kind: TextKind) -> Cow<'t, str> {
        if self.version == Version::V0_1 || is_plain(text) {
            return Cow::Borrowed(text);
        }
        let cleaned = clean_text(text, kind);
        if cleaned != present(text).unwrap_or_default() {
            self.mark_v0_1_difference();
        }
        cleaned
    }

    /// Makes the contact an organization if it has one and no name.
    pub(crate) fn set_kind_from_organization(&mut self) {
        self.set_organization_unless(|_, _| true);
    }

    /// Makes the contact an organization if it has one and no name of a person.
    ///
    /// A vCard must have an FN, so the card of an organization repeats its name there.
    pub(crate) fn set_kind_from_organization_or_full_name(&mut self) {
        self.set_organization_unless(names_person);
    }

    fn set_organization_unless(&mut self, names_person: impl Fn(&Name, &str) -> bool) {
        let UnifiedContact { kind, name, organization, .. } = &mut self.contact;
        let Some(organization) = organization.as_ref().and_then(|it| it.name.as_deref()) else { return };
        let has_person = name.as_ref().is_some_and(|name| names_person(name, organization));
        if *kind == ContactKind::Person && !has_person {
            *kind = ContactKind::Organization;
            self.may_differ_from_v0_1 = true;
        }
    }

    /// Appends a text to the contact's notes, on a line of its own.
    pub(crate) fn append_notes(&mut self, text: &str) {
        let text = self.cleaned(text, TextKind::Free);
        let Some(text) = present(&text) else { return };
        match &mut self.contact.notes {
            Some(notes) => {
                notes.push('\n');
                notes.push_str(text);
            }
            none => *none = Some(text.to_owned()),
        }
    }

    /// Returns the contact.
    ///
    /// # Errors
    ///
    /// The first reason to reject the row, or that the contact has no name, e-mail address or the like.
    pub(crate) fn build(mut self) -> Result<BuiltContact, RowError> {
        self.judge_bad_cells();
        if let Some(error) = self.error {
            return Err(RowError { name: self.contact.display_name().map(Into::into), ..error });
        }
        if let Some(problem) = self.contact.missing_name() {
            return Err(RowError::new(problem.message));
        }
        keep_first_primary(self.contact.emails.iter_mut().map(|email| &mut email.primary));
        keep_first_primary(self.contact.phones.iter_mut().map(|phone| &mut phone.primary));
        Ok(self.into_built())
    }

    fn into_built(self) -> BuiltContact {
        let Self { contact, notes, dropped, may_differ_from_v0_1, .. } = self;
        BuiltContact { contact, notes, dropped, may_differ_from_v0_1, earlier: None }
    }

    /// Returns whether a list of so many entries is full, and notes that.
    fn is_full(&mut self, origin: Origin<'_>, entries: usize) -> bool {
        let is_full = entries >= MAX_ENTRIES;
        if is_full {
            self.note(origin, TOO_MANY_ENTRIES);
        }
        is_full
    }

    /// Returns the text of an e-mail address, a number or a link. `None` for a placeholder, with a note.
    fn without_placeholder<'t>(&mut self, origin: Origin<'_>, text: &'t str) -> Option<&'t str> {
        let text = present(text)?;
        if is_channel_placeholder(text) {
            self.note(origin, TAKEN_AS_EMPTY);
            if v0_1::without_placeholder(text).is_some() {
                self.mark_v0_1_difference();
            }
            return None;
        }
        Some(text)
    }
}

/// Returns whether a name is that of a person and not of the organization.
fn names_person(name: &Name, organization: &str) -> bool {
    let Name { full, given, middle, family, .. } = name;
    let has_parts = given.is_some() || middle.is_some() || family.is_some();
    has_parts || full.as_deref().is_some_and(|full| full != organization)
}

fn keep_first_primary<'a>(flags: impl Iterator<Item = &'a mut bool>) {
    flags.filter(|flag| **flag).skip(1).for_each(|flag| *flag = false);
}
