//! The comparison of listed contacts with the deliveries of a journal: pure, without I/O. Deliveries are added one by one in any
//! order.

use std::collections::{HashMap, HashSet};

use unicontact_providers::{ContactId, DeliveryKey};

use super::finding::{Finding, FindingKind, VerificationCounts};
use super::groups::{Group, Groups, MatchIndex};
use super::input::{DeliveryState, Listed, RecordedDelivery};
use crate::identity::contradict;

/// The differences, and the contacts that the journal can adopt.
#[derive(Debug, Default)]
pub(crate) struct Compared {
    pub(crate) findings: Vec<Finding>,
    pub(crate) counts: VerificationCounts,
    /// The indices of the listed contacts that are unknown or of a delivery in doubt.
    pub(crate) adoptable: Vec<(usize, AdoptAs)>,
}

/// The person as whose contact the journal can adopt a listed contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum AdoptAs {
    /// The person of a delivery in doubt.
    Doubt(DeliveryKey),
    /// The person that the contact is recognized as.
    Recognized,
    /// A person other than those with its name and address, whose numbers contradict its own.
    Namesake,
}

/// A comparison, to which deliveries are added.
#[derive(Debug)]
pub(crate) struct Comparison {
    listed: Vec<Listed>,
    is_complete: bool,
    indices_by_id: HashMap<ContactId, usize>,
    indices_by_key: HashMap<DeliveryKey, Vec<usize>>,
    match_index: MatchIndex,
    groups: Groups,
    /// The delivery of each listed contact.
    owners: Vec<Option<DeliveryKey>>,
    /// Whether a delivery that is being sent may have created the listed contact.
    is_being_sent: Vec<bool>,
    /// The unfinished delivery of each listed contact.
    undelivered: Vec<Option<DeliveryKey>>,
    /// The deliveries whose contacts are searched among the contacts without an owner.
    unmatched: Vec<Unmatched>,
    compared: Compared,
}

#[derive(Debug)]
struct Unmatched {
    delivery: RecordedDelivery,
    /// The indices of the equal contacts.
    equal: Vec<usize>,
}

impl Comparison {
    pub(crate) fn new(listed: Vec<Listed>, is_complete: bool) -> Self {
        let mut indices_by_key: HashMap<DeliveryKey, Vec<usize>> = HashMap::new();
        for (index, contact) in listed.iter().enumerate() {
            if let Some(key) = &contact.key {
                indices_by_key.entry(key.clone()).or_default().push(index);
            }
        }
        let ids = listed.iter().enumerate().map(|(index, contact)| (contact.id.clone(), index));
        let count = listed.len();
        let counts = VerificationCounts { listed: count as u64, ..VerificationCounts::default() };
        Self {
            indices_by_id: ids.collect(),
            indices_by_key,
            match_index: MatchIndex::new(&listed),
            groups: Groups::new(&listed),
            owners: vec![None; count],
            is_being_sent: vec![false; count],
            undelivered: vec![None; count],
            unmatched: Vec::new(),
            compared: Compared { counts, ..Compared::default() },
            listed,
            is_complete,
        }
    }

    /// Adds a delivery of the journal.
    pub(crate) fn add(&mut self, delivery: RecordedDelivery) {
        self.compared.counts.recorded += 1;
        let own = delivery.id.as_ref().and_then(|id| self.indices_by_id.get(id)).copied();
        let equal = self.equal_to(&delivery, own);
        let own = own.filter(|own| !self.is_other_person(*own, &equal));
        if let Some(own) = own {
            self.owners[own].get_or_insert_with(|| delivery.key.clone());
            if delivery.state == DeliveryState::Delivered {
                for index in &equal {
                    self.groups.join(own, *index);
                }
            }
        }
        match delivery.state {
            DeliveryState::Delivered if own.is_some() => {}
            DeliveryState::Delivered | DeliveryState::InDoubt => {
                self.unmatched.push(Unmatched { delivery, equal });
            }
            DeliveryState::BeingSent => {
                self.compared.counts.being_sent += 1;
                for index in equal {
                    self.is_being_sent[index] = true;
                }
            }
            DeliveryState::NotDelivered => {
                for index in equal {
                    self.undelivered[index].get_or_insert_with(|| delivery.key.clone());
                }
            }
        }
    }

    /// Returns the indices of the contacts that are equal to the contact of a delivery, except the one with its id.
    fn equal_to(&self, delivery: &RecordedDelivery, own: Option<usize>) -> Vec<usize> {
        let mut equal = self.indices_by_key.get(&delivery.key).cloned().unwrap_or_default();
        if let Some(match_keys) = &delivery.match_keys {
            equal.retain(|index| !contradict(&match_keys.numbers, &self.listed[*index].match_keys.numbers));
            equal.extend(self.match_index.equal_to(match_keys, &self.listed));
            equal.sort_unstable();
            equal.dedup();
        }
        equal.retain(|index| Some(*index) != own);
        equal
    }

