//! The people of a journal in memory.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::identity::rules::{self, Candidates, Decision, Deliveries, Person};
use crate::identity::{Identification, Identity};

/// The people that were registered, by number, id and hash.
#[derive(Debug, Default)]
pub(super) struct People {
    persons: BTreeMap<u64, Person>,
    numbers_by_id: HashMap<String, u64>,
    numbers_by_hash: HashMap<u64, BTreeSet<u64>>,
}

impl People {
    /// Returns who a contact is, and registers it.
    pub(super) fn identify<D: Deliveries>(
        &mut self,
        identity: &Identity,
        deliveries: &mut D,
    ) -> Result<Identification, D::Error> {
        let decision = rules::decide(identity, &self.candidates(identity), deliveries)?;
        let identification = decision.identification();
        self.write(identity, decision);
        Ok(identification)
    }

    /// Returns who a contact is, and registers nobody.
    pub(super) fn recognize<D: Deliveries>(
        &self,
        identity: &Identity,
        deliveries: &mut D,
    ) -> Result<Identification, D::Error> {
        let decision = rules::decide(identity, &self.candidates(identity), deliveries)?;
        Ok(decision.identification())
    }

    fn candidates(&self, identity: &Identity) -> Candidates {
        let number = identity.external_id.as_ref().and_then(|id| self.numbers_by_id.get(id));
        Candidates {
            by_id: number.and_then(|number| self.persons.get(number)).cloned(),
            decisive: self.with_hashes(&identity.decisive),
            by_number: self.with_hashes(&identity.by_number),
        }
    }

    fn with_hashes(&self, hashes: &[u64]) -> Vec<Person> {
        let numbers = hashes.iter().filter_map(|hash| self.numbers_by_hash.get(hash)).flatten();
        numbers.filter_map(|number| self.persons.get(number)).cloned().collect()
    }

    fn write(&mut self, identity: &Identity, decision: Decision) {
        let person = match decision {
            Decision::New(person) => {
                let number = u64::try_from(self.persons.len()).unwrap_or(u64::MAX).saturating_add(1);
                Person { number, ..person }
            }
            Decision::Known { person, .. } => person,
            Decision::Contradicted(_) | Decision::Other(_) => return,
        };
        for hash in identity.hashes() {
            self.numbers_by_hash.entry(hash).or_default().insert(person.number);
        }
        if let Some(id) = &person.external_id {
            self.numbers_by_id.insert(id.clone(), person.number);
        }
        self.persons.insert(person.number, person);
    }
}
