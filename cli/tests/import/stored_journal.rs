//! The journal that version 0.1.0 wrote, in `journal-0.1.0/`: two files imported, some answers lost on purpose, a third
//! file with every vendor down, and one create (`iot/99`) killed while its request was under way.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::import::{Office, VENDORS, count};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/import/journal-0.1.0");
const FILES: [&str; 3] = ["with-ids.csv", "without-ids.csv", "late.csv"];
/// The numbers of created deliveries, and of doubts after lost answers, per vendor.
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
async fn contacts_that_an_earlier_version_delivered_are_not_created_again() {
    let office = office().await;
    let (mut created, mut skipped, mut in_doubt) = ([0; 4], [0; 4], [0; 4]);
    for file in FILES {
        let summary = office.import(&stored(file), &[]).await.json();
        for (index, (_, provider)) in VENDORS.iter().enumerate() {
            created[index] += count(&summary, provider, "created");
            skipped[index] += count(&summary, provider, "skipped");
            in_doubt[index] += count(&summary, provider, "in_doubt");
        }
    }
    assert_eq!((skipped, in_doubt), (CREATED, IN_DOUBT));
    assert_eq!(office.held().map(|held| held as u64), created);
    // The deliveries of the third file had failed because every vendor was down.
    assert_eq!(created, [2; 4]);
}

#[tokio::test]
async fn a_create_that_an_earlier_version_left_under_way_stays_in_doubt() {
    let office = office().await;
    let create = ["create", &stored("k.json"), "--to", "iot", "--format", "json"];
    let ended = office.program(&create).run().await.expect_code(3);
    let delivery: &Value = &ended.json()["deliveries"][0];
    assert_eq!((&delivery["outcome"], &delivery["attempts"]), (&"in_doubt".into(), &0.into()));
    assert!(delivery["look_again_at"].is_string(), "{delivery}");
    assert_eq!(office.held(), [0; 4]);
}

#[tokio::test]
async fn people_whom_an_earlier_version_recorded_without_ids_are_recognized_in_an_edited_file() {
    let office = office().await;
    office.import(&stored("without-ids.csv"), &[]).await.expect_code(0);
    let rows = fs::read_to_string(stored("without-ids.csv")).unwrap();
    let edited =
        rows.replace("Köln", "Cologne").replace("JOHN SMITH", "John Smith").replace("juergen@", "Juergen@");
    let with_ids = edited.lines().enumerate().map(|(number, line)| match number {
        0 => format!("Contact ID,{line}\n"),
        _ => format!("w{number},{line}\n"),
    });
    let with_ids: String = with_ids.collect();
    for (name, rows) in [("edited.csv", edited.clone()), ("ids.csv", with_ids)] {
        let file = office.file(name, rows);
        let ended = office.import(&file, &[]).await.expect_code(0);
        assert_eq!(office.held(), [0; 4], "{name}: {ended:?}");
        assert_eq!(count(&ended.json(), "iot", "skipped"), 5, "{name}: {ended:?}");
    }
}

#[tokio::test]
async fn people_whom_an_earlier_version_recorded_without_ids_are_recognized_in_a_file_with_ids() {
    let office = office().await;
    let rows = fs::read_to_string(stored("without-ids.csv")).unwrap();
    let with_ids = rows.lines().enumerate().map(|(number, line)| match number {
        0 => format!("Contact ID,{line}\n"),
        _ => format!("w{number},{line}\n"),
    });
    let file = office.file("ids.csv", with_ids.collect::<String>());
    for _ in 0..2 {
        let ended = office.import(&file, &[]).await.expect_code(0);
        assert_eq!(office.held(), [0; 4], "{ended:?}");
    }
}

#[tokio::test]
async fn a_delivery_of_an_earlier_version_is_recognized_by_an_id_that_is_parsed_differently_now() {
    let office = office().await;
    let journal = rusqlite::Connection::open(office.path("unicontact.db")).unwrap();
    // The fingerprint of 0.1.0, whose bytes never change.
    let fingerprint = |id: &str, name: &str, email: &str| {
        let json = serde_json::json!({"external_id": id, "name": name, "emails": [email]});
        unicontact::providers::UnifiedContact::from_json(json).unwrap().fingerprint()
    };
    for (id, name, email) in
        [("42.0", "Ann One", "ann@example.com"), ("NULL", "Cyd Three", "cyd@example.com")]
    {
        let insert = "INSERT INTO deliveries (provider, contact, vendor, fingerprint, standing, id, attempts, by_person, changed_at) \
             VALUES ('iot', ?1, 'emnify', ?2, 'created', '9', 1, 0, 1764000000000)";
        journal.execute(insert, [id, &fingerprint(id, name, email)]).unwrap();
    }
    drop(journal);
    for (name, rows, held) in [
        ("float.csv", "Contact ID,Name,Email\n42.0,Ann One,ann@example.com\n", 0),
        ("whole.csv", "Contact ID,Name,Email\n42,Ann One,ann@example.com\n", 0),
    ] {
        let file = office.file(name, rows);
        office.import(&file, &["--to", "iot"]).await.expect_code(0);
        assert_eq!(office.held()[1], held, "{name}");
    }
    let file = office.file(
        "null.csv",
        "Contact ID,Name,Email\nNULL,Bob Two,bob@example.com\nNULL,Cyd Three,cyd@example.com\n",
    );
    for _ in 0..2 {
        let ended = office.import(&file, &["--to", "iot"]).await.expect_code(0);
        assert_eq!(office.names(unicontact_sandbox::Vendor::Emnify), ["Bob Two"], "{ended:?}");
    }
}

#[tokio::test]
async fn a_new_id_for_one_provider_creates_no_duplicate_at_another() {
    let office = office().await;
    let fingerprint =
        |json: Value| unicontact::providers::UnifiedContact::from_json(json).unwrap().fingerprint();
    let ada = fingerprint(serde_json::json!({"name": "Ada One", "emails": ["ada@example.com"]}));
    let bo = fingerprint(serde_json::json!({"name": "Bo Two"}));
    let journal = rusqlite::Connection::open(office.path("unicontact.db")).unwrap();
    for fingerprint in [&ada, &bo] {
        let insert = "INSERT INTO deliveries (provider, contact, vendor, fingerprint, standing, id, attempts, by_person, changed_at) \
             VALUES ('iot', 'sha256:' || ?1, 'emnify', ?1, 'created', '9', 1, 0, 1764000000000)";
        journal.execute(insert, [fingerprint]).unwrap();
    }
    drop(journal);
    let rows = "Contact ID,Name,Email\n42,Ada One,ada@example.com\n43,Bo Two,\n";
    let file = office.file("ids.csv", rows);
    for to in ["voice", "iot", "acme", "iot,voice"] {
        office.import(&file, &["--to", to]).await.expect_code(0);
    }
    assert_eq!(office.held(), [2, 0, 2, 0]);
}
