//! The vendor: requests in flight, the contacts that they made, a list that lags.

use std::time::Duration;

use unicontact_providers::{Capabilities, ContactId, Dedupe};

use super::clock::units;

/// The time, in units, within which the vendor commits a request or drops it.
pub(super) const LONGEST_REQUEST: u8 = 1;

/// The time, in units, from which on the age of a question does not matter.
pub(super) const LONGEST_LOOK: u8 = 1;

/// What the vendor can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kind {
    pub(super) dedupe: Dedupe,
    pub(super) find: bool,
    /// The time, in units, after which its list shows a new contact.
    pub(super) search_lag: u8,
    /// Whether a contact may come back in another form, and pages may be unreadable.
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
    /// The contact that the answer names. The request has ended at the vendor then.
    pub(super) answer: Option<Answer>,
}

/// The answer of a vendor that has the contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Answer {
    pub(super) contact: usize,
    pub(super) is_existing: bool,
}

impl Kind {
    /// A vendor that makes a contact of every create and cannot be asked.
    pub(super) const PLAIN: Self =
        Self { dedupe: Dedupe::Never, find: false, search_lag: 0, is_unclear: false };
    /// A vendor whose list lags.
    pub(super) const LISTS: Self = Self { find: true, search_lag: 1, ..Self::PLAIN };
    /// A vendor whose list shows everything at once.
    pub(super) const LISTS_AT_ONCE: Self = Self { find: true, ..Self::PLAIN };
    /// A vendor that stores contacts in another form, and whose list cannot always be read.
    pub(super) const UNCLEAR: Self = Self { is_unclear: true, ..Self::LISTS_AT_ONCE };
    /// A vendor that looks for an equal contact when a request arrives, and inserts later.
    pub(super) const CHECKS_FIRST: Self = Self { dedupe: Dedupe::ByVendor, ..Self::PLAIN };
    /// A vendor that serializes equal requests.
    pub(super) const SERIALIZES: Self = Self { dedupe: Dedupe::Serialized, ..Self::PLAIN };

    /// Returns the age, in units, from which on the list certainly shows a contact: it may be from the end of its unit.
    pub(super) fn shown_from(&self) -> u8 {
        if self.search_lag > 0 { self.search_lag + 1 } else { 0 }
    }

    pub(super) fn capabilities(&self) -> Capabilities {
        let search_lag: Duration = units(self.search_lag);
        Capabilities { dedupe: self.dedupe, find: self.find, search_lag, ..Capabilities::default() }
    }
}

impl Vendor {
    /// A request arrives.
    pub(super) fn send(&mut self, kind: &Kind, process: usize) {
        let is_known = kind.dedupe == Dedupe::ByVendor && !self.contacts.is_empty();
        let answer = is_known.then_some(Answer { contact: 0, is_existing: true });
        self.requests.push(Request { age: 0, process: Some(process), answer });
        self.requests.sort_unstable();
    }

    /// A request creates the contact, or finds it created where requests are serialized.
    pub(super) fn commit(&mut self, kind: &Kind, place: usize) {
        let is_known = kind.dedupe == Dedupe::Serialized && !self.contacts.is_empty();
        let contact = if is_known { 0 } else { self.contacts.len() };
        if !is_known {
            self.contacts.push(0);
        }
        self.requests[place].answer = Some(Answer { contact, is_existing: is_known });
        self.forget();
    }

    pub(super) fn request_of(&self, process: usize) -> Option<&Request> {
        self.requests.iter().find(|request| request.process == Some(process))
    }

    /// The process does not wait any more. The request goes on.
    pub(super) fn abandon(&mut self, process: usize) {
        self.requests.iter_mut().filter(|it| it.process == Some(process)).for_each(|it| it.process = None);
        self.forget();
    }

    /// The vendor refuses the request of a process.
    pub(super) fn refuse(&mut self, process: usize) {
        self.requests.retain(|request| request.process != Some(process));
    }

    /// Returns whether a request may still create the contact, the documented exceptions aside.
    pub(super) fn is_at_work(&self) -> bool {
        self.requests.iter().any(|request| request.answer.is_none() && request.age < LONGEST_REQUEST)
    }

    /// Time passes. What was not committed in time is dropped, unless the vendor commits late; its process gets no answer.
    pub(super) fn age(&mut self, kind: &Kind, commits_late: bool) {
        for request in self.requests.iter_mut().filter(|request| request.answer.is_none()) {
            request.age += 1;
        }
        let longest = if commits_late { LONGEST_REQUEST + kind.search_lag + 2 } else { LONGEST_REQUEST };
        self.requests.retain(|request| request.answer.is_some() || request.age < longest);
        self.requests.sort_unstable();
        self.contacts.iter_mut().for_each(|age| *age = (*age + 1).min(kind.shown_from() + LONGEST_LOOK));
    }

    /// Nobody waits for an answer, and nothing is under way.
    fn forget(&mut self) {
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
