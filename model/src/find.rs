//! The search for a contact that an earlier create may have left at the vendor: its request and its outcome.

use crate::contact::UnifiedContact;
use crate::contact_id::ContactId;
use crate::delivery_key::DeliveryKey;

/// A contact to search for at a vendor.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct FindRequest<'a> {
    /// The contact as it was sent.
    pub contact: &'a UnifiedContact,
    /// The key of its delivery.
    pub key: &'a DeliveryKey,
    /// The id of a contact to ignore: the one that an earlier delivery of the same key created.
    pub except: Option<&'a ContactId>,
}

impl<'a> FindRequest<'a> {
    /// Creates a request that ignores no contact.
    pub fn new(contact: &'a UnifiedContact, key: &'a DeliveryKey) -> Self {
        Self { contact, key, except: None }
    }

    /// Sets the id of a contact to ignore.
    #[must_use]
    pub fn with_except(mut self, except: Option<&'a ContactId>) -> Self {
        self.except = except;
        self
    }
}

/// The outcome of a search for a contact.
///
/// Only [`Nothing`](Self::Nothing) permits a create, and only after the quiet time of the last attempt: before that, the
/// vendor may still process a request whose answer was lost.
///
/// ```
/// use unicontact_model::{ContactId, FindOutcome};
///
/// let id = ContactId::new("1001").ok_or("an id is not blank")?;
/// let outcome = FindOutcome::Unclear { candidates: vec![id] };
/// let advice = match outcome {
///     FindOutcome::Found(id) => format!("it is contact {id}"),
///     FindOutcome::Nothing => "it is not there".to_owned(),
///     FindOutcome::Unclear { candidates } => format!("candidates: {}", candidates.len()),
/// };
/// assert_eq!(advice, "candidates: 1");
/// # Ok::<(), &str>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FindOutcome {
    /// The vendor holds a contact that agrees in every field that was sent.
    Found(ContactId),
    /// Every contact of the vendor was compared, and none resembles this one.
    Nothing,
    /// The search proves neither: a contact resembles this one but differs in more than a vendor changes, or the vendor's
    /// list was not read completely.
    Unclear {
        /// The ids of the contacts that resemble it. Empty if the list was not read completely and none of the read ones
        /// resembles it.
        candidates: Vec<ContactId>,
    },
}
