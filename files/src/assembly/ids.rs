//! Ids of a contact: your own, and that of the user who looks after it.

use unicontact_model::UnifiedContact;

use super::cell::clean_id;
use super::{Assembly, CellKind, Finished, Origin, Unfit, present};
use crate::ids::{IdText, PLACEHOLDER, ROUNDED, WITHOUT_DECIMALS};
use crate::options::OnBadCell;
use crate::row::Note;
use crate::version::Version;

impl Assembly {
    /// Sets the `external_id`. A placeholder is no id, and a rounded number is a bad value.
    pub(crate) fn external_id(&mut self, origin: Origin<'_>, text: &str) {
        self.id(origin, text, |contact| &mut contact.external_id);
        if self.contact.external_id.as_deref() != present(text) {
            self.reads_otherwise();
        }
    }

    /// Sets the `owner_id`, in the same way.
    pub(crate) fn owner_id(&mut self, origin: Origin<'_>, text: &str) {
        self.id(origin, text, |contact| &mut contact.owner_id);
        if self.contact.owner_id.as_deref() != present(text) {
            self.reads_otherwise();
        }
    }

    fn id(
        &mut self,
        origin: Origin<'_>,
        text: &str,
        field: impl Fn(&mut UnifiedContact) -> &mut Option<String>,
    ) {
        if self.version == Version::V0_1 {
            return self.set_exactly(origin, text, field);
        }
        let text = &*clean_id(text);
        match IdText::read(text) {
            None => {}
            Some(IdText::Exact(id)) => self.set_exactly(origin, id, field),
            Some(IdText::WithoutDecimals(id)) => {
                self.note(origin, WITHOUT_DECIMALS);
                self.set_exactly(origin, id, field);
            }
            Some(IdText::Placeholder) => self.note(origin, PLACEHOLDER),
            Some(IdText::Rounded) => self.bad_cell(CellKind::Id, origin, text, ROUNDED),
        }
    }
}

/// Returns a contact that was read elsewhere, with its ids read as those in a file are: placeholders are left out with a
/// note.
///
/// # Errors
///
/// The field with an id that a spreadsheet has rounded, or with a text that is no telephone number, and what is wrong with it.
pub fn with_ids_read(contact: UnifiedContact) -> Result<(UnifiedContact, Vec<Note>), Note> {
    read_again(contact).map(|Finished { contact, notes, .. }| (contact, notes))
}

pub(crate) fn read_again(contact: UnifiedContact) -> Result<Finished, Note> {
    let mut earlier = contact.as_read_by_v0_1();
    let as_written = (contact.external_id.clone(), contact.owner_id.clone());
    let mut assembly = Assembly { contact, ..Assembly::new(OnBadCell::Reject, Version::Current) };
    let origin = |name| Origin { name, column: None };
    if let Some(id) = assembly.contact.external_id.take() {
        assembly.external_id(origin("external_id"), &id);
    }
    if let Some(id) = assembly.contact.owner_id.take() {
        assembly.owner_id(origin("owner_id"), &id);
    }
    for (index, phone) in assembly.contact.phones.iter().enumerate() {
        if let Some(problem) = phone.number.problem() {
            let field = format!("phones[{index}].number");
            return Err(Note { field, message: problem.to_string() });
        }
    }
    assembly.judge_bad_cells();
    if let Some(Unfit { field, reason, .. }) = assembly.unfit {
        return Err(Note { field: field.unwrap_or_default(), message: reason });
    }
    let mut read = assembly.into_finished();
    if earlier.is_some() || read.is_read_otherwise {
        let earlier = earlier.get_or_insert_with(|| read.contact.clone());
        (earlier.external_id, earlier.owner_id) = as_written;
    }
    read.earlier = earlier.map(Box::new);
    Ok(read)
}
