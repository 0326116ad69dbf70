//! Who is who, in every journal.

use proptest::prelude::*;
use serde_json::{Value, json};
use unicontact::Outcome;
use unicontact::identity::{Identification, IdentifyBy, Identity, Recognition};
use unicontact::journal::{Claim, ClaimOutcome, IdentifyRequest, Journal, Settlement};
use unicontact::providers::{DeliveryKey, UnifiedContact};

use crate::bench::{Kept, claim, deliver, settle, settlement};

pub(crate) fn contact(value: Value) -> UnifiedContact {
    serde_json::from_value(value).unwrap()
}

/// A contact with a name and addresses and numbers.
pub(crate) fn person(id: Option<&str>, name: &str, emails: &[&str], phones: &[&str]) -> UnifiedContact {
    let emails: Vec<Value> = emails.iter().map(|email| json!({"address": email})).collect();
    let phones: Vec<Value> = phones.iter().map(|phone| json!({"number": phone})).collect();
    let mut value = json!({"name": name, "emails": emails, "phones": phones});
    if let Some(id) = id {
        value["external_id"] = json!(id);
    }
    contact(value)
}

pub(crate) async fn identify(journal: &dyn Journal, contact: &UnifiedContact) -> Identification {
    let key = journal.identity_key().expect("it keeps identities");
    let identity = Identity::new(contact, IdentifyBy::Identity, key).unwrap();
    let providers = ["acme".to_owned()].into();
    journal.identify(IdentifyRequest { identity, providers }).await.unwrap()
}

/// Returns the contact's part of the keys of a contact's deliveries.
pub(crate) async fn key_of(journal: &dyn Journal, contact: &UnifiedContact) -> String {
    match identify(journal, contact).await {
        Identification::Person { contact, .. } => contact,
        other => panic!("{other:?}"),
    }
}

