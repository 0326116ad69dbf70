//! Properties of the comparison: people in any state at a vendor and in a journal, in any order and spelling.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};
use unicontact_providers::{ContactId, DeliveryKey, ListedContact, UnifiedContact};

use super::compare::{Compared, Comparison};
use super::finding::FindingKind;
use super::input::{DeliveryState, Listed, RecordedDelivery};
use super::match_keys::{MatchKeys, listed_identity};
use crate::identity::{IdentifyBy, IdentityKey};

/// The state of a person at the vendor and in the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Situation {
    DeliveredAndThere,
    DeliveredAndGone,
    DeliveredAndUnderAnotherId,
    DeliveredAndThereTwice,
    InDoubtAndThere,
    InDoubtAndGone,
    BeingSentAndThere,
    BeingSentAndGone,
    FailedAndThere,
    FailedAndGone,
    Unknown,
    UnknownTwice,
    DeliveredLately,
}

const SITUATIONS: [Situation; 13] = [
    Situation::DeliveredAndThere,
    Situation::DeliveredAndGone,
    Situation::DeliveredAndUnderAnotherId,
    Situation::DeliveredAndThereTwice,
    Situation::InDoubtAndThere,
    Situation::InDoubtAndGone,
    Situation::BeingSentAndThere,
    Situation::BeingSentAndGone,
    Situation::FailedAndThere,
    Situation::FailedAndGone,
    Situation::Unknown,
    Situation::UnknownTwice,
    Situation::DeliveredLately,
];

impl Situation {
    /// Returns the number of contacts at the vendor.
    fn copies(self) -> usize {
        match self {
            Self::DeliveredAndGone
            | Self::InDoubtAndGone
            | Self::BeingSentAndGone
            | Self::FailedAndGone
            | Self::DeliveredLately => 0,
            Self::DeliveredAndThereTwice | Self::UnknownTwice => 2,
            _ => 1,
        }
    }

    fn state(self) -> Option<DeliveryState> {
        match self {
            Self::InDoubtAndThere | Self::InDoubtAndGone => Some(DeliveryState::InDoubt),
            Self::BeingSentAndThere | Self::BeingSentAndGone => Some(DeliveryState::BeingSent),
            Self::FailedAndThere | Self::FailedAndGone => Some(DeliveryState::NotDelivered),
            Self::Unknown | Self::UnknownTwice => None,
            _ => Some(DeliveryState::Delivered),
        }
    }

    /// Returns the expected findings for a complete or an incomplete list.
    fn findings(self, is_complete: bool) -> &'static [FindingKind] {
        match self {
            Self::DeliveredAndGone if is_complete => &[FindingKind::Missing],
            Self::DeliveredAndUnderAnotherId if is_complete => &[FindingKind::OtherId],
            Self::DeliveredAndThereTwice => &[FindingKind::Twice],
            Self::InDoubtAndThere => &[FindingKind::InDoubtButThere],
            Self::FailedAndThere | Self::Unknown => &[FindingKind::Unknown],
            Self::UnknownTwice => &[FindingKind::Twice, FindingKind::Unknown],
            _ => &[],
        }
    }
}

#[derive(Debug, Clone)]
struct Person {
    situation: Situation,
    has_email: bool,
    has_number: bool,
    spelling: usize,
    /// The position of its contacts in the list and of its delivery in the journal.
    order: u32,
}

fn person() -> impl Strategy<Value = Person> {
    let spelling = 0..4_usize;
    (select(SITUATIONS.as_slice()), any::<(bool, bool)>(), spelling, any::<u32>()).prop_map(
        |(situation, (has_email, has_number), spelling, order)| Person {
            situation,
            has_email: has_email || !has_number,
            has_number,
            spelling,
            order,
        },
    )
}

fn key() -> IdentityKey {
    IdentityKey::from_bytes([7; IdentityKey::LENGTH])
}

/// The contact of a person as it was sent. Neighbours share their name, or their number.
fn sent(number: usize, person: &Person) -> UnifiedContact {
    let mut contact = json!({"name": format!("Ada Name{}", letters(number / 2))});
    if person.has_email {
        contact["emails"] = json!([format!("p{number}@example.com"), format!("also{number}@example.com")]);
    }
    if person.has_number {
        contact["phones"] = json!([format!("+4420794{:05}", 10_000 + number)]);
    }
    serde_json::from_value(contact).unwrap()
}

fn letters(number: usize) -> String {
    number.to_string().bytes().map(|digit| char::from(digit - b'0' + b'a')).collect()
}

