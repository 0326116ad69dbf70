//! Which contact of the vendor's list is the one that was drafted.
//!
//! Its rule: every field must agree, those that were drafted and those that were not, so that another person of the
//! same name is never taken for ours. Of several that agree, the one with the highest id is taken: emnify allows
//! duplicates, and any of them shows that the contact is there.

use serde_json::Value;

use crate::created::ContactId;
use crate::error::{Effect, ErrorKind, ProviderError, id_text};
use crate::exchange::Exchange;
use crate::find::FindOutcome;
use crate::provider_info::ProviderInfo;

/// The texts that must agree.
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
    list: &[Value],
    drafted: &Value,
    except: Option<&ContactId>,
) -> Result<FindOutcome, ProviderError> {
    let same = list.iter().filter(|listed| agrees(drafted, listed));
    let ids = same.filter_map(|listed| listed.get("id").or(listed.get("contact_id")).and_then(id_text));
    let ids = ids.filter(|id| except.is_none_or(|except| except.as_str() != id));
    let newest = ids.max_by_key(|id| (id.parse::<u64>().unwrap_or(0), id.clone()));
    Ok(newest.and_then(ContactId::new).map_or(FindOutcome::Nothing, FindOutcome::Found))
}

/// The contacts of an answer.
pub(super) fn list(info: &ProviderInfo, exchange: &Exchange) -> Result<Vec<Value>, ProviderError> {
    match exchange.answer.json() {
        Some(Value::Array(list)) => Ok(list),
        _ => Err(exchange
            .error(info, ErrorKind::UnexpectedResponse, Effect::NotSent)
            .with_message("the list of contacts is not a list")),
    }
}

fn agrees(drafted: &Value, listed: &Value) -> bool {
    let ids_agree = ["/type/id", "/country/id"].iter().all(|pointer| {
        let id = |contact: &Value| contact.pointer(pointer).and_then(id_text);
        id(drafted) == id(listed)
    });
    ids_agree
        && COMPARED.iter().all(|field| match (text(drafted, field), text(listed, field)) {
            (Some(ours), Some(theirs)) => is_same(field, ours, theirs),
            (ours, theirs) => ours.is_none() && theirs.is_none(),
        })
}

fn text<'a>(contact: &'a Value, field: &str) -> Option<&'a str> {
    contact.get(field).and_then(Value::as_str).filter(|text| !text.trim().is_empty())
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
