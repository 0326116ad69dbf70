//! The claims that this process has ended lately with a delivery.

use std::collections::{HashMap, VecDeque};

use crate::journal::{ClaimId, Record};

/// A limit on the remembered claims. A delivery that is cut off settles its claim a second time at once.
const LIMIT: usize = 4096;

/// The claims by which records were settled as delivered. The file does not store them.
#[derive(Debug, Default)]
pub(super) struct EndedClaims {
    by_number: HashMap<u64, ClaimId>,
    /// The numbers of the records with their claims, the oldest first.
    in_order: VecDeque<(u64, ClaimId)>,
}

impl EndedClaims {
    /// Remembers the claim that settled the record with a number.
    pub(super) fn add(&mut self, number: u64, claim: ClaimId) {
        self.by_number.insert(number, claim);
        self.in_order.push_back((number, claim));
        if self.in_order.len() > LIMIT
            && let Some((oldest, claim)) = self.in_order.pop_front()
            && self.by_number.get(&oldest) == Some(&claim)
        {
            self.by_number.remove(&oldest);
        }
    }

    /// Returns the record with the claim that settled it, if that is remembered.
    pub(super) fn complete(&self, record: Record) -> Record {
        let settled_by = record.settled_by.or_else(|| self.by_number.get(&record.number).copied());
        Record { settled_by, ..record }
    }
}
