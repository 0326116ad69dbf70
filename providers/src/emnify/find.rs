//! Reads lists of contacts, and names the members of a listed contact that are compared with a draft.

use serde_json::Value;
use unicontact_model::id_text;

use crate::comparison::{ComparedField, ContactList, IdentifyingValues, ValueKind};
use crate::error::{Effect, ErrorKind, ProviderError};
use crate::exchange::Exchange;
use crate::http::JsonList;
use crate::listing::{Listing, ListingBuilder};
use crate::provider_info::ProviderInfo;
use unicontact_model::ContactId;

const COMPARED: &[ComparedField] = &[
    ComparedField::new("/type/id", ValueKind::Id),
    ComparedField::new("/name", ValueKind::Name),
    ComparedField::new("/title", ValueKind::Text),
    ComparedField::new("/department", ValueKind::Text),
    ComparedField::new("/street", ValueKind::Text),
    ComparedField::new("/secondary_address", ValueKind::Text),
    ComparedField::new("/zipcode", ValueKind::Text),
    ComparedField::new("/city", ValueKind::Text),
    ComparedField::new("/state", ValueKind::Text),
    ComparedField::new("/country/id", ValueKind::Id),
    ComparedField::new("/email", ValueKind::EmailAddress),
    ComparedField::new("/phone", ValueKind::PhoneNumber),
    ComparedField::new("/mobile", ValueKind::PhoneNumber),
    ComparedField::new("/purchase_order_number", ValueKind::Reference),
];

/// The members that hold a contact's id. The second one is documented of a create only.
const ID_MEMBERS: &[&str] = &["id", "contact_id"];

/// Returns the contacts of an answer, as far as it could be read.
pub(super) fn contact_list(info: &ProviderInfo, exchange: &Exchange) -> Result<ContactList, ProviderError> {
    let list = json_list(info, exchange)?;
    Ok(ContactList::new(COMPARED, ID_MEMBERS, &list.entries, list.is_complete))
}

/// Returns the values of the contact with that id. They are empty where the answer does not hold it.
pub(super) fn contact_with_id(
    info: &ProviderInfo,
    exchange: &Exchange,
    id: &ContactId,
) -> Result<IdentifyingValues, ProviderError> {
    let list = json_list(info, exchange)?;
    let has_id = |entry: &&Value| {
        ID_MEMBERS.iter().any(|member| entry.get(member).and_then(id_text).as_deref() == Some(id.as_str()))
    };
    let contact = list.entries.iter().find(has_id);
    Ok(contact.map(IdentifyingValues::from_json).unwrap_or_default())
}

/// Returns all contacts of an answer, as far as it could be read.
pub(super) fn listing(info: &ProviderInfo, exchange: &Exchange) -> Result<Listing, ProviderError> {
    let mut listing = ListingBuilder::default();
    let is_complete = exchange.answer.for_each_entry(&mut |entry| listing.add(&entry, ID_MEMBERS));
    is_complete.map(|is_complete| listing.finish(is_complete)).ok_or_else(|| no_list(info, exchange))
}

fn json_list(info: &ProviderInfo, exchange: &Exchange) -> Result<JsonList, ProviderError> {
    exchange.answer.json_list().ok_or_else(|| no_list(info, exchange))
}

fn no_list(info: &ProviderInfo, exchange: &Exchange) -> ProviderError {
    exchange
        .error(info, ErrorKind::UnexpectedResponse, Effect::NotSent)
        .with_message("the list of contacts is not a list")
}
