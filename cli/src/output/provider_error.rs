//! The text of a provider's error, for lines that name the provider.

use unicontact::providers::{FieldError, Operation, ProviderError};

use super::doubts;
use super::pauses::MINUTE;
use super::time::duration_in_words;

/// Returns the message of an error without the provider, which the line names, and without the operation of a create or a check.
pub(super) fn message(error: &ProviderError) -> String {
    match error.operation() {
        Operation::Draft | Operation::Create | Operation::Check => error.description_without_operation(),
        _ => error.description(),
    }
}

/// Returns the fields of an error, when to try again, and the contacts that resemble this one.
pub(super) fn details(error: &ProviderError) -> Vec<String> {
    let field = |field: &FieldError| {
        let name = if field.field.is_empty() { "(no field named)" } else { &field.field };
        format!("{name}: {}", field.message)
    };
    let mut details: Vec<String> = error.field_errors().iter().map(field).collect();
    if let Some(retry_at) = error.retry_at() {
        details.push(format!("it will work again at {}", retry_at.strftime(MINUTE)));
    }
    if let Some(wait) = error.retry_after() {
        details.push(format!("the vendor asks to wait {}", duration_in_words(wait)));
    }
    details.extend(doubts::resembling(error.candidates()));
    details
}
