//! The ids at the places of a description.

use serde_json::Value;
use unicontact_model::{ContactId, id_text};

use super::answer::AnswerContext;
use crate::declared::pattern::Pattern;
use crate::declared::place::Place;

/// Returns the first id at one of the places.
pub(super) fn first(places: &[Place], answer: &AnswerContext<'_>) -> Option<ContactId> {
    places.iter().find_map(|place| texts(place, answer).iter().find_map(ContactId::new))
}

/// Returns the ids at a place.
pub(super) fn texts(place: &Place, answer: &AnswerContext<'_>) -> Vec<String> {
    match place {
        Place::Path(path, pattern) => {
            let values = path.with_holders(answer.document()).into_iter();
            values.filter_map(|(_, value)| id_in(value, pattern.as_ref())).collect()
        }
        Place::Header(name, pattern) => {
            let values = answer.exchange.answer.header_values(name);
            values.filter_map(|text| id_in_text(text, pattern.as_ref())).collect()
        }
    }
}

/// Returns the id that a value is or contains.
pub(super) fn id_in(value: &Value, pattern: Option<&Pattern>) -> Option<String> {
    let text = id_text(value)?;
    match pattern {
        None => Some(text),
        Some(_) => id_in_text(&text, pattern),
    }
}

fn id_in_text(text: &str, pattern: Option<&Pattern>) -> Option<String> {
    let id = match pattern {
        None => text.trim(),
        Some(pattern) => pattern.find(text)?,
    };
    (!id.is_empty()).then(|| id.to_owned())
}
