//! A look for a contact that an earlier create may have left at the vendor, and its three answers.

use crate::contact::UnifiedContact;
use crate::contact_id::ContactId;
use crate::delivery_key::DeliveryKey;

/// A contact to look for.
#[derive(Debug, Clone, Copy)]
pub struct FindRequest<'a> {
    /// The contact as it was sent.
    pub contact: &'a UnifiedContact,
    /// The key of its delivery.
    pub key: &'a DeliveryKey,
    /// An id that does not count: the contact that an earlier delivery of the same key created.
    pub except: Option<&'a ContactId>,
}

impl<'a> FindRequest<'a> {
    /// A request for a contact of which no id is known.
    pub fn new(contact: &'a UnifiedContact, key: &'a DeliveryKey) -> Self {
        Self { contact, key, except: None }
    }
}

/// The answer to a look.
///
/// Only [`Nothing`](Self::Nothing) permits a create, and only once the quiet time of the last attempt is over: a vendor
/// may still be at work on a request whose answer was lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FindOutcome {
    /// The vendor holds a contact that agrees in everything that was sent.
    Found(ContactId),
    /// Everything that the vendor holds was compared, and nothing resembles the contact.
    Nothing,
    /// Neither can be said: a contact resembles the one that was sent but differs in more than a vendor does to a text, or
    /// not everything could be read.
    Unclear {
        /// The ids of the contacts that resemble it. Empty when not everything could be read.
        candidates: Vec<ContactId>,
    },
}
