//! Recognizing people: all journals give the same answers.

use proptest::prelude::*;
use serde_json::{Value, json};
use unicontact::Outcome;
use unicontact::identity::{Identification, IdentifyBy, Identity};
use unicontact::journal::{ClaimOutcome, IdentifyRequest, Journal};
use unicontact::providers::UnifiedContact;

use crate::journal::bench::{Kept, claim, settle, settlement};

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

    #[test]
    fn all_journals_identify_people_alike(steps in steps()) {
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
async fn a_journal_keeps_the_method_by_which_people_are_recognized() {
    for mut kept in Kept::all().await {
        assert_eq!(kept.journal().identify_by().await.unwrap(), None);
        for method in [IdentifyBy::Email, IdentifyBy::Identity] {
            kept.journal().set_identify_by(method).await.unwrap();
            kept.reopen().await;
            assert_eq!(kept.journal().identify_by().await.unwrap(), Some(method));
        }
    }
}
