//! Judges the answers of Cloverhound. The vendor documents 201, 401, 403 and 422 and no error body, so the common table judges, and
//! the message is read from the usual shapes of a Rails error.

use serde_json::Value;
use unicontact_model::{ContactId, id_text};

use crate::created::Created;
use crate::error::{Effect, ErrorKind, ProviderError};
use crate::exchange::Exchange;
use crate::provider_info::ProviderInfo;

/// The message of Rails for a value that must be unique. Inferred: the vendor documents no such rule.
const TAKEN: &str = "has already been taken";

pub(super) fn interpret(info: &ProviderInfo, exchange: &Exchange) -> Result<Created, ProviderError> {
    match exchange.plain_success(&["id"]) {
        Some(body) => created(info, exchange, Some(&body)),
        None => interpret_whole(info, exchange),
    }
}

fn interpret_whole(info: &ProviderInfo, exchange: &Exchange) -> Result<Created, ProviderError> {
    match exchange.success(info) {
        Ok(body) => created(info, exchange, body.as_ref()),
        Err(error) => Err(refine(info, exchange, error)),
    }
}

fn created(info: &ProviderInfo, exchange: &Exchange, body: Option<&Value>) -> Result<Created, ProviderError> {
    let id = body.and_then(|body| body.get("id")).and_then(id_text).and_then(ContactId::new);
    match id {
        Some(id) => Ok(Created::new(id).with_returned(body.unwrap_or(&Value::Null))),
        None => Err(exchange.no_readable_id(info)),
    }
}

fn refine(info: &ProviderInfo, exchange: &Exchange, error: ProviderError) -> ProviderError {
    let message = exchange.vendor_message(error.kind());
    let taken = |text: &str| text.to_lowercase().contains(TAKEN);
    let is_taken = message.text.as_deref().is_some_and(taken)
        || message.fields.iter().any(|field| taken(&field.message));
    if error.kind() == ErrorKind::Invalid && is_taken {
        exchange.error(info, ErrorKind::AlreadyExists, Effect::Refused)
    } else {
        error
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_partial_and_the_whole_parse_of_a_success_give_the_same_result() {
        crate::arbitrary_answer::assert_same_verdicts(|exchange| {
            let info = ProviderInfo::new("acme", "cloverhound");
            (interpret(&info, exchange), interpret_whole(&info, exchange))
        });
    }
}
