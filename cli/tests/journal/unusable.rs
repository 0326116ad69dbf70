//! Journals that cannot be used: the message names the file, and nothing is sent.

use crate::hostile::{NO_KEYS, Reply, Script, StandIn, Vendor};
use crate::journal::{Office, delivery, outcomes};

async fn expect_refusal(journal: &str, words: &str, prepare: impl FnOnce(&Office)) {
    let stand_in = StandIn::start(Vendor::Cloverhound, Script::always(Reply::Good)).await;
    let office = Office::new().with(Vendor::Cloverhound, &stand_in, NO_KEYS);
    prepare(&office);
    let path = journal.replace("FOLDER", &office.folder.path().display().to_string());
    let create = office.program_with(&path, &["create", "--name", "Ada King"]);
    let ended = create.run().await.expect_usage_error();
    assert!(ended.stderr.contains(&path) && ended.stderr.contains(words), "{}", ended.stderr);
    assert!(!ended.stderr.contains("Ada"), "{}", ended.stderr);
    assert!(stand_in.received().is_empty(), "something was sent");
}

#[tokio::test]
async fn a_folder_without_write_permission_is_an_error() {
    expect_refusal("/proc/unicontact.db", "cannot be written", |_| {}).await;
    expect_refusal("FOLDER/missing/unicontact.db", "the journal's folder does not exist; make it", |_| {})
        .await;
    expect_refusal("FOLDER", "cannot be written", |_| {}).await;
}

#[tokio::test]
async fn a_file_that_is_no_journal_is_an_error() {
    let notes = |office: &Office| std::fs::write(office.journal(), "my notes\n".repeat(500)).unwrap();
    expect_refusal("FOLDER/unicontact.db", "not a journal", notes).await;
}

#[tokio::test]
async fn a_damaged_journal_is_an_error() {
    let stand_in = StandIn::start(Vendor::Cloverhound, Script::always(Reply::Good)).await;
    let office = Office::new().with(Vendor::Cloverhound, &stand_in, NO_KEYS);
    office.create(&[]).await.expect_code(0);
    // Damage of a free page harms nothing.
    rusqlite::Connection::open(office.journal()).unwrap().execute_batch("VACUUM").unwrap();
    let mut bytes = std::fs::read(office.journal()).unwrap();
    bytes[4096..4160].fill(0xA5);
    let damaged = |office: &Office| std::fs::write(office.journal(), bytes).unwrap();
    expect_refusal("FOLDER/unicontact.db", "damaged", damaged).await;
}

/// Simulates a full disk: no file may grow beyond 40 KiB.
#[cfg(unix)]
#[tokio::test]
async fn a_full_disk_is_an_error() {
    let stand_in = StandIn::start(Vendor::Cloverhound, Script::always(Reply::Good)).await;
    let office = Office::new().with(Vendor::Cloverhound, &stand_in, NO_KEYS);
    office.create(&[]).await.expect_code(0);
    let notes = "a long story ".repeat(9000);
    let create =
        ["create", "--external-id", "43", "--name", "Ada King", "--notes", &notes, "--format", "json"];
    let ended = office.program(&create).with_file_size_limit("40").run().await.expect_code(1);
    assert_eq!(delivery(&ended)["outcome"], "failed", "{ended:?}");
    let error = &delivery(&ended)["error"];
    assert_eq!((&error["kind"], &error["effect"]), (&"config".into(), &"not_sent".into()));
    let message = error["message"].as_str().unwrap();
    assert!(message.contains("unicontact.db") && message.contains("journal"), "{message}");
    let hint = error["hint"].as_str().unwrap();
    assert!(hint.contains("journal") && !hint.contains("configuration"), "{hint}");
    assert_eq!(stand_in.creates(), 1);
    assert_eq!(outcomes(&office.create(&[]).await.expect_code(0)), ["skipped"], "the rest is sound");
}

#[tokio::test]
async fn deliveries_commands_fail_without_a_journal_and_create_none() {
    let stand_in = StandIn::start(Vendor::Cloverhound, Script::always(Reply::Good)).await;
    let office = Office::new().with(Vendor::Cloverhound, &stand_in, NO_KEYS);
    let ended = office.deliveries(&["list"]).await.expect_usage_error();
    assert!(ended.stderr.contains("no journal yet"), "{}", ended.stderr);
    assert!(!office.journal().exists());
    let off = office.program_with("off", &["deliveries", "list"]).run().await.expect_usage_error();
    assert!(off.stderr.contains("journal is off"), "{}", off.stderr);
}
