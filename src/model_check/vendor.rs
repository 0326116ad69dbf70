//! The vendor: its requests in flight, the contacts that they created, and a list that lags.

use std::time::Duration;

use unicontact_providers::{Capabilities, ContactId, Dedupe};

use super::clock::units;

/// The time, in units, within which the vendor commits a request or drops it.
pub(super) const LONGEST_REQUEST: u8 = 1;

/// The age, in units, from which on no rule distinguishes requests of looks.
pub(super) const LONGEST_LOOK: u8 = 1;

/// The capabilities and habits of a vendor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct VendorKind {
    pub(super) dedupe: Dedupe,
    pub(super) find: bool,
    /// The time, in units, after which its list shows a new contact.
    pub(super) search_lag: u8,
    /// Whether the vendor stores contacts in another form, and pages of its list may be unreadable.
    pub(super) is_unclear: bool,
}

/// The state of the vendor.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Vendor {
    /// The requests in flight, youngest first.
    pub(super) requests: Vec<Request>,
    /// The ages of the contacts, in units.
    pub(super) contacts: Vec<u8>,
}

/// A request in flight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Request {
    pub(super) age: u8,
    /// The process that waits for the answer.
    pub(super) process: Option<usize>,
    /// The answer. The vendor has processed the request then.
    pub(super) answer: Option<Answer>,
}

/// An answer that names the contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Answer {
    pub(super) contact: usize,
    pub(super) is_existing: bool,
}

impl VendorKind {
    /// A vendor that creates a contact for every request and cannot be searched.
    pub(super) const PLAIN: Self =
        Self { dedupe: Dedupe::Never, find: false, search_lag: 0, is_unclear: false };
    /// A vendor whose list lags.
    pub(super) const LISTS: Self = Self { find: true, search_lag: 1, ..Self::PLAIN };
    /// A vendor whose list shows new contacts at once.
    pub(super) const LISTS_AT_ONCE: Self = Self { find: true, ..Self::PLAIN };
    /// A vendor that stores contacts in another form, and whose list cannot always be read.
    pub(super) const UNCLEAR: Self = Self { is_unclear: true, ..Self::LISTS_AT_ONCE };
    /// A vendor that searches for an equal contact when a request arrives, and inserts later.
    pub(super) const CHECKS_FIRST: Self = Self { dedupe: Dedupe::ByVendor, ..Self::PLAIN };
    /// A vendor that serializes equal requests.
    pub(super) const SERIALIZES: Self = Self { dedupe: Dedupe::Serialized, ..Self::PLAIN };

    /// Returns the age, in units, from which on the list certainly shows a contact. A contact may be created at the end of a unit.
    pub(super) fn shown_from(&self) -> u8 {
        if self.search_lag > 0 { self.search_lag + 1 } else { 0 }
    }

    pub(super) fn capabilities(&self) -> Capabilities {
        let search_lag: Duration = units(self.search_lag);
        Capabilities { dedupe: self.dedupe, find: self.find, search_lag, ..Capabilities::default() }
    }
}

impl Vendor {
    /// Receives a request.
    pub(super) fn send(&mut self, kind: &VendorKind, process: usize) {
        let is_known = kind.dedupe == Dedupe::ByVendor && !self.contacts.is_empty();
        let answer = is_known.then_some(Answer { contact: 0, is_existing: true });
        self.requests.push(Request { age: 0, process: Some(process), answer });
        self.requests.sort_unstable();
    }

    /// Commits a request: creates the contact, or finds an equal one if the vendor serializes requests.
    pub(super) fn commit(&mut self, kind: &VendorKind, request: usize) {
        let is_known = kind.dedupe == Dedupe::Serialized && !self.contacts.is_empty();
        let contact = if is_known { 0 } else { self.contacts.len() };
        if !is_known {
            self.contacts.push(0);
        }
        self.requests[request].answer = Some(Answer { contact, is_existing: is_known });
        self.remove_finished();
    }

    pub(super) fn request_of(&self, process: usize) -> Option<&Request> {
        self.requests.iter().find(|request| request.process == Some(process))
    }

    /// Disconnects a process from its request, which the vendor still processes.
    pub(super) fn abandon(&mut self, process: usize) {
        self.requests.iter_mut().filter(|it| it.process == Some(process)).for_each(|it| it.process = None);
        self.remove_finished();
    }

    /// Refuses the request of a process.
    pub(super) fn refuse(&mut self, process: usize) {
        self.requests.retain(|request| request.process != Some(process));
    }

    /// Returns whether a request may still create the contact, apart from the documented exceptions.
    pub(super) fn has_open_request(&self) -> bool {
        self.requests.iter().any(|request| request.answer.is_none() && request.age < LONGEST_REQUEST)
    }

    /// Advances time by a unit. Requests that were not committed in time are dropped, unless the vendor commits late.
    pub(super) fn advance_time(&mut self, kind: &VendorKind, commits_late: bool) {
        for request in self.requests.iter_mut().filter(|request| request.answer.is_none()) {
            request.age += 1;
        }
        let longest = if commits_late { LONGEST_REQUEST + kind.search_lag + 2 } else { LONGEST_REQUEST };
        self.requests.retain(|request| request.answer.is_some() || request.age < longest);
        self.requests.sort_unstable();
        self.contacts.iter_mut().for_each(|age| *age = (*age + 1).min(kind.shown_from() + LONGEST_LOOK));
    }

    /// Removes the requests that are processed and whose process has disconnected.
    fn remove_finished(&mut self) {
        self.requests.retain(|request| request.process.is_some() || request.answer.is_none());
        self.requests.sort_unstable();
    }
}

/// Returns the id of a contact.
pub(super) fn id_of(contact: usize) -> ContactId {
    ContactId::new(format!("contact-{contact}")).unwrap()
}

/// Returns the contact of an id. One that a person named may not be at the vendor.
pub(super) fn contact_of(id: &ContactId) -> Option<usize> {
    id.as_str().strip_prefix("contact-")?.parse().ok()
}
