//! The contacts of one stand-in, and the requests that each of them answered.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::draft::Draft;
use crate::received_request::ReceivedRequest;
use crate::record::StoredContact;

/// The contacts of one stand-in, in the order of their commits.
#[derive(Default)]
pub(crate) struct ContactStore {
    contacts: Vec<StoredContact>,
    /// The last request that a contact answered, and that contact's index.
    last: Option<(usize, usize)>,
}

impl ContactStore {
    /// Returns the number of the contact that is added next, from 1.
    pub(crate) fn next_number(&self) -> usize {
        self.contacts.len() + 1
    }

    /// Adds a contact that is committed now.
    pub(crate) fn add(&mut self, id: String, shown: Value, draft: Draft, now: Timestamp) {
        self.last = Some((draft.request, self.contacts.len()));
        self.contacts.push(StoredContact {
            id,
            body: Value::Object(draft.sent),
            shown,
            committed_at: now,
            times_returned: 1,
            created_by: draft.request,
            returned_by: Vec::new(),
        });
    }

    /// Answers one more create request with the contact of this number.
    pub(crate) fn return_again(&mut self, number: usize, request: usize) -> Option<&Value> {
        let place = number.checked_sub(1)?;
        let contact = self.contacts.get_mut(place)?;
        contact.times_returned += 1;
        contact.returned_by.push(request);
        self.last = Some((request, place));
        Some(&contact.shown)
    }

    /// Returns the contact that this request created or was answered with, if it was the last create.
    pub(crate) fn answer_to(&self, request: usize) -> Option<&StoredContact> {
        let (_, place) = self.last.filter(|(last, _)| *last == request)?;
        self.contacts.get(place)
    }

    /// Returns the contact of this number as it is stored.
    pub(crate) fn shown(&self, number: usize) -> Option<&Value> {
        let contact = self.contacts.get(number.checked_sub(1)?)?;
        Some(&contact.shown)
    }

    /// Returns the contact of this number as it is shown to a request.
    pub(crate) fn look_up(&self, number: usize, request: &ReceivedRequest) -> Option<&Value> {
        let contact = self.contacts.get(number.checked_sub(1)?)?;
        is_visible(contact, request).then_some(&contact.shown)
    }

    /// Returns all contacts as they are shown to a request.
    pub(crate) fn list(&self, request: &ReceivedRequest) -> Vec<Value> {
        let visible = self.contacts.iter().filter(|contact| is_visible(contact, request));
        visible.map(|contact| contact.shown.clone()).collect()
    }

    /// Returns the contacts that a search shows, whose index lags by `lag` or by a fault's time.
    pub(crate) fn indexed(&self, request: &ReceivedRequest, lag: SignedDuration) -> Vec<&StoredContact> {
        let usual = || request.at.checked_sub(lag).unwrap_or(Timestamp::MIN);
        let horizon = request.horizon.unwrap_or_else(usual);
        self.contacts.iter().filter(|contact| contact.committed_at <= horizon).collect()
    }

    /// Returns all contacts as they are stored.
    pub(crate) fn all(&self) -> &[StoredContact] {
        &self.contacts
    }
}

fn is_visible(contact: &StoredContact, request: &ReceivedRequest) -> bool {
    request.horizon.is_none_or(|horizon| contact.committed_at <= horizon)
}
