//! Reads contacts in their own form, as strictly as the library does.

use serde_json::Value;
use unicontact_model::UnifiedContact;
use unicontact_model::contact::{UniqueKeys, exact_contact_ids};

use crate::contact_builder::ids::cleaned;
use crate::contact_builder::{BuiltContact, RowError};
use crate::json_error::{Position, row_error};

/// Reads a contact in its own form.
pub(super) fn unified(text: &str, position: Position) -> Result<BuiltContact, RowError> {
    let mut value = parsed(text, position)?;
    let float_id: Option<String> = value.get("external_id").filter(|id| id.is_f64()).map(ToString::to_string);
    exact_contact_ids(text, &mut value).map_err(|problem| RowError::new(problem.to_string()))?;
    let contact = UnifiedContact::from_json(value).map_err(|error| RowError::new(error.to_string()))?;
    let mut built = cleaned(contact)?;
    if let Some(id) = float_id {
        let earlier = built.earlier.get_or_insert_with(|| Box::new(built.contact.clone()));
        earlier.external_id = Some(id);
    }
    Ok(built)
}

/// Parses a text in which no key may come twice.
pub(super) fn parsed(text: &str, position: Position) -> Result<Value, RowError> {
    let UniqueKeys(value) = serde_json::from_str(text).map_err(|error| row_error(&error, position))?;
    Ok(value)
}
