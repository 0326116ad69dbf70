//! Tests of identification on servers: several processes at the same time, and what a killed process leaves.

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::TryStreamExt;
use futures_util::future::join_all;
use serde_json::json;
use unicontact::Outcome::Created;
use unicontact::journal::async_nats::jetstream::kv::Store;
use unicontact::journal::{JetStreamJournal, JetStreamOptions, Journal, async_nats};
use unicontact::providers::UnifiedContact;
use unicontact::providers::clock::{Clock, SystemClock};

use crate::journal::bench::{Kept, claim, settle, settlement};
use crate::journal::identify::{key_of, person};
use crate::journal::nats::{open_journal, server};

async fn journal() -> (JetStreamOptions, std::sync::Arc<JetStreamJournal>) {
    let Kept::OnServers(options, journal) = Kept::on_servers().await else { unreachable!() };
    (options, journal)
}

/// Opens the bucket of people.
async fn people_bucket(options: &JetStreamOptions) -> Store {
    let client = async_nats::connect(server().url()).await.unwrap();
    let context = async_nats::jetstream::new(client);
    context.get_key_value(format!("{}_people", options.name)).await.unwrap()
}

/// Returns the keys of a bucket that have a prefix.
async fn keys(store: &Store, prefix: &str) -> Vec<String> {
    let mut keys: Vec<String> = store.keys().await.unwrap().try_collect().await.unwrap();
    keys.retain(|key| key.starts_with(prefix));
    keys.sort_unstable();
    keys
}

/// Removes a key from a bucket as if it had never been written.
async fn remove(store: &Store, key: &str) {
    store.stream.purge().filter(format!("{}{key}", store.prefix)).await.unwrap();
}

