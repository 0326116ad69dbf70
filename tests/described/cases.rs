//! Single situations at the stand-ins.

use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream;
use serde_json::json;
use unicontact::bulk::Import;
use unicontact::{Delivery, Note, Outcome};
use unicontact_sandbox::{Faults, Vendor};

use super::office::Office;
use super::people::Person;

const LOST: &str = "[[fault]]\nwhat = \"reset_after_commit\"\n";
const NEVER_COMMITTED: &str = "[[fault]]\nwhat = \"reset_before_commit\"\n";
const HOUR: Duration = Duration::from_hours(1);
const VENDORS: [Vendor; 3] = [Vendor::HubSpot, Vendor::Salesforce, Vendor::Pipedrive];

fn ada() -> Person {
    Person::new(1, "Ada King", Some("ada@example.com"))
}

fn candidates(delivery: &Delivery) -> Vec<String> {
    let candidates = delivery.error.iter().flat_map(unicontact_providers::ProviderError::candidates);
    candidates.map(ToString::to_string).collect()
}

fn error_of(delivery: &Delivery) -> serde_json::Value {
    serde_json::to_value(delivery).unwrap()["error"].clone()
}

fn note_of(delivery: &Delivery) -> Option<&str> {
    delivery.note.as_ref().map(Note::as_str)
}

#[tokio::test]
async fn a_contact_without_an_email_address_needs_a_person_where_only_addresses_are_searched() {
    for vendor in [Vendor::HubSpot, Vendor::Salesforce] {
        let office = Office::start(vendor, LOST).await;
        let nameless = Person::new(1, "Ada King", None).with_phone("+442079460123");
        for _ in 0..3 {
            let delivery = office.deliver(&nameless).await;
            assert_eq!(delivery.outcome, Outcome::InDoubt, "{vendor:?}");
            assert_eq!((delivery.look_again_at, candidates(&delivery)), (None, vec![]), "{vendor:?}");
            office.advance(HOUR).await;
        }
        assert_eq!(office.creates(), 1, "{vendor:?}");
    }
}

#[tokio::test]
async fn an_import_with_waiting_ends_although_no_search_applies() {
    let office = Office::start(Vendor::HubSpot, LOST).await;
    let import = Import::new(office.another_run()).with_waiting();
    let nameless = Person::new(1, "Ada King", None).contact();
    let reports: Vec<_> = import.run(stream::iter([nameless])).collect().await;
    assert_eq!(reports[0].deliveries[0].outcome, Outcome::InDoubt);
}

#[tokio::test]
async fn a_contact_whose_create_was_dropped_is_sent_again_only_after_the_quiet_time() {
    for vendor in VENDORS {
        let office = Office::start(vendor, NEVER_COMMITTED).await;
        let first = office.deliver(&ada()).await;
        assert_eq!((first.outcome, office.creates()), (Outcome::InDoubt, 1), "{vendor:?}");
        assert!(first.look_again_at.is_some(), "{vendor:?}");
        office.sandbox.set_faults(Faults::default()).await;
        office.advance(Duration::from_mins(5)).await;
        assert_eq!((office.deliver(&ada()).await.outcome, office.creates()), (Outcome::InDoubt, 1));
        office.advance(HOUR).await;
        assert_eq!((office.deliver(&ada()).await.outcome, office.creates()), (Outcome::Created, 2));
        assert_eq!(office.held()[&1].len(), 1, "{vendor:?}");
    }
}

#[tokio::test]
async fn a_lag_that_is_longer_than_the_settle_delay_leaves_a_doubt_that_a_later_run_ends() {
    let office = Office::start(Vendor::Pipedrive, LOST).await;
    let first = office.deliver(&ada()).await;
    assert_eq!((first.outcome, first.attempts), (Outcome::InDoubt, 1), "ten seconds are not over");
    office.advance(Duration::from_mins(2)).await;
    let second = office.deliver(&ada()).await;
    assert_eq!((second.outcome, second.attempts), (Outcome::Created, 0));
    assert_eq!(second.id.unwrap().as_str(), office.held()[&1][0].id);
    assert_eq!(office.creates(), 1);
}

#[tokio::test]
async fn somebody_else_at_the_address_is_a_candidate_and_not_the_contact() {
    for vendor in [Vendor::Salesforce, Vendor::Pipedrive] {
        let office = Office::start(vendor, "").await;
        let first = office.deliver(&Person::new(2, "Bo King", Some("ada@example.com"))).await;
        office.sandbox.set_faults(Faults::from_toml(NEVER_COMMITTED).unwrap()).await;
        office.advance(HOUR).await;
        for _ in 0..2 {
            let delivery = office.deliver(&ada()).await;
            assert_eq!(delivery.outcome, Outcome::InDoubt, "{vendor:?}");
            assert_eq!(candidates(&delivery), [first.id.as_ref().unwrap().to_string()], "{vendor:?}");
            office.advance(HOUR).await;
        }
        assert_eq!(office.creates(), 2, "{vendor:?}");
    }
}