    /// Returns whether a contact shares no name, address or number with the contacts that are equal to the one for which its id
    /// was recorded.
    fn is_other_person(&self, index: usize, equal: &[usize]) -> bool {
        let traits = &self.listed[index].match_keys.traits;
        !equal.is_empty()
            && !equal.iter().any(|equal| self.listed[*equal].match_keys.traits.agrees_with(traits))
    }

    /// Returns the differences.
    pub(crate) fn finish(mut self) -> Compared {
        for unmatched in std::mem::take(&mut self.unmatched) {
            let mut free = unmatched.equal.into_iter().filter(|index| self.owners[*index].is_none());
            let index = free.next();
            let delivery = unmatched.delivery;
            if let Some(index) = index {
                self.owners[index] = Some(delivery.key.clone());
            }
            match delivery.state {
                DeliveryState::InDoubt => self.doubt(delivery, index),
                _ => self.without_its_id(delivery, index),
            }
        }
        let groups = std::mem::replace(&mut self.groups, Groups::new(&[]));
        let groups = groups.into_groups();
        // The first person with a name and address is adopted as recognized, unless the journal has one already.
        let has_owner = |group: &&Group| group.members.iter().any(|index| self.owners[*index].is_some());
        let mut known: HashSet<usize> =
            groups.iter().filter(has_owner).map(|group| group.namesakes).collect();
        for group in groups {
            let adopt_as =
                if known.contains(&group.namesakes) { AdoptAs::Namesake } else { AdoptAs::Recognized };
            if self.group(&group.members, adopt_as) {
                known.insert(group.namesakes);
            }
        }
        self.compared.findings.sort_by_key(|finding| finding.kind);
        self.compared
    }

    fn doubt(&mut self, delivery: RecordedDelivery, index: Option<usize>) {
        let Some(index) = index else {
            self.compared.counts.in_doubt += 1;
            return;
        };
        self.compared.adoptable.push((index, AdoptAs::Doubt(delivery.key.clone())));
        let mut finding = self.finding(FindingKind::InDoubtButThere, &[index]);
        finding.name = delivery.name.or(finding.name);
        self.add_finding(Finding { delivery: Some(delivery.key), ..finding });
    }

    /// Adds the finding of a delivery whose id is not in the list. The list may have an equal contact at `index`.
    fn without_its_id(&mut self, delivery: RecordedDelivery, index: Option<usize>) {
        if !self.is_complete || delivery.is_recent {
            return;
        }
        let finding = match index {
            Some(_) if delivery.id.is_none() => return,
            Some(index) => self.finding(FindingKind::OtherId, &[index]),
            None => self.finding(FindingKind::Missing, &[]),
        };
        self.add_finding(Finding { delivery: Some(delivery.key), recorded_id: delivery.id, ..finding });
    }

    /// Adds the findings of a group. Returns whether the journal can adopt it.
    fn group(&mut self, members: &[usize], adopt_as: AdoptAs) -> bool {
        let has_owner = |index: &&usize| self.owners[**index].is_some();
        let extra: Vec<usize> = members.iter().filter(|index| !has_owner(index)).copied().collect();
        let Some(first) = extra.first().copied() else { return false };
        if extra.iter().any(|index| self.is_being_sent[*index]) {
            return false;
        }
        let owner = members.iter().find_map(|index| self.owners[*index].clone());
        let is_unknown = owner.is_none();
        if is_unknown {
            self.compared.adoptable.push((first, adopt_as));
            let delivery = extra.iter().find_map(|index| self.undelivered[*index].clone());
            let finding = self.finding(FindingKind::Unknown, &[first]);
            self.add_finding(Finding { delivery, ..finding });
        }
        if members.len() > 1 {
            let finding = self.finding(FindingKind::Twice, members);
            self.add_finding(Finding { delivery: owner, ..finding });
        }
        is_unknown
    }

    fn finding(&self, kind: FindingKind, indices: &[usize]) -> Finding {
        let listed = || indices.iter().map(|index| &self.listed[*index]);
        Finding {
            kind,
            delivery: None,
            ids: listed().map(|contact| contact.id.clone()).collect(),
            recorded_id: None,
            name: listed().find_map(|contact| contact.name.clone()),
        }
    }

    fn add_finding(&mut self, finding: Finding) {
        self.compared.counts.add(finding.kind);
        self.compared.findings.push(finding);
    }
}
