//! Which members of a listed contact are compared with what was sent.

use crate::comparison::{ComparedField, ContactList, ValueKind};
use crate::error::{Effect, ErrorKind, ProviderError};
use crate::exchange::Exchange;
use crate::provider_info::ProviderInfo;

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
    match exchange.answer.json_list() {
        Some(list) => Ok(ContactList::new(COMPARED, ID_MEMBERS, &list.entries, list.is_complete)),
        None => Err(exchange
            .error(info, ErrorKind::UnexpectedResponse, Effect::NotSent)
            .with_message("the list of contacts is not a list")),
    }
}
