//! The input of a comparison: listed contacts and recorded deliveries.

use unicontact_providers::{ContactId, DeliveryKey};

use super::match_keys::MatchKeys;

/// The values of a listed contact that are compared.
#[derive(Debug, Clone)]
pub(crate) struct Listed {
    pub(crate) id: ContactId,
    pub(crate) name: Option<String>,
    pub(crate) match_keys: MatchKeys,
    /// A fingerprint of everything that the list shows of the contact, except its id.
    pub(crate) content: String,
    /// The key under which the journal records its delivery, or would record it.
    pub(crate) key: Option<DeliveryKey>,
}

/// The values of a recorded delivery that are compared.
#[derive(Debug, Clone)]
pub(crate) struct RecordedDelivery {
    pub(crate) key: DeliveryKey,
    pub(crate) state: DeliveryState,
    /// The id of the contact, or of an earlier contact while a resend is in flight or in doubt.
    pub(crate) id: Option<ContactId>,
    /// The match keys of the contact while the journal keeps it.
    pub(crate) match_keys: Option<MatchKeys>,
    pub(crate) name: Option<String>,
    /// Whether the delivery changed after the request for the list, which may therefore lack its contact.
    pub(crate) is_recent: bool,
}

/// The state of a recorded delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DeliveryState {
    Delivered,
    InDoubt,
    BeingSent,
    /// The vendor does not have the contact.
    NotDelivered,
}
