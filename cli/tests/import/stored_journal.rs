//! The journal that version 0.1.0 wrote, in `journal-0.1.0/`: two files imported, some answers lost on purpose, a third
//! file with every vendor down, and one create (`iot/99`) killed while its request was under way.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::{Office, VENDORS, count};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/import/journal-0.1.0");
const FILES: [&str; 3] = ["with-ids.csv", "without-ids.csv", "late.csv"];
/// How many deliveries of each vendor the journal holds as created, and as in doubt after an answer that was lost.
const CREATED: [u64; 4] = [9, 10, 7, 6];
const IN_DOUBT: [u64; 4] = [0, 0, 2, 3];

fn stored(name: &str) -> String {
    Path::new(FOLDER).join(name).display().to_string()
}

async fn office() -> Office {
    let office = Office::new().await.setting("default_region = \"GB\"");
    fs::copy(stored("unicontact.db"), office.path("unicontact.db")).unwrap();
    office
}

#[tokio::test]
async fn nobody_is_created_again_whom_the_journal_of_an_earlier_version_says_was_delivered() {
    let office = office().await;
    let (mut created, mut skipped, mut in_doubt) = ([0; 4], [0; 4], [0; 4]);
    for file in FILES {
        let summary = office.import(&stored(file), &[]).await.json();
        for (place, (_, provider)) in VENDORS.iter().enumerate() {
            created[place] += count(&summary, provider, "created");
            skipped[place] += count(&summary, provider, "skipped");
            in_doubt[place] += count(&summary, provider, "in_doubt");
        }
    }
    assert_eq!((skipped, in_doubt), (CREATED, IN_DOUBT));
    assert_eq!(office.held().map(|held| held as u64), created);
    // Those of the third file had failed, since every vendor was down.
    assert_eq!(created, [2; 4]);
}

#[tokio::test]
async fn a_create_that_an_earlier_version_left_under_way_is_looked_for_and_waits() {
    let office = office().await;
    let create = ["create", &stored("k.json"), "--to", "iot", "--format", "json"];
    let ended = office.program(&create).run().await.expect_code(3);
    let delivery: &Value = &ended.json()["deliveries"][0];
    assert_eq!((&delivery["outcome"], &delivery["attempts"]), (&"in_doubt".into(), &0.into()));
    assert!(delivery["look_again_at"].is_string(), "{delivery}");
    assert_eq!(office.held(), [0; 4]);
}
