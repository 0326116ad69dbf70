//! Counts the contacts and answers of one vendor from its records.

use std::collections::HashMap;

use serde::Serialize;

use crate::record::{Answer, SeenRequest, StoredContact};

/// Tells loss from duplication at one vendor.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Tally {
    /// The contacts that the vendor holds.
    pub held: usize,
    /// Those of them of which somebody was told: at least one answer with their id went out whole.
    pub told: usize,
    /// Those of them of which nobody was told; `held - told`. Whoever takes no answer for a failure loses these.
    pub untold: usize,
    /// The answers with a contact's id that went out cut, late to a client that had gone away, or not at all, or in whose
    /// place a fault answered.
    pub lost_answers: usize,
    /// The contacts beyond the first with the same body: 0 if nothing was created twice. Whoever takes no answer for a
    /// failure and sends again makes these.
    pub duplicates: usize,
    /// The creates that are accepted and not committed yet. They are not among `held`.
    pub uncommitted: usize,
}

impl Tally {
    pub(crate) fn of(contacts: &[StoredContact], requests: &[SeenRequest], uncommitted: usize) -> Self {
        let answers: HashMap<usize, Answer> =
            requests.iter().map(|request| (request.number, request.answer)).collect();
        let is_whole = |number: &usize| answers.get(number) == Some(&Answer::Whole);
        let is_told = |contact: &&StoredContact| {
            is_whole(&contact.created_by) || contact.returned_by.iter().any(is_whole)
        };
        let told = contacts.iter().filter(is_told).count();
        let is_lost = |request: &&SeenRequest| request.contact.is_some() && request.answer != Answer::Whole;
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
