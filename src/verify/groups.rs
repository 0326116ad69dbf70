//! Groups listed contacts that are of the same person.

use std::collections::HashMap;

use super::input::Listed;
use super::match_keys::MatchKeys;
use crate::identity::contradict;

/// An index of the listed contacts by their match keys.
#[derive(Debug, Default)]
pub(super) struct MatchIndex {
    decisive: HashMap<u64, Vec<usize>>,
    by_number: HashMap<u64, Vec<usize>>,
    name_alone: HashMap<u64, Vec<usize>>,
}

impl MatchIndex {
    pub(super) fn new(listed: &[Listed]) -> Self {
        let mut new = Self::default();
        for (index, contact) in listed.iter().enumerate() {
            for (hashes, map) in [
                (contact.match_keys.decisive.as_slice(), &mut new.decisive),
                (contact.match_keys.by_number.as_slice(), &mut new.by_number),
                (contact.match_keys.name_alone.as_slice(), &mut new.name_alone),
            ] {
                for hash in hashes {
                    map.entry(*hash).or_default().push(index);
                }
            }
        }
        new
    }

    /// Returns the indices of the listed contacts that are equal to a contact that was sent, in the vendor's order.
    pub(super) fn equal_to(&self, match_keys: &MatchKeys, listed: &[Listed]) -> Vec<usize> {
        let indices = |map: &HashMap<u64, Vec<usize>>, hash: &u64| map.get(hash).cloned().unwrap_or_default();
        let decisive = match_keys.decisive.iter().flat_map(|hash| indices(&self.decisive, hash));
        let may_share = |index: &usize| match_keys.traits.may_share_number(&listed[*index].match_keys.traits);
        let by_number =
            match_keys.by_number.iter().flat_map(|hash| indices(&self.by_number, hash)).filter(may_share);
        let by_name = match_keys.name_alone.iter().flat_map(|hash| indices(&self.name_alone, hash));
        let mut equal: Vec<usize> = decisive.chain(by_number).chain(by_name).collect();
        equal.retain(|index| !contradict(&match_keys.numbers, &listed[*index].match_keys.numbers));
        equal.sort_unstable();
        equal.dedup();
        equal
    }
}

/// The listed contacts, grouped by person.
#[derive(Debug)]
pub(super) struct Groups {
    people: DisjointSets,
    /// Contacts of one person, or of several people with one name and address.
    namesakes: DisjointSets,
    /// The hashes of the numbers of each group, at the index of its first member.
    numbers: Vec<Vec<u64>>,
}

/// A group of equal contacts.
#[derive(Debug)]
pub(super) struct Group {
    /// The indices of the contacts, in order.
    pub(super) members: Vec<usize>,
    /// A number that all groups of people with one name and address share.
    pub(super) namesakes: usize,
}

impl Groups {
    /// Groups equal contacts. A contact without addresses joins the first one with its number. Contacts whose numbers contradict
    /// each other are never in one group.
    pub(super) fn new(listed: &[Listed]) -> Self {
        let mut groups = Self {
            people: DisjointSets::new(listed.len()),
            namesakes: DisjointSets::new(listed.len()),
            numbers: listed.iter().map(|contact| contact.match_keys.numbers.clone()).collect(),
        };
        groups.join_by_address(listed);
        groups.join_by_content(listed);
        groups.join_by_number(listed);
        groups
    }

    fn join_by_address(&mut self, listed: &[Listed]) {
        let mut firsts: HashMap<u64, Vec<usize>> = HashMap::new();
        for (index, contact) in listed.iter().enumerate() {
            for hash in &contact.match_keys.decisive {
                let firsts = firsts.entry(*hash).or_default();
                let mut is_first = true;
                for first in firsts.iter() {
                    is_first &= !self.join(index, *first);
                }
                if is_first {
                    firsts.push(index);
                }
            }
        }
    }

    /// Joins contacts with one name and without addresses and numbers if their whole content is equal.
    fn join_by_content(&mut self, listed: &[Listed]) {
        let mut first_of_content = HashMap::new();
        for (index, contact) in listed.iter().enumerate() {
            if let Some(name) = contact.match_keys.name_alone {
                let first = *first_of_content.entry((name, contact.content.as_str())).or_insert(index);
                self.join(index, first);
            }
        }
    }

    fn join_by_number(&mut self, listed: &[Listed]) {
        let mut first_of_number = HashMap::new();
        for (index, contact) in listed.iter().enumerate() {
            for hash in &contact.match_keys.by_number {
                first_of_number.entry(*hash).or_insert(index);
            }
        }
        let has_no_emails = |(_, contact): &(usize, &Listed)| contact.match_keys.traits.emails.is_empty();
        for (index, contact) in listed.iter().enumerate().filter(has_no_emails) {
            for first in contact.match_keys.by_number.iter().filter_map(|hash| first_of_number.get(hash)) {
                self.join(index, *first);
            }
        }
    }

    /// Joins two groups, unless their numbers contradict each other. Returns whether they are one group.
    pub(super) fn join(&mut self, one: usize, other: usize) -> bool {
        self.namesakes.join(one, other);
        let (one, other) = (self.people.root(one), self.people.root(other));
        if one == other {
            return true;
        }
        if contradict(&self.numbers[one], &self.numbers[other]) {
            return false;
        }
        let numbers = std::mem::take(&mut self.numbers[one.max(other)]);
        self.numbers[one.min(other)].extend(numbers);
        self.people.join(one, other);
        true
    }

    /// Returns the groups in the order of their first members.
    pub(super) fn into_groups(mut self) -> Vec<Group> {
        let count = self.numbers.len();
        let mut members: Vec<Vec<usize>> = vec![Vec::new(); count];
        for index in 0..count {
            members[self.people.root(index)].push(index);
        }
        let groups = members.into_iter().enumerate().filter(|(_, members)| !members.is_empty());
        groups.map(|(first, members)| Group { members, namesakes: self.namesakes.root(first) }).collect()
    }
}

/// Disjoint sets of indices (union-find).
#[derive(Debug)]
struct DisjointSets(Vec<usize>);

impl DisjointSets {
    fn new(count: usize) -> Self {
        Self((0..count).collect())
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        self.0[one.max(other)] = one.min(other);
    }

    /// Returns the first index of a set.
    fn root(&mut self, mut index: usize) -> usize {
        while self.0[index] != index {
            self.0[index] = self.0[self.0[index]];
            index = self.0[index];
        }
        index
    }
}