/// The contact of a person as the vendor lists it, in one of its spellings.
fn listed(number: usize, person: &Person, id: &str) -> Listed {
    let word = format!("Name{}", letters(number / 2));
    let name = match person.spelling {
        0 => format!("Ada {word}"),
        1 => format!("{}, ADA", word.to_uppercase()),
        2 => format!("Dr. Ada  {word}"),
        _ => format!(" ada {}", word.to_lowercase()),
    };
    let mut entry = json!({"id": id, "name": name});
    if person.has_email {
        let email = format!("P{number}@Example.com");
        entry["email"] = Value::from(if person.spelling == 0 { email.to_lowercase() } else { email });
    }
    if person.has_number {
        let digits = format!("794{:05}", 10_000 + number);
        entry["phone"] =
            json!(format!("{}{digits}", ["+4420", "020 ", "0044 20 ", "+44 20-"][person.spelling]));
    }
    let contact = ListedContact::from_json(&entry, &["id"]).unwrap();
    Listed {
        id: contact.id().clone(),
        name: contact.name(),
        match_keys: match_keys_of(&contact),
        content: contact.content_fingerprint().to_owned(),
        key: Some(DeliveryKey::from_contact_key("iot", format!("key{number}"))),
    }
}

fn match_keys_of(contact: &ListedContact) -> MatchKeys {
    let identity = listed_identity(contact.contact(), IdentifyBy::Identity, &key());
    MatchKeys::from_listed(identity.as_ref(), IdentifyBy::Identity)
}

fn id(number: usize, copy: usize) -> String {
    format!("{number}-{copy}")
}

fn recorded(number: usize, person: &Person) -> Option<RecordedDelivery> {
    let state = person.situation.state()?;
    let is_delivered = state == DeliveryState::Delivered;
    let is_elsewhere = person.situation == Situation::DeliveredAndUnderAnotherId;
    let recorded_id = if is_elsewhere { "gone".to_owned() + &id(number, 0) } else { id(number, 0) };
    let contact = sent(number, person);
    Some(RecordedDelivery {
        key: DeliveryKey::from_contact_key("iot", format!("key{number}")),
        state,
        id: ContactId::new(recorded_id).filter(|_| is_delivered),
        match_keys: (!is_delivered).then(|| MatchKeys::from_contact(&contact, IdentifyBy::Identity, &key())),
        name: contact.display_name().filter(|_| !is_delivered),
        is_recent: person.situation == Situation::DeliveredLately,
    })
}

/// Compares people. Without keys the journal recognizes nobody, as that of an earlier version.
fn compare(people: &[Person], is_complete: bool, has_keys: bool) -> Compared {
    let numbered = || people.iter().enumerate();
    let mut list: Vec<(u32, Listed)> = numbered()
        .flat_map(|(number, person)| {
            let copy = move |copy| (person.order, listed(number, person, &id(number, copy)));
            (0..person.situation.copies()).map(copy)
        })
        .collect();
    list.sort_by_key(|(order, _)| *order);
    let list = list.into_iter().map(|(_, listed)| Listed { key: listed.key.filter(|_| has_keys), ..listed });
    let mut comparison = Comparison::new(list.collect(), is_complete);
    let mut journal: Vec<(u32, RecordedDelivery)> = numbered()
        .filter_map(|(number, person)| Some((person.order.reverse_bits(), recorded(number, person)?)))
        .collect();
    journal.sort_by_key(|(order, _)| *order);
    for (_, delivery) in journal {
        comparison.add(delivery);
    }
    comparison.finish()
}

/// The findings as their kinds and the numbers of the people.
fn found(compared: &Compared) -> BTreeSet<(FindingKind, usize)> {
    let number = |text: &str| text.trim_start_matches("gone").split('-').next().unwrap().parse().unwrap();
    let findings = compared.findings.iter().map(|finding| {
        let id = finding.ids.first().or(finding.recorded_id.as_ref()).unwrap();
        (finding.kind, number(id.as_str()))
    });
    findings.collect()
}

proptest! {
    #[test]
    fn every_person_has_the_findings_of_its_situation(people in proptest::collection::vec(person(), 0..24), is_complete: bool) {
        let compared = compare(&people, is_complete, true);
        let expected: BTreeSet<(FindingKind, usize)> = people
            .iter()
            .enumerate()
            .flat_map(|(number, person)| {
                person.situation.findings(is_complete).iter().map(move |kind| (*kind, number))
            })
            .collect();
        prop_assert_eq!(found(&compared), expected);
        prop_assert_eq!(compared.findings.len(), found(&compared).len());
        let counts = compared.counts;
        let all = counts.twice + counts.missing + counts.other_id + counts.in_doubt_but_there + counts.unknown;
        prop_assert_eq!(all, compared.findings.len() as u64);
        prop_assert_eq!(compared.adoptable.len() as u64, counts.unknown + counts.in_doubt_but_there);
    }

    #[test]
    fn an_incomplete_list_reports_nobody_as_missing(people in proptest::collection::vec(person(), 0..24)) {
        let kinds = found(&compare(&people, false, true));
        prop_assert!(!kinds.iter().any(|(kind, _)| matches!(kind, FindingKind::Missing | FindingKind::OtherId)));
    }

    #[test]
    fn a_contact_that_a_delivery_in_doubt_may_have_created_is_never_unknown(
        people in proptest::collection::vec(person(), 0..24),
    ) {
        // The content of a delivery in doubt recognizes it, whether or not the journal does.
        let unknown = found(&compare(&people, true, false));
        for (number, person) in people.iter().enumerate() {
            let is_doubtful = matches!(person.situation, Situation::InDoubtAndThere | Situation::BeingSentAndThere);
            prop_assert!(!(is_doubtful && unknown.contains(&(FindingKind::Unknown, number))));
        }
    }
}

