//! Groups of the listed contacts that are equal.

use std::collections::HashMap;

use super::compare::Listed;
use super::marks::Marks;

/// The listed contacts by their marks.
#[derive(Debug, Default)]
pub(super) struct Index {
    decisive: HashMap<u64, Vec<usize>>,
    by_number: HashMap<u64, Vec<usize>>,
    name_alone: HashMap<u64, Vec<usize>>,
}

impl Index {
    pub(super) fn new(listed: &[Listed]) -> Self {
        let mut index = Self::default();
        for (place, contact) in listed.iter().enumerate() {
            for (hashes, map) in [
                (contact.marks.decisive.as_slice(), &mut index.decisive),
                (contact.marks.by_number.as_slice(), &mut index.by_number),
                (contact.marks.name_alone.as_slice(), &mut index.name_alone),
            ] {
                for hash in hashes {
                    map.entry(*hash).or_default().push(place);
                }
            }
        }
        index
    }

    /// Returns the places of the listed contacts that are equal to a contact that was sent, in the vendor's order.
    pub(super) fn equal_to(&self, marks: &Marks, listed: &[Listed]) -> Vec<usize> {
        let places = |map: &HashMap<u64, Vec<usize>>, hash: &u64| map.get(hash).cloned().unwrap_or_default();
        let decisive = marks.decisive.iter().flat_map(|hash| places(&self.decisive, hash));
        // The number of a shared line is no match where both have addresses.
        let may_share = |place: &usize| !(marks.has_emails && listed[*place].marks.has_emails);
        let by_number =
            marks.by_number.iter().flat_map(|hash| places(&self.by_number, hash)).filter(may_share);
        let by_name = marks.name_alone.iter().flat_map(|hash| places(&self.name_alone, hash));
        let mut equal: Vec<usize> = decisive.chain(by_number).chain(by_name).collect();
        equal.sort_unstable();
        equal.dedup();
        equal
    }
}

/// Disjoint sets of places.
#[derive(Debug)]
pub(super) struct Groups(Vec<usize>);

impl Groups {
    /// Groups the listed contacts that are equal. A contact without addresses joins the first one with its number.
    pub(super) fn new(listed: &[Listed]) -> Self {
        let mut groups = Self((0..listed.len()).collect());
        let mut first_of_decisive = HashMap::new();
        let mut first_of_content = HashMap::new();
        for (place, contact) in listed.iter().enumerate() {
            for hash in &contact.marks.decisive {
                groups.join(place, *first_of_decisive.entry(*hash).or_insert(place));
            }
            // Namesakes without addresses and numbers are equal only if everything is.
            if let Some(name) = contact.marks.name_alone {
                groups
                    .join(place, *first_of_content.entry((name, contact.content.as_str())).or_insert(place));
            }
        }
        let mut first_of_number = HashMap::new();
        for (place, contact) in listed.iter().enumerate() {
            for hash in &contact.marks.by_number {
                first_of_number.entry(*hash).or_insert(place);
            }
        }
        for (place, contact) in listed.iter().enumerate().filter(|(_, contact)| !contact.marks.has_emails) {
            for first in contact.marks.by_number.iter().filter_map(|hash| first_of_number.get(hash)) {
                groups.join(place, *first);
            }
        }
        groups
    }

    pub(super) fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        self.0[one.max(other)] = one.min(other);
    }

    /// Returns the groups in the order of their first members, each in order.
    pub(super) fn into_members(mut self) -> Vec<Vec<usize>> {
        let mut members: Vec<Vec<usize>> = vec![Vec::new(); self.0.len()];
        for place in 0..self.0.len() {
            let root = self.root(place);
            members[root].push(place);
        }
        members.retain(|members| !members.is_empty());
        members
    }

    fn root(&mut self, mut place: usize) -> usize {
        while self.0[place] != place {
            self.0[place] = self.0[self.0[place]];
            place = self.0[place];
        }
        place
    }
}