#[tokio::test]
async fn a_namesake_with_the_same_address_and_another_number_is_a_candidate() {
    for vendor in VENDORS {
        let office = Office::start(vendor, "").await;
        let parent = office.deliver(&Person { mark: 2, ..ada() }.with_phone("+442079460102")).await;
        office.sandbox.set_faults(Faults::from_toml(NEVER_COMMITTED).unwrap()).await;
        office.advance(HOUR).await;
        let child = office.deliver(&ada().with_phone("+442079460101")).await;
        assert_eq!(child.outcome, Outcome::InDoubt, "{vendor:?}: {child:?}");
        assert_eq!(candidates(&child), [parent.id.unwrap().to_string()], "{vendor:?}");
    }
}

#[tokio::test]
async fn a_conflict_with_somebody_else_is_a_rejection_that_names_them() {
    for (vendor, faults) in
        [(Vendor::HubSpot, ""), (Vendor::Salesforce, "[[fault]]\nwhat = \"duplicate_rule\"\n")]
    {
        let office = Office::start(vendor, faults).await;
        let bo = office.deliver(&Person::new(2, "Bo Two", Some("ada@example.com"))).await;
        let refused = office.deliver(&ada()).await;
        let error = error_of(&refused);
        assert_eq!((refused.outcome, &refused.id), (Outcome::Rejected, &None), "{vendor:?}");
        assert_eq!(
            (&error["kind"], &error["existing_id"]),
            (&json!("already_exists"), &json!(bo.id.unwrap().as_str())),
            "{vendor:?}"
        );
        assert!(error["message"].as_str().unwrap().contains("another person"), "{vendor:?}: {error}");
    }
}

#[tokio::test]
async fn a_conflict_with_the_same_person_is_compared() {
    for (vendor, faults) in
        [(Vendor::HubSpot, ""), (Vendor::Salesforce, "[[fault]]\nwhat = \"duplicate_rule\"\n")]
    {
        let office = Office::start(vendor, faults).await;
        let first = office.deliver(&Person { mark: 2, name: "ADA KING".to_owned(), ..ada() }).await;
        let second = office.deliver(&ada()).await;
        assert_eq!((second.outcome, &second.id), (Outcome::Existing, &first.id), "{vendor:?}");
        assert_eq!(note_of(&second), None, "{vendor:?}: it was compared");
    }
}

#[tokio::test]
async fn a_match_that_is_no_contact_has_no_id() {
    let office = Office::start(Vendor::Salesforce, "[[fault]]\nwhat = \"duplicate_rule\"\n").await;
    let lead = unicontact_sandbox::accounts::salesforce::LEAD_EMAIL;
    let refused = office.deliver(&Person::new(1, "Ada King", Some(lead))).await;
    assert_eq!((refused.outcome, &refused.id), (Outcome::Rejected, &None));
    assert_eq!(error_of(&refused)["existing_id"], json!(null));
    assert_eq!(office.held().len(), 0);
}

#[tokio::test]
async fn a_contact_in_another_form_is_found() {
    for vendor in VENDORS {
        for form in [
            "case = \"upper\"",
            "case = \"title\"",
            "max_length = 24",
            "phones = \"national\"",
            "phones = \"digits\"",
        ] {
            let faults = format!("[[fault]]\nwhat = \"normalizes\"\n{form}\n{LOST}");
            let office = Office::start(vendor, &faults).await;
            let person = Person::new(1, "  ada   von\u{a0}Lovelace-Byron-King", Some("Ada@Example.com"));
            let person = person.with_phone("+442079460123");
            let first = office.deliver(&person).await;
            office.advance(Duration::from_mins(2)).await;
            let second = office.deliver(&person).await;
            let created = [first, second].iter().filter(|it| it.outcome == Outcome::Created).count();
            assert_eq!((created, office.creates()), (1, 1), "{vendor:?} with {form}");
        }
    }
}

#[tokio::test]
async fn a_token_that_expires_in_the_middle_is_renewed_for_creates_and_searches() {
    let faults = "[[fault]]\nwhat = \"token_expiry\"\nuses = 1\n[[fault]]\nwhat = \"status\"\nstatus = 500\nafter_commit = true\nevery = 3\n";
    let office = Office::start(Vendor::Salesforce, faults).await;
    let people: Vec<Person> = (0..8)
        .map(|mark| Person::new(mark, &format!("Ada Unit{mark}"), Some(&format!("a{mark}@example.com"))))
        .collect();
    let mut created = 0;
    for _ in 0..4 {
        let deliveries = office.run(&people, 1).await;
        created += deliveries.iter().filter(|it| it.outcome == Outcome::Created).count();
        office.advance(HOUR).await;
    }
    assert_eq!(created, 8);
    assert_eq!(office.held().len(), 8);
    let requests = office.sandbox.requests(Vendor::Salesforce);
    assert!(requests.iter().filter(|request| request.status == 401).count() >= 8, "{requests:?}");
}
