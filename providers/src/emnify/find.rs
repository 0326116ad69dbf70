//! Which contact of the vendor's list is the one that was drafted.
//!
//! Its rule: every field that was drafted must agree, and the list must hold it, so that another person of the same
//! name is never taken for ours. Of several that agree, the one with the highest id is taken: emnify allows
//! duplicates, and any of them shows that the contact is there.

use serde_json::Value;

use crate::error::{Effect, ErrorKind, ProviderError, id_text};
use crate::exchange::Exchange;
use crate::provider::{ContactId, ProviderInfo};

/// What must agree. The country is left out: its id is not known before it is looked up.
const COMPARED: &[&str] = &[
    "name",
    "title",
    "department",
    "street",
    "zipcode",
    "city",
    "email",
    "phone",
    "mobile",
    "state",
    "secondary_address",
    "purchase_order_number",
];

pub(super) fn in_list(
    info: &ProviderInfo,
    exchange: &Exchange,
    drafted: &Value,
) -> Result<Option<ContactId>, ProviderError> {
    let body = exchange.answer.json();
    let list = body.as_ref().and_then(Value::as_array).ok_or_else(|| {
        exchange
            .error(info, ErrorKind::UnexpectedResponse, Effect::NotSent)
            .with_message("the list of contacts is not a list")
    })?;
    let same = list.iter().filter(|listed| agrees(drafted, listed));
    let ids = same.filter_map(|listed| listed.get("id").or(listed.get("contact_id")).and_then(id_text));
    let newest = ids.max_by_key(|id| (id.parse::<u64>().unwrap_or(0), id.clone()));
    Ok(newest.and_then(ContactId::new))
}

fn agrees(drafted: &Value, listed: &Value) -> bool {
    let type_of = |contact: &Value| contact.pointer("/type/id").and_then(id_text);
    type_of(drafted) == type_of(listed)
        && COMPARED.iter().all(|field| match text(drafted, field) {
            Some(ours) => text(listed, field).is_some_and(|theirs| is_same(field, ours, theirs)),
            None => true,
        })
}

fn text<'a>(contact: &'a Value, field: &str) -> Option<&'a str> {
    contact.get(field).and_then(Value::as_str)
}

fn is_same(field: &str, ours: &str, theirs: &str) -> bool {
    match field {
        "email" => ours.trim().eq_ignore_ascii_case(theirs.trim()),
        "phone" | "mobile" => digits(ours).eq(digits(theirs)),
        _ => ours.split_whitespace().eq(theirs.split_whitespace()),
    }
}

fn digits(number: &str) -> impl Iterator<Item = char> {
    number.chars().filter(char::is_ascii_digit)
}