fn one(entry: &Value, key: Option<&str>) -> Listed {
    let contact = ListedContact::from_json(entry, &["id"]).unwrap();
    Listed {
        id: contact.id().clone(),
        name: contact.name(),
        match_keys: match_keys_of(&contact),
        content: contact.content_fingerprint().to_owned(),
        key: key.map(|key| DeliveryKey::from_contact_key("iot", key.to_owned())),
    }
}

fn twice(entries: &[Value]) -> Vec<Vec<String>> {
    let listed = entries.iter().map(|entry| one(entry, None)).collect();
    let compared = Comparison::new(listed, true).finish();
    let twice = compared.findings.into_iter().filter(|finding| finding.kind == FindingKind::Twice);
    twice.map(|finding| finding.ids.iter().map(|id| id.as_str().to_owned()).collect()).collect()
}

#[test]
fn contacts_with_a_name_alone_are_equal_only_if_their_whole_content_is() {
    let bo = |id: u32, city: &str| json!({"id": id, "name": "Bo Muster", "city": city});
    assert_eq!(twice(&[bo(1, "Turin"), bo(2, "Rome"), bo(3, "Turin")]), [["1", "3"]]);
    // Contacts that hold nothing that identifies them.
    assert_eq!(twice(&[json!({"id": 1, "type": 1}), json!({"id": 2, "type": 1})]), [[""; 0]; 0]);
}

#[test]
fn a_shared_number_joins_no_contacts_with_different_addresses() {
    let at = |id: u32, email: &str| json!({"id": id, "name": "John Smith", "email": email, "phone": "020 7946 0001"});
    let without = json!({"id": 3, "name": "SMITH, John", "mobile": "+442079460001"});
    assert_eq!(twice(&[at(1, "a@x.example"), at(2, "b@x.example"), without]), [["1", "3"]]);
    assert_eq!(twice(&[at(1, "a@x.example"), at(2, "b@x.example")]), [[""; 0]; 0]);
}

#[test]
fn contradicting_numbers_separate_contacts_with_one_name_and_address() {
    let at = |id: u32, phones: &[&str]| {
        let [phone, mobile] = [phones.first(), phones.get(1)];
        json!({"id": id, "name": "John Smith", "email": "info@x.example", "phone": phone, "mobile": mobile})
    };
    let (one, two) = ("020 7946 0001", "+44 20 7946 0002");
    assert_eq!(twice(&[at(1, &[one]), at(2, &[two])]), [[""; 0]; 0]);
    assert_eq!(twice(&[at(1, &[one]), at(2, &[two]), at(3, &["+442079460001"])]), [["1", "3"]]);
    assert_eq!(twice(&[at(1, &[one]), at(2, &[two]), at(3, &[])]), [["1", "3"]]);
    assert_eq!(twice(&[at(3, &[]), at(2, &[two]), at(1, &[one])]), [["3", "2"]]);
    // A contact with both numbers is equal to both.
    assert_eq!(twice(&[at(1, &[one]), at(2, &[two]), at(3, &[one, two])]), [["1", "2", "3"]]);
}

#[test]
fn a_delivery_in_doubt_is_found_by_its_number_among_namesakes() {
    let at = |id: u32, phone: &str| json!({"id": id, "name": "John Smith", "email": "info@x.example", "phone": phone});
    let listed = [at(1, "020 7946 0001"), at(2, "020 7946 0002")];
    let contact = UnifiedContact::from_json(
        json!({"name": "John Smith", "emails": ["info@x.example"], "phones": ["+442079460002"]}),
    );
    let mut comparison = Comparison::new(listed.iter().map(|entry| one(entry, Some("a"))).collect(), true);
    comparison.add(RecordedDelivery {
        key: DeliveryKey::from_contact_key("iot", "a".to_owned()),
        state: DeliveryState::InDoubt,
        id: None,
        match_keys: Some(MatchKeys::from_contact(&contact.unwrap(), IdentifyBy::Identity, &key())),
        name: None,
        is_recent: false,
    });
    let compared = comparison.finish();
    let found: Vec<_> =
        compared.findings.iter().map(|finding| (finding.kind, finding.ids[0].as_str())).collect();
    assert_eq!(found, [(FindingKind::InDoubtButThere, "2"), (FindingKind::Unknown, "1")]);
}

#[test]
fn two_deliveries_of_one_identity_are_not_reported_as_twice() {
    let ada = |id: u32| json!({"id": id, "name": "Ada King", "email": "ada@x.example"});
    let mut comparison = Comparison::new(vec![one(&ada(1), Some("a")), one(&ada(2), Some("a"))], true);
    for (key, id) in [("a", "1"), ("b", "2")] {
        comparison.add(RecordedDelivery {
            key: DeliveryKey::from_contact_key("iot", key.to_owned()),
            state: DeliveryState::Delivered,
            id: ContactId::new(id),
            match_keys: None,
            name: None,
            is_recent: false,
        });
    }
    assert_eq!(comparison.finish().findings, []);
}
