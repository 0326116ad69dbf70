//! Ids of a contact: your own, and that of the user who looks after it.

use unicontact_providers::UnifiedContact;

use super::{Assembly, Origin, Unfit};
use crate::ids::{IdText, PLACEHOLDER, ROUNDED, WITHOUT_DECIMALS};
use crate::options::BadValues;
use crate::row::Note;

type IdField = fn(&mut UnifiedContact) -> &mut Option<String>;

impl Assembly {
    /// Sets an id. A placeholder is none, and a rounded number is a bad value.
    pub(crate) fn id(
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
    const FIELDS: [(&str, IdField); 2] =
        [("external_id", |contact| &mut contact.external_id), ("owner_id", |contact| &mut contact.owner_id)];
    let mut assembly = Assembly { contact, ..Assembly::new(BadValues::Reject) };
    for (name, field) in FIELDS {
        if let Some(text) = field(&mut assembly.contact).take() {
            assembly.id(Origin { name, column: None }, &text, field);
        }
    }
    match assembly.unfit {
        Some(Unfit { field, reason, .. }) => Err(Note { field: field.unwrap_or_default(), message: reason }),
        None => Ok((assembly.contact, assembly.notes)),
    }
}
