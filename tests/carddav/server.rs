//! The adapter at a real server: created, repeated, refused, found and checked.

use serde_json::json;
use unicontact::providers::{
    ContactProvider, DeliveryKey, ErrorKind, FindOutcome, FindRequest, UnifiedContact,
};
use unicontact::{Outcome, Report};

use super::{BOOK, Office, ada, contact};

async fn find(office: &Office, contact: &UnifiedContact) -> FindOutcome {
    let key = DeliveryKey::new("book", contact);
    office.adapter(BOOK, &office.server.key).find(&FindRequest::new(contact, &key)).await.unwrap()
}

fn outcome(report: &Report) -> Outcome {
    report.deliveries[0].outcome
}

#[tokio::test]
async fn a_contact_is_created_as_it_was_sent_and_found_again() {
    let office = Office::start();
    let notes = "Met, in Turin; <b> & \\ \"quoted\"\nsecond line";
    let document = json!({"name": "Ada King", "emails": ["ada@example.com"], "phones": ["+442079460123"], "notes": notes});
    let contact = contact(document);
    let report = office.client().create(contact.clone()).await;
    assert_eq!(outcome(&report), Outcome::Created, "{report:?}");
    let cards = office.cards();
    assert_eq!(cards.len(), 1);
    assert_eq!((&cards[0]["FN"], &cards[0]["EMAIL"]), (&json!("Ada King"), &json!("ada@example.com")));
    assert_eq!((&cards[0]["TEL"], &cards[0]["NOTE"]), (&json!("+442079460123"), &json!(notes)));
    let id = report.deliveries[0].id.clone().unwrap();
    assert_eq!(id.as_str(), format!("{}.vcf", cards[0]["UID"].as_str().unwrap()));
    assert_eq!(find(&office, &contact).await, FindOutcome::Found(id));
}

#[tokio::test]
async fn a_search_tells_namesakes_and_strangers_apart() {
    let office = Office::start();
    let report = office.client().create(ada()).await;
    let id = report.deliveries[0].id.clone().unwrap();
    let namesake = contact(json!({"name": "Ada King", "emails": ["other@example.com"]}));
    assert_eq!(find(&office, &namesake).await, FindOutcome::Unclear { candidates: vec![id] });
    let stranger = contact(json!({"name": "Bo <Two> & Sons", "emails": ["bo@example.com"]}));
    assert_eq!(find(&office, &stranger).await, FindOutcome::Nothing);
}

#[tokio::test]
async fn a_create_that_is_repeated_without_a_journal_returns_the_first_card() {
    let office = Office::start();
    let first = office.client().create(ada()).await;
    std::fs::remove_file(office.folder().join("carddav.db")).unwrap();
    let second = office.client().create(ada()).await;
    assert_eq!((outcome(&first), outcome(&second)), (Outcome::Created, Outcome::Existing), "{second:?}");
    assert_eq!(first.deliveries[0].id, second.deliveries[0].id);
    assert_eq!(second.deliveries[0].note, None, "the card was read and compared");
    assert_eq!(office.cards().len(), 1);
}

#[tokio::test]
async fn equal_creates_at_the_same_time_make_one_card() {
    let office = Office::start();
    let adapter = office.adapter(BOOK, &office.server.key);
    let mut draft = adapter.draft(&ada()).unwrap();
    draft.set_idempotency_key(|_| "0123".to_owned());
    let attempts = (0..8).map(|_| async {
        let permit = unicontact::providers::SendPermit::default();
        unicontact::providers::attempt(&adapter, &draft, &permit).await.unwrap()
    });
    let created = futures_util::future::join_all(attempts).await;
    assert_eq!(created.iter().filter(|created| !created.existing).count(), 1, "{created:?}");
    assert!(created.iter().all(|created| created.id.as_str() == "0123.vcf"));
    assert_eq!(office.cards().len(), 1);
}

#[tokio::test]
async fn a_wrong_password_is_unauthenticated_and_a_wrong_book_is_not_found() {
    let office = Office::start();
    let key = &office.server.key;
    office.adapter(BOOK, key).check().await.unwrap();
    for (book, password, expected) in [
        (BOOK, "wrong", ErrorKind::Unauthenticated),
        ("admin/nothing", key, ErrorKind::NotFound),
        ("somebody/contacts", key, ErrorKind::PermissionDenied),
    ] {
        let adapter = office.adapter(book, password);
        let checked = adapter.check().await.unwrap_err();
        let mut draft = adapter.draft(&ada()).unwrap();
        draft.set_idempotency_key(|_| "0123".to_owned());
        let permit = unicontact::providers::SendPermit::default();
        let refused = unicontact::providers::attempt(&adapter, &draft, &permit).await.unwrap_err();
        assert_eq!((checked.kind(), refused.kind()), (expected, expected), "{book}: {checked}; {refused}");
    }
    assert!(office.cards().is_empty());
}
