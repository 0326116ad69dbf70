//! The ids of a contact: its `external_id` and `owner_id`.

use unicontact_model::UnifiedContact;

use super::ContactBuilder;
use super::built_contact::{BuiltContact, RowError};
use super::value::{Origin, ValueKind, present};
use crate::cell_text::clean_id;
use crate::check_characters::with_check_characters;
use crate::ids::{IdText, PLACEHOLDER, ROUNDED, WITHOUT_DECIMALS};
use crate::options::OnBadCell;
use crate::row::Note;
use crate::version::Version;

impl ContactBuilder {
    /// Sets the `external_id`. A placeholder is left out with a note; a rounded number is a bad cell.
    pub(crate) fn external_id(&mut self, origin: Origin<'_>, text: &str) {
        self.id(origin, text, |contact| &mut contact.external_id);
        if self.contact.external_id.as_deref() != present(text) {
            self.mark_v0_1_difference();
        }
    }

    /// Adds the check characters to an `external_id` of 15 characters, so that it is the same id in every export.
    pub(crate) fn add_check_characters(&mut self) {
        if let Some(id) = self.contact.external_id.as_deref().and_then(with_check_characters) {
            self.contact.external_id = Some(id);
            self.mark_v0_1_difference();
        }
    }

    /// Sets the `owner_id`, by the same rules as the `external_id`.
    pub(crate) fn owner_id(&mut self, origin: Origin<'_>, text: &str) {
        self.id(origin, text, |contact| &mut contact.owner_id);
        if self.contact.owner_id.as_deref() != present(text) {
            self.mark_v0_1_difference();
        }
    }

    fn id(
        &mut self,
        origin: Origin<'_>,
        text: &str,
        field: impl Fn(&mut UnifiedContact) -> &mut Option<String>,
    ) {
        if self.version == Version::V0_1 {
            return self.set_uncleaned(origin, text, field);
        }
        let text = &*clean_id(text);
        match IdText::parse(text) {
            None => {}
            Some(IdText::Exact(id)) => self.set_uncleaned(origin, id, field),
            Some(IdText::WithoutDecimals(id)) => {
                self.note(origin, WITHOUT_DECIMALS);
                self.set_uncleaned(origin, id, field);
            }
            Some(IdText::Placeholder) => self.note(origin, PLACEHOLDER),
            Some(IdText::Rounded) => self.bad_cell(ValueKind::Id, origin, text, ROUNDED),
        }
    }
}

/// Returns a contact from another source with its ids checked as those of a file are, and the notes about them.
///
/// An id that is a placeholder, such as `NULL`, is removed with a note. An id with decimals, such as `42.0`, loses them
/// with a note.
///
/// # Errors
///
/// Returns the field and the reason if a spreadsheet rounded an id, or if the text of a telephone number is not one.
///
/// # Examples
///
/// ```
/// use unicontact_model::UnifiedContact;
///
/// let contact = UnifiedContact { external_id: Some("NULL".to_owned()), ..UnifiedContact::default() };
/// let (contact, notes) = unicontact_files::with_ids_read(contact)?;
/// assert_eq!(contact.external_id, None);
/// assert_eq!(notes[0].field, "external_id");
/// # Ok::<(), unicontact_files::Note>(())
/// ```
pub fn with_ids_read(contact: UnifiedContact) -> Result<(UnifiedContact, Vec<Note>), Note> {
    let built = with_ids_checked(contact)
        .map_err(|error| Note { field: error.field.unwrap_or_default(), message: error.reason })?;
    Ok((built.contact, built.notes))
}

/// Returns a contact in its own form with its ids checked.
///
/// # Errors
///
/// The first id that a spreadsheet rounded, or telephone number that is not one.
pub(crate) fn with_ids_checked(contact: UnifiedContact) -> Result<BuiltContact, RowError> {
    let mut earlier = contact.as_read_by_v0_1();
    let original_ids = (contact.external_id.clone(), contact.owner_id.clone());
    let mut builder = ContactBuilder { contact, ..ContactBuilder::new(OnBadCell::Reject, Version::Current) };
    let origin = |name| Origin { name, column: None };
    if let Some(id) = builder.contact.external_id.take() {
        builder.external_id(origin("external_id"), &id);
    }
    if let Some(id) = builder.contact.owner_id.take() {
        builder.owner_id(origin("owner_id"), &id);
    }
    for (index, phone) in builder.contact.phones.iter().enumerate() {
        if let Some(problem) = phone.number.problem() {
            return Err(RowError::in_field(format!("phones[{index}].number"), problem.to_string()));
        }
    }
    builder.judge_bad_cells();
    if let Some(error) = builder.error {
        return Err(error);
    }
    let mut built = builder.into_built();
    if earlier.is_some() || built.may_differ_from_v0_1 {
        let earlier = earlier.get_or_insert_with(|| built.contact.clone());
        (earlier.external_id, earlier.owner_id) = original_ids;
    }
    built.earlier = earlier.map(Box::new);
    Ok(built)
}
