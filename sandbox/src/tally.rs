//! Counts the contacts and lost answers of a vendor from its records.

use std::collections::HashMap;

use serde::Serialize;

use crate::record::{Answer, RequestRecord, StoredContact};

/// The counts of one vendor, which distinguish lost contacts from duplicates.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Tally {
    /// The number of contacts that the vendor stores.
    pub held: usize,
    /// The number of stored contacts with at least one answer that was sent whole.
    pub told: usize,
    /// The number of stored contacts without such an answer; `held - told`. A client that treats a missing answer as a
    /// failure loses these.
    pub untold: usize,
    /// The number of answers with a contact's id that were cut, not sent, sent to a client that had disconnected, or
    /// replaced by a fault.
    pub lost_answers: usize,
    /// The number of contacts beyond the first with the same body; 0 if nothing was created twice. A client that sends again
    /// after a missing answer creates these.
    pub duplicates: usize,
    /// The number of creates that are accepted and not committed yet. They are not part of `held`.
    pub uncommitted: usize,
}

impl Tally {
    pub(crate) fn new(contacts: &[StoredContact], requests: &[RequestRecord], uncommitted: usize) -> Self {
        let answers: HashMap<usize, Answer> =
            requests.iter().map(|request| (request.number, request.answer)).collect();
        let is_whole = |number: &usize| answers.get(number) == Some(&Answer::Whole);
        let is_told = |contact: &&StoredContact| {
            is_whole(&contact.created_by) || contact.returned_by.iter().any(is_whole)
        };
        let told = contacts.iter().filter(is_told).count();
        let is_lost = |request: &&RequestRecord| request.contact.is_some() && request.answer != Answer::Whole;
        Self {
            held: contacts.len(),
            told,
            untold: contacts.len() - told,
            lost_answers: requests.iter().filter(is_lost).count(),
            duplicates: contacts.len() - distinct_bodies(contacts),
            uncommitted,
        }
    }
}

fn distinct_bodies(contacts: &[StoredContact]) -> usize {
    let mut bodies: Vec<String> = contacts.iter().map(|contact| contact.body.to_string()).collect();
    bodies.sort_unstable();
    bodies.dedup();
    bodies.len()
}
