//! When the pages of the journal are checked: after a killed run and by `deliveries check`, not by commands that only read.

use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

use rusqlite::Connection;

use crate::hostile::{NO_KEYS, Reply, Script, StandIn, Vendor};
use crate::journal::Office;

/// Damages the page of an index that no create reads. The file keeps its size and the time of its last change, as when a disk loses
/// a page.
fn damage(journal: &Path) {
    let root = "SELECT rootpage FROM sqlite_schema WHERE name = 'people_with_later_id'";
    let page: u32 = Connection::open(journal).unwrap().query_row(root, [], |row| row.get(0)).unwrap();
    let changed_at = fs::metadata(journal).unwrap().modified().unwrap();
    let mut file = File::options().write(true).open(journal).unwrap();
    file.seek(SeekFrom::Start(u64::from(page - 1) * 4096)).unwrap();
    file.write_all(&[0xA5; 64]).unwrap();
    file.set_modified(changed_at).unwrap();
}

/// Returns an office with a journal that was closed cleanly.
async fn office() -> (StandIn, Office) {
    let stand_in = StandIn::start(Vendor::Cloverhound, Script::always(Reply::Good)).await;
    let office = Office::new().with(Vendor::Cloverhound, &stand_in, NO_KEYS);
    office.import(1..20).await.expect_code(0);
    (stand_in, office)
}

async fn kill_during_a_create(office: &Office) {
    let stand_in = StandIn::start(Vendor::Cloverhound, Script::always(Reply::Hang)).await;
    let killed = Office::new().with(Vendor::Cloverhound, &stand_in, NO_KEYS);
    let create = ["create", "--external-id", "43", "--name", "Ada King"];
    let running = killed.program_with(&office.journal().display().to_string(), &create).start().await;
    stand_in.wait_for_create().await;
    running.kill().await;
}

#[tokio::test]
async fn a_command_that_sends_checks_the_journal_after_a_killed_one() {
    let (stand_in, office) = office().await;
    damage(&office.journal());
    // The last run ended cleanly, so that this one finds no damage until it is killed.
    kill_during_a_create(&office).await;
    let creates = stand_in.creates();
    let ended = office.create(&[]).await.expect_usage_error();
    assert!(ended.stderr.contains("the journal is damaged; restore it from a copy"), "{}", ended.stderr);
    assert_eq!(stand_in.creates(), creates, "something was sent");
}

#[tokio::test]
async fn a_killed_run_does_not_stop_the_next_one() {
    let (_stand_in, office) = office().await;
    kill_during_a_create(&office).await;
    office.create(&[]).await.expect_code(0);
    let shown = office.show("cloverhound/43").await;
    assert_eq!(shown["outcome"], "in_doubt");
}

#[tokio::test]
async fn the_check_finds_a_damaged_page() {
    let (_stand_in, office) = office().await;
    let sound = office.deliveries(&["check"]).await.expect_code(0);
    assert!(sound.stdout.ends_with("unicontact.db: 19 deliveries, no damage\n"), "{}", sound.stdout);
    let json = office.deliveries(&["check", "--format", "json"]).await.expect_code(0).json();
    assert_eq!(json, serde_json::json!({"deliveries": 19, "defects": []}));
    damage(&office.journal());
    let ended = office.deliveries(&["check"]).await.expect_usage_error();
    assert!(ended.stderr.contains("unicontact.db: the journal is damaged"), "{}", ended.stderr);
}

#[tokio::test]
async fn the_check_creates_no_journal() {
    let stand_in = StandIn::start(Vendor::Cloverhound, Script::always(Reply::Good)).await;
    let office = Office::new().with(Vendor::Cloverhound, &stand_in, NO_KEYS);
    let ended = office.deliveries(&["check"]).await.expect_usage_error();
    assert!(ended.stderr.contains("there is no journal yet"), "{}", ended.stderr);
    assert!(!office.journal().exists());
}
