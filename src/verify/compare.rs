//! The comparison of a vendor's contacts with the deliveries of a journal.
//!
//! Pure: the contacts are held, the deliveries are added one by one in any order.

use std::collections::{HashMap, HashSet};

use unicontact_providers::{ContactId, DeliveryKey};

use super::finding::{Finding, FindingKind, VerificationCounts};
use super::groups::{Group, Groups, Index};
use super::marks::Marks;
use crate::identity::contradict;

/// A listed contact, as it is compared.
#[derive(Debug, Clone)]
pub(crate) struct Listed {
    pub(crate) id: ContactId,
    pub(crate) name: Option<String>,
    pub(crate) marks: Marks,
    /// A fingerprint of all that the vendor shows of it but its id.
    pub(crate) content: String,
    /// The key under which the journal records its delivery, or would.
    pub(crate) key: Option<DeliveryKey>,
}

/// A delivery of the journal, as it is compared.
#[derive(Debug, Clone)]
pub(crate) struct RecordedDelivery {
    pub(crate) key: DeliveryKey,
    pub(crate) state: DeliveryState,
    /// The id of the contact, or of an earlier one while another one is sent or in doubt.
    pub(crate) id: Option<ContactId>,
    /// The marks of the contact while the journal keeps it.
    pub(crate) marks: Option<Marks>,
    pub(crate) name: Option<String>,
    /// Whether it was changed after the list was requested, which may lack its contact therefore.
    pub(crate) is_recent: bool,
}

/// The state of a delivery, as far as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DeliveryState {
    Delivered,
    InDoubt,
    BeingSent,
    /// The vendor does not have it.
    NotDelivered,
}

/// What differs, and where the contacts are that the journal could take over.
#[derive(Debug, Default)]
pub(crate) struct Compared {
    pub(crate) findings: Vec<Finding>,
    pub(crate) counts: VerificationCounts,
    /// The places of the contacts in doubt or unknown.
    pub(crate) adoptable: Vec<(usize, Takeover)>,
}

/// How the journal can take a contact over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Takeover {
    /// As the contact of a delivery in doubt.
    Doubt(DeliveryKey),
    /// As the person that it is recognized as.
    Recognized,
    /// As another person than those with its name and address, whose numbers contradict its own.
    Namesake,
}

/// A comparison under way.
#[derive(Debug)]
pub(crate) struct Comparison {
    listed: Vec<Listed>,
    is_complete: bool,
    places_by_id: HashMap<ContactId, usize>,
    places_by_key: HashMap<DeliveryKey, Vec<usize>>,
    index: Index,
    groups: Groups,
    /// The delivery of each listed contact.
    owners: Vec<Option<DeliveryKey>>,
    /// Whether a delivery that is being sent may be each listed contact's.
    is_being_sent: Vec<bool>,
    /// Whether the journal has an unfinished delivery of each listed contact.
    undelivered: Vec<Option<DeliveryKey>>,
    /// The deliveries whose contacts have to be found among the others.
    unmatched: Vec<Unmatched>,
    compared: Compared,
}

#[derive(Debug)]
struct Unmatched {
    delivery: RecordedDelivery,
    /// The places of the equal contacts.
    equal: Vec<usize>,
}

