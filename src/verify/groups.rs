//! Groups of the listed contacts that are equal.

use std::collections::HashMap;

use super::compare::Listed;
use super::marks::Marks;
use crate::identity::contradict;

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
        let may_share = |place: &usize| marks.traits.may_share_number(&listed[*place].marks.traits);
        let by_number =
            marks.by_number.iter().flat_map(|hash| places(&self.by_number, hash)).filter(may_share);
        let by_name = marks.name_alone.iter().flat_map(|hash| places(&self.name_alone, hash));
        let mut equal: Vec<usize> = decisive.chain(by_number).chain(by_name).collect();
        equal.retain(|place| !contradict(&marks.numbers, &listed[*place].marks.numbers));
        equal.sort_unstable();
        equal.dedup();
        equal
    }
}

/// The listed contacts in groups of one person each.
#[derive(Debug)]
pub(super) struct Groups {
    people: Sets,
    /// Contacts of one person, or of several with one name and address.
    namesakes: Sets,
    /// The hashes of the numbers of each group, at its first member.
    numbers: Vec<Vec<u64>>,
}

/// A group of equal contacts.
#[derive(Debug)]
pub(super) struct Group {
    /// The places, in order.
    pub(super) members: Vec<usize>,
    /// The same for all groups of people with one name and address.
    pub(super) namesakes: usize,
}

impl Groups {
    /// Groups the listed contacts that are equal. A contact without addresses joins the first one with its number. Contacts
    /// whose numbers contradict each other are never in one group.
    pub(super) fn new(listed: &[Listed]) -> Self {
        let mut groups = Self {
            people: Sets::new(listed.len()),
            namesakes: Sets::new(listed.len()),
            numbers: listed.iter().map(|contact| contact.marks.numbers.clone()).collect(),
        };
        groups.join_by_address(listed);
        groups.join_by_content(listed);
        groups.join_by_number(listed);
        groups
    }

    fn join_by_address(&mut self, listed: &[Listed]) {
        let mut firsts: HashMap<u64, Vec<usize>> = HashMap::new();
        for (place, contact) in listed.iter().enumerate() {
            for hash in &contact.marks.decisive {
                let firsts = firsts.entry(*hash).or_default();
                let mut is_first = true;
                for first in firsts.iter() {
                    is_first &= !self.join(place, *first);
                }
                if is_first {
                    firsts.push(place);
                }
            }
        }
    }

    /// Joins namesakes without addresses and numbers, which are equal only if everything is.
    fn join_by_content(&mut self, listed: &[Listed]) {
        let mut first_of_content = HashMap::new();
        for (place, contact) in listed.iter().enumerate() {
            if let Some(name) = contact.marks.name_alone {
                let first = *first_of_content.entry((name, contact.content.as_str())).or_insert(place);
                self.join(place, first);
            }
        }
    }

    fn join_by_number(&mut self, listed: &[Listed]) {
        let mut first_of_number = HashMap::new();
        for (place, contact) in listed.iter().enumerate() {
            for hash in &contact.marks.by_number {
                first_of_number.entry(*hash).or_insert(place);
            }
        }
        let has_no_emails = |(_, contact): &(usize, &Listed)| contact.marks.traits.emails.is_empty();
        for (place, contact) in listed.iter().enumerate().filter(has_no_emails) {
            for first in contact.marks.by_number.iter().filter_map(|hash| first_of_number.get(hash)) {
                self.join(place, *first);
            }
        }
    }

    /// Makes two groups one, unless their numbers contradict each other. Returns whether they are one.
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
        for place in 0..count {
            members[self.people.root(place)].push(place);
        }
        let groups = members.into_iter().enumerate().filter(|(_, members)| !members.is_empty());
        groups.map(|(first, members)| Group { members, namesakes: self.namesakes.root(first) }).collect()
    }
}

/// Disjoint sets of places.
#[derive(Debug)]
struct Sets(Vec<usize>);

impl Sets {
    fn new(count: usize) -> Self {
        Self((0..count).collect())
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        self.0[one.max(other)] = one.min(other);
    }

    /// Returns the first place of a set.
    fn root(&mut self, mut place: usize) -> usize {
        while self.0[place] != place {
            self.0[place] = self.0[self.0[place]];
            place = self.0[place];
        }
        place
    }
}
