use futures_util::FutureExt;
use proptest::prelude::*;
use serde_json::json;
use unicontact_providers::UnifiedContact;

use super::*;
use crate::bulk::temporary_database::{OpenDatabase, open_with_tables};
use crate::identity::IdentifyBy;
use crate::recognizer::TemporaryPeople;

/// A limit that the tests do not reach.
const UNLIMITED: usize = usize::MAX;

/// A contact of few names, addresses, numbers and ids, so that many have some in common.
#[derive(Debug, Clone)]
struct Person {
    id: Option<u8>,
    name: u8,
    email: Option<u8>,
    phone: Option<u8>,
    title: u8,
}

impl Person {
    fn row(&self, line: u64) -> SourceRow {
        let texts = |number: Option<u8>, text: fn(u8) -> String| number.map(text).into_iter();
        let emails = texts(self.email, |number| format!("a{number}@example.com"));
        let phones = texts(self.phone, |number| format!("+44207946010{number}"));
        let contact: UnifiedContact = serde_json::from_value(json!({
            "external_id": self.id.map(|id| format!("id-{id}")),
            "name": format!("Ada{} King", self.name),
            "emails": emails.map(|address| json!({"address": address})).collect::<Vec<_>>(),
            "phones": phones.map(|number| json!({"number": number})).collect::<Vec<_>>(),
            "title": format!("Title {}", self.title),
        }))
        .unwrap();
        SourceRow { line, ..contact.into() }
    }
}

fn person() -> impl Strategy<Value = Person> {
    let few = || proptest::option::of(0_u8..4);
    (few(), 0_u8..3, few(), few(), 0_u8..3).prop_map(|(id, name, email, phone, title)| Person {
        id,
        name,
        email,
        phone,
        title,
    })
}

fn deduplicator(
    limit: usize,
    open: OpenDatabase,
    method: IdentifyBy,
    same_identity: SameIdentity,
) -> Deduplicator {
    let people = TemporaryPeople::with_memory_limit(limit, open);
    let recognizer = Recognizer::with_temporary_people(people, method);
    let index = Arc::new(DedupIndex::with_memory_limit(limit, open));
    Deduplicator { index, ..Deduplicator::new(recognizer) }.with_same_identity(same_identity)
}

/// Returns the decision on each row, and the counters after the last one.
fn decisions(deduplicator: &Deduplicator, people: &[Person]) -> (Vec<String>, [u64; 5]) {
    let decide = |(line, person): (u64, &Person)| {
        let row = person.row(line);
        let (traits, lookup) = deduplicator.recognize(&row);
        let identification = lookup.now_or_never().expect("no journal is asked");
        match deduplicator.decide(row, &traits, identification) {
            RowDecision::Send { key, .. } => format!("send {key}"),
            RowDecision::Repeated { contact, differs_in } => format!("repeated {contact} {differs_in:?}"),
            RowDecision::Refused { refusal, .. } => format!("refused {:?}", refusal.reason),
            RowDecision::Unrecognized { error, .. } => format!("unrecognized {error}"),
        }
    };
    let decisions = (1..).zip(people).map(decide).collect();
    let index = deduplicator.index();
    let counters = [
        index.repeated(),
        index.differing(),
        deduplicator.took_id(),
        deduplicator.recognized_without_id(),
        deduplicator.contradicting(),
    ];
    (decisions, counters)
}

fn broken(_tables: &str) -> rusqlite::Result<rusqlite::Connection> {
    Err(rusqlite::Error::InvalidQuery)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn rows_in_memory_and_in_a_temporary_database_are_decided_alike(
        people in prop::collection::vec(person(), 1..60),
        method in prop::sample::select(vec![
            IdentifyBy::Identity, IdentifyBy::Email, IdentifyBy::Phone, IdentifyBy::Id, IdentifyBy::Content,
        ]),
        same_identity in prop::sample::select(vec![SameIdentity::Reject, SameIdentity::Send]),
        limit in 0_usize..8_000,
    ) {
        let with_limit = |limit| deduplicator(limit, open_with_tables, method, same_identity);
        let in_memory = decisions(&with_limit(UNLIMITED), &people);
        prop_assert_eq!(&decisions(&with_limit(0), &people), &in_memory);
        // Most of these limits are reached in the middle.
        prop_assert_eq!(&decisions(&with_limit(limit), &people), &in_memory);
    }
}

fn different_people(count: u8) -> Vec<Person> {
    let person = |number| Person { id: Some(number), name: number, email: None, phone: None, title: 0 };
    (0..count).map(person).collect()
}

#[test]
fn without_a_temporary_database_the_rows_in_memory_are_still_found() {
    let people = different_people(100);
    let deduplicator = deduplicator(4_000, broken, IdentifyBy::Identity, SameIdentity::Reject);
    let twice = [&people[..], &people[..]].concat();
    let (decisions, [repeated, ..]) = decisions(&deduplicator, &twice);
    assert!(decisions[..100].iter().all(|decision| decision.starts_with("send")));
    assert_eq!(decisions[100], "repeated id-0 None");
    assert_eq!(decisions[199], "send id-99");
    assert!((5..50).contains(&repeated), "{repeated}");
    assert!(deduplicator.index().is_unusable());
}

#[test]
fn few_rows_need_no_temporary_database() {
    let people = different_people(200);
    let deduplicator = deduplicator(1 << 20, broken, IdentifyBy::Identity, SameIdentity::Reject);
    let (decisions, [repeated, ..]) = decisions(&deduplicator, &[&people[..], &people[..]].concat());
    assert!(decisions[200..].iter().all(|decision| decision.starts_with("repeated")));
    assert_eq!(repeated, 200);
    assert!(!deduplicator.index().is_unusable());
}