async fn recognition(journal: &dyn Journal, contact: &UnifiedContact) -> (String, Recognition) {
    match identify(journal, contact).await {
        Identification::Person { contact, recognition, .. } => (contact, recognition),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_person_is_recognized_by_any_address_in_any_order() {
    for mut kept in Kept::all().await {
        let first = person(None, "Ada King", &["ada@example.com", "king@example.com"], &[]);
        let (key, new) = recognition(&*kept.journal(), &first).await;
        assert!(key.starts_with("sha256:") && new == Recognition::New, "{key}");
        kept.reopen().await;
        let again = [
            person(None, "King, Ada", &["king@example.com", "ada@example.com"], &[]),
            person(None, "ADA  KING", &["King@Example.com"], &[]),
            person(None, "Ada King", &["other@example.com", "ada@example.com"], &["+442079460123"]),
            // Known by what the one before added.
            person(None, "Ada King", &[], &["020 7946 0123"]),
            person(None, "Ada King", &["other@example.com"], &[]),
        ];
        for contact in again {
            let recognized = recognition(&*kept.journal(), &contact).await;
            assert_eq!(recognized, (key.clone(), Recognition::Same));
        }
        let other = person(None, "Ada King Jr", &["ada@example.com"], &[]);
        assert_ne!(key_of(&*kept.journal(), &other).await, key);
    }
}

#[tokio::test]
async fn a_number_alone_is_no_match_where_both_have_addresses() {
    for kept in Kept::all().await {
        let journal = kept.journal();
        let first = person(None, "John Smith", &["one@example.com"], &["+442079460123"]);
        let second = person(None, "John Smith", &["two@example.com"], &["+442079460123"]);
        let key = key_of(&*journal, &first).await;
        let second_key = key_of(&*journal, &second).await;
        assert_ne!(second_key, key);
        // Without an address the number decides, for the person that was registered first.
        let without = person(None, "John Smith", &[], &["+442079460123"]);
        assert_eq!(recognition(&*journal, &without).await, (key, Recognition::Same));
        assert_eq!(key_of(&*journal, &second).await, second_key);
    }
}

#[tokio::test]
async fn an_id_is_taken_over_by_the_person_that_had_none() {
    for mut kept in Kept::all().await {
        let without = person(None, "Ada King", &["ada@example.com"], &[]);
        let key = key_of(&*kept.journal(), &without).await;
        let with = person(Some("42"), "Ada King", &["ada@example.com"], &[]);
        assert_eq!(recognition(&*kept.journal(), &with).await, (key.clone(), Recognition::TookId));
        kept.reopen().await;
        let journal = kept.journal();
        assert_eq!(recognition(&*journal, &with).await, (key.clone(), Recognition::Same));
        assert_eq!(recognition(&*journal, &without).await, (key.clone(), Recognition::HasId));
        // A marriage: the id is the same, and so is the address.
        let married = person(Some("42"), "Ada Lovelace", &["ada@example.com"], &[]);
        assert_eq!(recognition(&*journal, &married).await, (key.clone(), Recognition::Same));
        // Another id is another person, however alike.
        let other = person(Some("43"), "Ada King", &["ada@example.com"], &[]);
        assert_eq!(recognition(&*journal, &other).await, ("43".to_owned(), Recognition::New));
    }
}

#[tokio::test]
async fn a_name_and_an_address_that_were_met_apart_are_known_together() {
    for kept in Kept::all().await {
        let journal = kept.journal();
        let maiden = person(Some("42"), "Ada King", &["a@example.com", "b@example.com"], &[]);
        let married = person(Some("42"), "Ada Lovelace", &["a@example.com"], &[]);
        let married_again = person(Some("42"), "Ada Lovelace", &["b@example.com"], &[]);
        for contact in [&maiden, &married, &married_again] {
            assert_eq!(key_of(&*journal, contact).await, "42");
        }
        let without = person(None, "Ada Lovelace", &["b@example.com"], &[]);
        assert_eq!(recognition(&*journal, &without).await, ("42".to_owned(), Recognition::HasId));
    }
}

#[tokio::test]
async fn an_id_that_was_delivered_for_another_person_is_refused() {
    for kept in Kept::all().await {
        let journal = kept.journal();
        let ada = person(Some("42"), "Ada King", &["ada@example.com"], &["+442079460123"]);
        let bob = person(Some("42"), "Bob Stone", &["bob@example.com"], &["+442079460199"]);
        assert_eq!(key_of(&*journal, &ada).await, "42");
        deliver(&*journal, "42", 1, Outcome::Created).await;
        assert_eq!(identify(&*journal, &bob).await, Identification::OtherPerson);
        assert_eq!(recognition(&*journal, &ada).await, ("42".to_owned(), Recognition::Same));
        // It was refused, so that nothing of it is known.
        let bob = person(None, "Bob Stone", &["bob@example.com"], &[]);
        assert_eq!(recognition(&*journal, &bob).await.1, Recognition::New);
    }
}

#[tokio::test]
async fn an_id_under_which_nobody_was_delivered_may_be_corrected_altogether() {
    for kept in Kept::all().await {
        let journal = kept.journal();
        let ada = person(Some("42"), "Ada King", &["ada@example.com"], &[]);
        let bob = person(Some("42"), "Bob Stone", &["bob@example.com"], &[]);
        key_of(&*journal, &ada).await;
        deliver(&*journal, "42", 1, Outcome::Failed).await;
        assert_eq!(recognition(&*journal, &bob).await, ("42".to_owned(), Recognition::Same));
        deliver(&*journal, "42", 2, Outcome::Created).await;
        assert_eq!(identify(&*journal, &ada).await, Identification::OtherPerson);
    }
}

#[tokio::test]
async fn a_contact_with_nothing_but_a_name_is_recognized_by_its_content() {
    for kept in Kept::all().await {
        let journal = kept.journal();
        let ada = contact(json!({"name": "Ada King"}));
        let key = key_of(&*journal, &ada).await;
        assert_eq!(key, unicontact::providers::contact_key(&ada));
        assert_eq!(key_of(&*journal, &ada).await, key);
        assert_ne!(key_of(&*journal, &contact(json!({"name": "Ada King", "title": "Countess"}))).await, key);
    }
}

fn contacts() -> impl Strategy<Value = UnifiedContact> {
    let names = prop::sample::select(vec!["Ada King", "King, Ada", "Bob Stone"]);
    let emails = prop::sample::subsequence(vec!["a@example.com", "b@example.com", "c@example.com"], 0..3);
    let phones = prop::sample::subsequence(vec!["+442079460123", "+442079460199"], 0..3);
    let ids = prop::option::weighted(0.4, prop::sample::select(vec!["1", "2", "3"]));
    (ids, names, emails.prop_shuffle(), phones)
        .prop_map(|(id, name, emails, phones)| person(id, name, &emails, &phones))
}

#[derive(Debug, Clone)]
struct Step {
    contact: UnifiedContact,
    outcome: Option<Outcome>,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let outcomes = prop::sample::select(vec![None, Some(Outcome::Created), Some(Outcome::Failed)]);
    let step = (contacts(), outcomes).prop_map(|(contact, outcome)| Step { contact, outcome });
    prop::collection::vec(step, 1..12)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// The journals write people in different ways, and answer the same.
    #[test]
    fn all_journals_agree(steps in steps()) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let answers = runtime.block_on(async {
            let mut answers = Vec::new();
            for kept in Kept::all().await {
                let journal = kept.journal();
                let mut answered = Vec::new();
                for (number, step) in (1..).zip(&steps) {
                    let answer = identify(&*journal, &step.contact).await;
                    if let (Identification::Person { contact, .. }, Some(outcome)) = (&answer, step.outcome) {
                        let claim = claim(contact, number);
                        if journal.claim(claim).await.unwrap() == ClaimOutcome::New {
                            let settlement = settlement(contact, Some(number), outcome);
                            settle(&*journal, settlement).await;
                        }
                    }
                    answered.push(answer);
                }
                answers.push(answered);
            }
            answers
        });
        for answered in &answers[1..] {
            prop_assert_eq!(answered, &answers[0]);
        }
    }
}

#[tokio::test]
async fn a_delivery_at_a_provider_that_is_not_asked_for_counts() {
    for kept in Kept::all().await {
        let journal = kept.journal();
        let deliver_elsewhere = async |contact: &str, number| {
            let key = DeliveryKey::from_contact_key("elsewhere", contact.to_owned());
            let claimed = journal.claim(Claim { key: key.clone(), ..claim(contact, number) }).await.unwrap();
            assert_eq!(claimed, ClaimOutcome::New);
            let settlement = settlement(contact, Some(number), Outcome::Created);
            settle(&*journal, Settlement { key, ..settlement }).await;
        };
        let ann = person(Some("42"), "Ann One", &["ann@example.com"], &[]);
        deliver_elsewhere(&key_of(&*journal, &ann).await, 1).await;
        let bob = person(Some("42"), "Bob Two", &["bob@example.com"], &[]);
        assert_eq!(identify(&*journal, &bob).await, Identification::OtherPerson);
        // Known by its content alone, and now with an id.
        let cyd = person(None, "Cyd Three", &[], &[]);
        let key = key_of(&*journal, &cyd).await;
        deliver_elsewhere(&key, 2).await;
        assert_eq!(key_of(&*journal, &person(Some("43"), "Cyd Three", &[], &[])).await, key);
        // Nobody was delivered under this id.
        assert_eq!(key_of(&*journal, &person(Some("44"), "Dee Four", &["dee@example.com"], &[])).await, "44");
        assert_eq!(key_of(&*journal, &person(Some("44"), "Eve Five", &["eve@example.com"], &[])).await, "44");
    }
}

#[tokio::test]
async fn a_question_that_registers_nobody_leaves_nothing() {
    for kept in Kept::all().await {
        let journal = kept.journal();
        let ada = person(Some("42"), "Ada King", &["ada@example.com"], &["+442079460123"]);
        let ask = async || {
            let identity = Identity::new(&ada, IdentifyBy::Identity, journal.identity_key().unwrap());
            let providers = ["acme".to_owned()].into();
            let request = IdentifyRequest { identity: identity.unwrap(), providers };
            journal.recognize(request).await.unwrap()
        };
        assert!(matches!(ask().await, Identification::Person { recognition: Recognition::New, .. }));
        let without = person(None, "Ada King", &["ada@example.com"], &[]);
        let (key, new) = recognition(&*journal, &without).await;
        assert_eq!(new, Recognition::New);
        assert_eq!(
            ask().await,
            Identification::Person {
                contact: key.clone(),
                recognition: Recognition::TookId,
                contradicts: false
            }
        );
        let recognized = recognition(&*journal, &without).await;
        assert_eq!(recognized, (key, Recognition::Same), "the id was not taken over");
    }
}

#[tokio::test]
async fn a_journal_keeps_the_method_by_which_people_are_recognized() {
    for mut kept in Kept::all().await {
        let is_kept = !matches!(kept, Kept::InMemory(_));
        assert_eq!(kept.journal().identify_by().await.unwrap(), None);
        for method in [IdentifyBy::Email, IdentifyBy::Identity] {
            kept.journal().set_identify_by(method).await.unwrap();
            kept.reopen().await;
            assert_eq!(kept.journal().identify_by().await.unwrap(), Some(method).filter(|_| is_kept));
        }
    }
}
