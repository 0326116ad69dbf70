//! Ids of a contact: your own, and that of the user who looks after it.

use unicontact_providers::UnifiedContact;

use super::{Assembly, Finished, Origin, Unfit, present};
use crate::ids::{IdText, PLACEHOLDER, ROUNDED, WITHOUT_DECIMALS};
use crate::options::BadValues;
use crate::row::Note;

impl Assembly {
    /// Sets the `external_id`. A placeholder is no id, and a rounded number is a bad value.
    pub(crate) fn external_id(&mut self, origin: Origin<'_>, text: &str) {
        self.id(origin, text, |contact| &mut contact.external_id);
        let written = present(text);
        if written != self.contact.external_id.as_deref() && self.id_as_written.is_none() {
            self.id_as_written = written.map(str::to_owned);
        }
    }

    /// Sets the `owner_id`, in the same way.
    pub(crate) fn owner_id(&mut self, origin: Origin<'_>, text: &str) {
        self.id(origin, text, |contact| &mut contact.owner_id);
    }

    fn id(
        &mut self,
        origin: Origin<'_>,
        text: &str,
        field: impl Fn(&mut UnifiedContact) -> &mut Option<String>,
    ) {
        match IdText::read(text) {
            None => {}
            Some(IdText::Exact(id)) => self.set(origin, id, field),
            Some(IdText::WithoutDecimals(id)) => {
                self.note(origin, WITHOUT_DECIMALS);
                self.set(origin, id, field);
            }
            Some(IdText::Placeholder) => self.note(origin, PLACEHOLDER),
            Some(IdText::Rounded) => self.bad_value(origin, ROUNDED),
        }
    }
}

/// Returns a contact that was read elsewhere, with its ids read as those in a file are: placeholders are left out with a
/// note.
///
/// # Errors
///
/// The field with an id that a spreadsheet has rounded, and what to do about it.
pub fn with_ids_read(contact: UnifiedContact) -> Result<(UnifiedContact, Vec<Note>), Note> {
    read_again(contact).map(|Finished { contact, notes, .. }| (contact, notes))
}

pub(crate) fn read_again(contact: UnifiedContact) -> Result<Finished, Note> {
    let mut assembly = Assembly { contact, ..Assembly::new(BadValues::Reject) };
    let origin = |name| Origin { name, column: None };
    if let Some(id) = assembly.contact.external_id.take() {
        assembly.external_id(origin("external_id"), &id);
    }
    if let Some(id) = assembly.contact.owner_id.take() {
        assembly.owner_id(origin("owner_id"), &id);
    }
    match assembly.unfit {
        Some(Unfit { field, reason, .. }) => Err(Note { field: field.unwrap_or_default(), message: reason }),
        None => Ok(assembly.into_finished()),
    }
}