impl Comparison {
    pub(crate) fn new(listed: Vec<Listed>, is_complete: bool) -> Self {
        let mut places_by_key: HashMap<DeliveryKey, Vec<usize>> = HashMap::new();
        for (place, contact) in listed.iter().enumerate() {
            if let Some(key) = &contact.key {
                places_by_key.entry(key.clone()).or_default().push(place);
            }
        }
        let ids = listed.iter().enumerate().map(|(place, contact)| (contact.id.clone(), place));
        let count = listed.len();
        let counts = VerificationCounts { listed: count as u64, ..VerificationCounts::default() };
        Self {
            places_by_id: ids.collect(),
            places_by_key,
            index: Index::new(&listed),
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
        let own = delivery.id.as_ref().and_then(|id| self.places_by_id.get(id)).copied();
        let equal = self.equal_to(&delivery, own);
        let own = own.filter(|own| !self.is_other_person(*own, &equal));
        if let Some(own) = own {
            self.owners[own].get_or_insert_with(|| delivery.key.clone());
            if delivery.state == DeliveryState::Delivered {
                for place in &equal {
                    self.groups.join(own, *place);
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
                for place in equal {
                    self.is_being_sent[place] = true;
                }
            }
            DeliveryState::NotDelivered => {
                for place in equal {
                    self.undelivered[place].get_or_insert_with(|| delivery.key.clone());
                }
            }
        }
    }

    /// Returns the places of the contacts that are equal to that of a delivery, without the one that has its id.
    fn equal_to(&self, delivery: &RecordedDelivery, own: Option<usize>) -> Vec<usize> {
        let mut equal = self.places_by_key.get(&delivery.key).cloned().unwrap_or_default();
        if let Some(marks) = &delivery.marks {
            equal.retain(|place| !contradict(&marks.numbers, &self.listed[*place].marks.numbers));
            equal.extend(self.index.equal_to(marks, &self.listed));
            equal.sort_unstable();
            equal.dedup();
        }
        equal.retain(|place| Some(*place) != own);
        equal
    }

    /// Returns whether a contact has nothing in common with those that are equal to the one that its id was recorded for: no
    /// name, address or number.
    fn is_other_person(&self, place: usize, equal: &[usize]) -> bool {
        let traits = &self.listed[place].marks.traits;
        !equal.is_empty() && !equal.iter().any(|equal| self.listed[*equal].marks.traits.agrees_with(traits))
    }

    /// Returns what differs.
    pub(crate) fn finish(mut self) -> Compared {
        for unmatched in std::mem::take(&mut self.unmatched) {
            let mut free = unmatched.equal.into_iter().filter(|place| self.owners[*place].is_none());
            let place = free.next();
            let delivery = unmatched.delivery;
            if let Some(place) = place {
                self.owners[place] = Some(delivery.key.clone());
            }
            match delivery.state {
                DeliveryState::InDoubt => self.doubt(delivery, place),
                _ => self.without_its_id(delivery, place),
            }
        }
        let groups = std::mem::replace(&mut self.groups, Groups::new(&[]));
        let groups = groups.into_groups();
        // The first person of a name and address is taken over as recognized, unless the journal has one already.
        let has_owner = |group: &&Group| group.members.iter().any(|place| self.owners[*place].is_some());
        let mut known: HashSet<usize> =
            groups.iter().filter(has_owner).map(|group| group.namesakes).collect();
        for group in groups {
            let takeover =
                if known.contains(&group.namesakes) { Takeover::Namesake } else { Takeover::Recognized };
            if self.group(&group.members, takeover) {
                known.insert(group.namesakes);
            }
        }
        self.compared.findings.sort_by_key(|finding| finding.kind);
        self.compared
    }

    fn doubt(&mut self, delivery: RecordedDelivery, place: Option<usize>) {
        let Some(place) = place else {
            self.compared.counts.in_doubt += 1;
            return;
        };
        self.compared.adoptable.push((place, Takeover::Doubt(delivery.key.clone())));
        let mut finding = self.finding(FindingKind::InDoubtButThere, &[place]);
        finding.name = delivery.name.or(finding.name);
        self.found(Finding { delivery: Some(delivery.key), ..finding });
    }

    /// A delivery whose id is not in the list, and perhaps an equal contact is.
    fn without_its_id(&mut self, delivery: RecordedDelivery, place: Option<usize>) {
        if !self.is_complete || delivery.is_recent {
            return;
        }
        let finding = match place {
            Some(_) if delivery.id.is_none() => return,
            Some(place) => self.finding(FindingKind::OtherId, &[place]),
            None => self.finding(FindingKind::Missing, &[]),
        };
        self.found(Finding { delivery: Some(delivery.key), recorded_id: delivery.id, ..finding });
    }

    /// Adds what is found of a group. Returns whether the journal can take it over.
    fn group(&mut self, members: &[usize], takeover: Takeover) -> bool {
        let has_owner = |place: &&usize| self.owners[**place].is_some();
        let extra: Vec<usize> = members.iter().filter(|place| !has_owner(place)).copied().collect();
        let Some(first) = extra.first().copied() else { return false };
        if extra.iter().any(|place| self.is_being_sent[*place]) {
            return false;
        }
        let owner = members.iter().find_map(|place| self.owners[*place].clone());
        let is_unknown = owner.is_none();
        if is_unknown {
            self.compared.adoptable.push((first, takeover));
            let delivery = extra.iter().find_map(|place| self.undelivered[*place].clone());
            let finding = self.finding(FindingKind::Unknown, &[first]);
            self.found(Finding { delivery, ..finding });
        }
        if members.len() > 1 {
            let finding = self.finding(FindingKind::Twice, members);
            self.found(Finding { delivery: owner, ..finding });
        }
        is_unknown
    }

    fn finding(&self, kind: FindingKind, places: &[usize]) -> Finding {
        let listed = || places.iter().map(|place| &self.listed[*place]);
        Finding {
            kind,
            delivery: None,
            ids: listed().map(|contact| contact.id.clone()).collect(),
            recorded_id: None,
            name: listed().find_map(|contact| contact.name.clone()),
        }
    }

    fn found(&mut self, finding: Finding) {
        self.compared.counts.add(finding.kind);
        self.compared.findings.push(finding);
    }
}
