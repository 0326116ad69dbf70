//! Journals of earlier versions: they are migrated completely or not at all.

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use unicontact::Outcome;
use unicontact::identity::{Identification, IdentifyBy, Identity};
use unicontact::journal::{
    ClaimOutcome, IdentifyRequest, Journal, JournalErrorKind, Record, RecordState, Selection, SqliteJournal,
};
use unicontact::providers::{DeliveryKey, UnifiedContact};

use crate::journal::bench::claim;

/// A journal of version 6: contacts with and without ids, delivered, in doubt, failed, and resolved by a person.
const VERSION_6: &str = include_str!("version_6.sql");
const BO: &str = "sha256:8d67990f68442e0091a17a13ab3774bc";

pub(crate) fn version_6() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("unicontact.db");
    Connection::open(&path).unwrap().execute_batch(VERSION_6).unwrap();
    (folder, path)
}

fn version_of(path: &Path) -> i64 {
    Connection::open(path).unwrap().query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap()
}

fn summary(record: &Record) -> (u64, String, Outcome, bool, bool) {
    let Record { number, key, by_person, content, .. } = record;
    (*number, key.to_string(), record.outcome(), *by_person, content.is_some())
}

async fn person(journal: &SqliteJournal, id: Option<&str>, name: &str, email: &str) -> String {
    let contact = serde_json::json!({"external_id": id, "name": name, "emails": [email]});
    let contact: UnifiedContact = serde_json::from_value(contact).unwrap();
    let key = journal.identity_key().unwrap();
    let identity = Identity::new(&contact, IdentifyBy::Identity, key).unwrap();
    let request = IdentifyRequest { identity, providers: [].into() };
    match journal.recognize(request).await.unwrap() {
        Identification::Person { contact, .. } => contact,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_journal_of_version_6_keeps_its_records_people_and_stories() {
    let (_folder, path) = version_6();
    let journal = SqliteJournal::open(&path).unwrap();
    let records = journal.list(&Selection::default()).await.unwrap();
    let found: Vec<_> = records.iter().map(summary).collect();
    let bo = |provider: &str| format!("{provider}/{BO}");
    let cyd = "acme/sha256:3f33faf685f58bb4d02e464d8f69a4d3".to_owned();
    assert_eq!(
        found,
        [
            (1, "acme/42".to_owned(), Outcome::Created, false, false),
            (2, bo("acme"), Outcome::InDoubt, false, true),
            (3, cyd, Outcome::InDoubt, false, true),
            (4, bo("away"), Outcome::Failed, false, true),
            (5, "acme/8".to_owned(), Outcome::InDoubt, false, true),
            (6, "away/8".to_owned(), Outcome::Pending, true, true),
        ]
    );
    assert!(records.iter().all(|record| record.digest.is_some() && record.run.is_some()));
    assert_eq!(records[0].id.as_ref().unwrap().as_str(), "5f0c7a11-2b3d-4e5f-8a6b-000000000001");
    let again = journal.claim(unicontact::journal::Claim { key: records[0].key.clone(), ..claim("42", 7) });
    assert!(matches!(again.await.unwrap(), ClaimOutcome::Done(_)));

    assert_eq!(person(&journal, None, "Bo Two", "bo@example.com").await, BO);
    assert_eq!(person(&journal, Some("7"), "Bo Two", "bo@example.com").await, BO);
    assert_eq!(person(&journal, Some("42"), "Ada King", "ada@example.com").await, "42");
    assert_eq!(person(&journal, Some("9"), "Eve Five", "eve@example.com").await, "9");

    let story = journal.story(&DeliveryKey::from_contact_key("away", "8".to_owned())).await.unwrap();
    assert!(story.entries.len() > 1 && !story.runs.is_empty());
    let of = async |search: Selection| journal.list(&search).await.unwrap().len();
    assert_eq!(of(Selection { search: Some("cyd".to_owned()), ..Selection::default() }).await, 1);
    assert_eq!(of(Selection { person: Some("ada@example.com".to_owned()), ..Selection::default() }).await, 1);
    drop(journal);
    assert_eq!(SqliteJournal::check(&path).unwrap().defects, []);
    let journal = SqliteJournal::open(&path).unwrap();
    let state = journal.look(&records[1].key).await.unwrap().unwrap().state;
    assert_eq!(state, RecordState::Settled(Outcome::InDoubt));
}

/// A migration is one transaction: what ends it in the middle leaves the file as it was.
#[tokio::test]
async fn a_migration_that_fails_in_the_middle_changes_nothing() {
    let (_folder, path) = version_6();
    let execute = |statement: &str| Connection::open(&path).unwrap().execute_batch(statement).unwrap();
    execute("UPDATE deliveries SET unresolved = '{' || coalesce(unresolved, '') WHERE number = 6");
    assert_eq!(SqliteJournal::open(&path).unwrap_err().kind(), JournalErrorKind::Corrupt);
    assert_eq!(version_of(&path), 6);
    execute("UPDATE deliveries SET unresolved = nullif(substr(unresolved, 2), '') WHERE number = 6");
    let journal = SqliteJournal::open(&path).unwrap();
    assert_eq!(journal.list(&Selection::default()).await.unwrap().len(), 6);
    drop(journal);
    assert_eq!(SqliteJournal::check(&path).unwrap().defects, []);
}
