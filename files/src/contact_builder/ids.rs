//! The ids of a contact: its `external_id` and `owner_id`.

use unicontact_model::UnifiedContact;

use super::ContactBuilder;
use super::built_contact::{BuiltContact, RowError};
use super::invisible::{has_invisible_characters, remove_invisible_characters};
use super::value::{Origin, ValueKind, present};
use crate::cell_text::clean_id;
use crate::check_characters::with_check_characters;
use crate::ids::{IdText, PLACEHOLDER, ROUNDED, WITHOUT_DECIMALS};
use crate::options::OnBadCell;
use crate::row::{Note, Row};
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

/// Returns a contact from another source as a row, read as a file with contacts in their own form is, with the notes about it.
///
/// Control and invisible characters are removed from texts of one line. An id that is a placeholder, such as `NULL`, is removed with a note. An id with decimals, such as `42.0`, loses them
/// with a note.
///
/// # Errors
///
/// Returns the field and the reason if a spreadsheet rounded an id, if the text of a telephone number is not one, or if nothing is
/// left by which the contact could be called.
///
/// # Examples
///
/// ```
/// use unicontact_model::UnifiedContact;
///
/// let contact = UnifiedContact::from_json(serde_json::json!({"name": "Ada King", "external_id": "NULL"})).unwrap();
/// let contact = UnifiedContact { title: Some("Countess\u{200b}".to_owned()), ..contact };
/// let row = unicontact_files::row_from_contact(contact)?;
/// assert_eq!((row.contact.external_id, row.contact.title.as_deref()), (None, Some("Countess")));
/// assert_eq!(row.notes[0].field, "external_id");
/// # Ok::<(), unicontact_files::Note>(())
/// ```
pub fn row_from_contact(contact: UnifiedContact) -> Result<Row, Note> {
    let built = cleaned(contact)
        .map_err(|error| Note { field: error.field.unwrap_or_default(), message: error.reason })?;
    Ok(built.into_row(0, Vec::new()))
}

/// Returns a contact in its own form with its ids checked, and without control and invisible characters.
///
/// # Errors
///
/// The first id that a spreadsheet rounded, or telephone number that is not one, or that nothing is left of the contact's name.
pub(crate) fn cleaned(mut contact: UnifiedContact) -> Result<BuiltContact, RowError> {
    let mut earlier = contact.as_read_by_v0_1();
    if has_invisible_characters(&mut contact) {
        earlier.get_or_insert_with(|| contact.clone());
        remove_invisible_characters(&mut contact);
        if let Some(problem) = contact.missing_name() {
            return Err(RowError::new(problem.message));
        }
    }
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