/// Returns contacts of one person. All share one address, and have others before and after it.
fn one_person(domain: &str) -> Vec<UnifiedContact> {
    let address = |name: &str| format!("{name}@{domain}");
    let common = address("m");
    let mut contacts = Vec::new();
    for one in ["a", "b", "z"].map(address) {
        for other in ["a", "c", "y"].map(address) {
            contacts.push(person(None, "Ada King", &[&one, &common, &other], &[]));
            contacts.push(person(None, "King, Ada", &[&common, &one, &other], &["+442079460123"]));
        }
    }
    contacts
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_that_identify_one_person_in_different_orders_agree_on_its_key() {
    let (options, first) = journal().await;
    let second = open_journal(&options).await;
    for round in 0..10 {
        let contacts = one_person(&format!("{round}.example.com"));
        let backwards = contacts.iter().rev().map(|contact| key_of(&*first, contact));
        let forwards = contacts.iter().map(|contact| key_of(&second, contact));
        let (keys, others) = tokio::join!(join_all(backwards), join_all(forwards));
        let keys: BTreeSet<String> = keys.into_iter().chain(others).collect();
        assert_eq!(keys.len(), 1, "{keys:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_that_create_a_journal_at_the_same_time_share_its_identity_key() {
    for round in 0..5 {
        let name = format!("opened_at_once_{round}");
        let options = JetStreamOptions::new(name);
        let all = join_all((0..4).map(|_| open_journal(&options))).await;
        let ada = person(None, "Ada King", &["ada@example.com"], &[]);
        let changed = person(None, "King Ada", &["ada@example.com"], &["+442079460123"]);
        let key = key_of(&all[0], &ada).await;
        for journal in &all {
            assert_eq!(key_of(journal, &changed).await, key);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_ids_that_two_processes_give_to_one_person_only_one_becomes_its_id() {
    let (options, first) = journal().await;
    let second = open_journal(&options).await;
    for round in 0..20 {
        let email = format!("{round}@example.com");
        let key = key_of(&*first, &person(None, "Ada King", &[&email], &[])).await;
        let (one, other) = (format!("{round}a"), format!("{round}b"));
        let with = |id: &str| person(Some(id), "Ada King", &[&email], &[]);
        let (one, other) = (with(&one), with(&other));
        let (first_key, second_key) = tokio::join!(key_of(&*first, &one), key_of(&second, &other));
        let count = [&first_key, &second_key].into_iter().filter(|it| **it == key).count();
        assert_eq!(count, 1, "{key} {first_key} {second_key}");
        assert_eq!(key_of(&*first, &one).await, first_key);
        assert_eq!(key_of(&*first, &other).await, second_key);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_registration_that_a_killed_process_left_unfinished_is_repaired() {
    let (options, journal) = journal().await;
    let people = people_bucket(&options).await;
    let ada = person(Some("42"), "Ada King", &["ada@example.com", "king@example.com"], &["+442079460123"]);
    let swapped = person(None, "King, Ada", &["king@example.com", "ada@example.com"], &["+442079460123"]);
    let by_number = person(None, "Ada King", &[], &["+442079460123"]);
    let by_email = person(None, "Ada King", &["king@example.com"], &[]);

    // A process was killed before it wrote the person: only index entries refer to it.
    key_of(&*journal, &ada).await;
    let values = keys(&people, "person.").await;
    assert_eq!(
        (values.len(), keys(&people, "hash.").await.len(), keys(&people, "id.").await.len()),
        (1, 3, 1)
    );
    remove(&people, &values[0]).await;
    let key = key_of(&*journal, &swapped).await;
    assert!(key.starts_with("sha256:"), "the registration of the contact with the id never completed: {key}");
    assert_eq!(key_of(&*journal, &ada).await, key, "the new person takes the id over");
    assert_eq!(key_of(&*journal, &by_number).await, key);

    // A process was killed before it wrote all index entries.
    for missing in keys(&people, "hash.").await.into_iter().chain(keys(&people, "id.").await) {
        remove(&people, &missing).await;
        for contact in [&ada, &swapped, &by_number, &by_email] {
            assert_eq!(key_of(&*journal, contact).await, key, "without {missing}");
        }
    }
    assert_eq!(keys(&people, "person.").await.len(), 1 + values.len());
}

/// Leaves the registrations of one person as several killed processes do: each was killed after it wrote the index entry with its
/// number, and some of them voided that of an earlier one before.
async fn leave_unfinished(people: &Store, void: Option<&str>, registrations: [u64; 2]) {
    let [person]: [String; 1] = keys(people, "person.").await.try_into().unwrap();
    let hash = person.strip_prefix("person.").unwrap();
    for (entry, registration) in keys(people, "hash.").await.iter().zip(registrations) {
        let value = json!({"format": 1, "people": [format!("{hash}.{registration:016x}")]});
        people.put(entry, value.to_string().into()).await.unwrap();
    }
    match void {
        Some(void) => people.put(&person, void.to_owned().into()).await.map(drop).unwrap(),
        None => remove(people, &person).await,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn registrations_that_several_killed_processes_left_unfinished_are_repaired() {
    const VOID: &str = r#"{"format": 1, "registration": "0000000000000002"}"#;
    let ada = person(None, "Ada King", &["ada@example.com", "king@example.com"], &[]);
    let swapped = person(None, "King, Ada", &["king@example.com", "ada@example.com"], &["+442079460123"]);
    for (void, registrations) in
        [(None, [1, 2]), (Some(VOID), [1, 2]), (Some(VOID), [2, 1]), (Some(VOID), [1, 3])]
    {
        let (options, journal) = journal().await;
        let people = people_bucket(&options).await;
        key_of(&*journal, &ada).await;
        leave_unfinished(&people, void, registrations).await;
        let start = SystemClock.uptime();
        let key = key_of(&*journal, &swapped).await;
        let elapsed = SystemClock.uptime().saturating_sub(start);
        assert!(elapsed < Duration::from_secs(10), "{void:?} {registrations:?}: {elapsed:?}");
        assert_eq!(key_of(&*journal, &ada).await, key, "{void:?} {registrations:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_unfinished_registrations_of_a_killed_process_are_waited_for_once() {
    const PEOPLE: u32 = 8;
    let (options, journal) = journal().await;
    let people = people_bucket(&options).await;
    let all: Vec<UnifiedContact> =
        (0..PEOPLE).map(|it| person(None, "Ada King", &[&format!("{it}@example.com")], &[])).collect();
    for contact in &all {
        key_of(&*journal, contact).await;
    }
    for value in keys(&people, "person.").await {
        remove(&people, &value).await;
    }
    let start = SystemClock.uptime();
    for contact in &all {
        key_of(&*journal, contact).await;
    }
    assert_eq!(keys(&people, "person.").await.len(), all.len());
    // One after the other would take a second each.
    let elapsed = SystemClock.uptime().saturating_sub(start);
    assert!(elapsed < Duration::from_secs(1) * PEOPLE / 2, "{elapsed:?}");
}

#[tokio::test]
async fn an_id_stays_with_its_person_when_a_contact_with_it_is_recognized_as_another_one() {
    let (_, journal) = journal().await;
    let ada = key_of(&*journal, &person(None, "Ada King", &["ada@example.com"], &[])).await;
    assert_eq!(key_of(&*journal, &person(Some("2"), "Bob Stone", &[], &[])).await, "2");
    assert_eq!(key_of(&*journal, &person(Some("2"), "Ada King", &["ada@example.com"], &[])).await, ada);
    assert_eq!(key_of(&*journal, &person(Some("2"), "Ada King", &[], &[])).await, "2");
}

#[tokio::test]
async fn a_person_is_recognized_after_all_its_deliveries_are_forgotten() {
    let (_, journal) = journal().await;
    let ada = person(None, "Ada King", &["ada@example.com"], &["+442079460123"]);
    let bob = person(Some("8"), "Bob Stone", &["bob@example.com"], &[]);
    let mut keys = Vec::new();
    for (number, contact) in [(1, &ada), (2, &bob)] {
        let key = key_of(&*journal, contact).await;
        journal.claim(claim(&key, number)).await.unwrap();
        settle(&*journal, settlement(&key, Some(number), Created)).await;
        keys.push(key);
    }
    let later = SystemClock.now() + Duration::from_mins(1);
    assert_eq!(journal.forget_finished_before(later).await.unwrap(), 2);
    // Messages in a queue have the key of the person, and so do those that are queued later.
    let ada_edited = person(None, "King, Ada", &["ada@example.com"], &[]);
    let bob_without_id = person(None, "Bob Stone", &["bob@example.com"], &[]);
    assert_eq!([key_of(&*journal, &ada_edited).await, key_of(&*journal, &bob_without_id).await], *keys);
}

#[tokio::test]
async fn keys_on_the_servers_hold_no_contact_data() {
    let (options, journal) = journal().await;
    let ada = person(Some("ada-42"), "Ada King", &["ada@example.com"], &["+442079460123"]);
    key_of(&*journal, &ada).await;
    for key in keys(&people_bucket(&options).await, "").await {
        let rest = key.split_once('.').map_or("", |(_, rest)| rest);
        assert!(rest.bytes().all(|byte| byte.is_ascii_hexdigit()), "{key}");
    }
    let debug = format!("{journal:?}");
    assert!(!debug.contains("ada"), "{debug}");
}

#[tokio::test]
async fn a_new_person_costs_six_requests_and_a_known_one_at_most_four() {
    let (options, _) = journal().await;
    let client = async_nats::connect(server().url()).await.unwrap();
    let journal = JetStreamJournal::open(client.clone(), options.clone()).await.unwrap();
    let sent = || client.statistics().out_messages.load(std::sync::atomic::Ordering::Relaxed);
    let ada = person(None, "Ada King", &["ada@example.com"], &["+442079460123"]);
    let cost = async |contact: &UnifiedContact| {
        let before = sent();
        key_of(&journal, contact).await;
        sent() - before
    };
    // Reads two index entries and the person at the same time, then writes all three.
    assert_eq!(cost(&ada).await, 6);
    // Reads the two entries and the person at the same time.
    assert_eq!(cost(&ada).await, 3);
    // Another content has another key, so the person is read after the entries.
    let edited = UnifiedContact { title: Some("Countess".to_owned()), ..ada };
    assert_eq!(cost(&edited).await, 4);
}
