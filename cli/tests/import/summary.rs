//! The summary and the report of an import: the summary is one JSON object in the documented form, and the report has
//! one object per contact.

use serde_json::{Value, json};

use crate::import::{Office, VENDORS, count, people};

#[tokio::test]
async fn every_row_goes_to_every_vendor_and_a_second_run_sends_nothing() {
    let office = Office::new().await;
    let file = office.file("people.csv", people(300));
    let first = office.import(&file, &[]).await.expect_code(0);
    let all = json!({"created": 300, "existing": 0, "rejected": 0, "failed": 0, "in_doubt": 0, "skipped": 0, "pending": 0});
    let expected = json!({"read": 300, "rejects": 0,
        "providers": {"acme": all, "iot": all, "voice": all, "jakarta": all}});
    assert_eq!(first.json(), expected);
    assert!(
        first.stdout.starts_with(r#"{"read":300,"rejects":0,"providers":{"acme":{"created":300,"#),
        "{first:?}"
    );
    assert_eq!(office.held(), [300; 4]);
    let second = office.import(&file, &[]).await.expect_code(0).json();
    for (_, provider) in VENDORS {
        assert_eq!(count(&second, provider, "skipped"), 300, "{second}");
    }
    assert_eq!(office.held(), [300; 4]);
}

#[tokio::test]
async fn human_output_shows_the_columns_and_a_table() {
    let office = Office::new().await;
    let file = office.file("people.csv", people(3));
    let ended = office.program(&["import", &file]).run().await.expect_code(0);
    assert!(ended.stderr.contains("E-mail      → emails[0].address"), "{ended:?}");
    insta::assert_snapshot!(ended.stdout, @r"
    3 rows: 3 contacts

     provider  created
     acme            3
     iot             3
     voice           3
     jakarta         3
    ");
}

#[tokio::test]
async fn the_report_has_a_line_per_contact_in_the_form_of_create() {
    let office = Office::new().await;
    let file = office.file("people.csv", people(20));
    let report = office.path("report.ndjson");
    office.import(&file, &["--report", &report.display().to_string()]).await.expect_code(0);
    let text = std::fs::read_to_string(&report).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 20);
    let create = ["create", "--name", "Someone Else", "--format", "json"];
    let created = office.program(&create).run().await.expect_code(0).json();
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let mut numbers: Vec<u64> = lines.iter().map(|line| line["line"].as_u64().unwrap()).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (2..22).collect::<Vec<_>>());
    for line in &lines {
        let external_id = line.get("external_id").and_then(Value::as_str);
        let name = external_id.map_or("Person 0".to_owned(), |id| format!("Person {id}"));
        assert_eq!(line["name"], name, "{line}");
        let known = ["contact", "deliveries", "external_id", "line", "name"];
        assert!(keys(line).iter().all(|key| known.contains(&key.as_str())), "{line}");
        assert_eq!(keys(&created), ["contact", "deliveries"]);
        assert_eq!(keys(&line["deliveries"][0]), keys(&created["deliveries"][0]));
        assert_eq!(line["deliveries"].as_array().unwrap().len(), 4);
    }
    // 0 is not an id: a hash identifies the first contact.
    let keys = lines.iter().map(|line| line["contact"].as_str().unwrap());
    let (hashes, ids): (Vec<&str>, Vec<&str>) = keys.partition(|key| key.starts_with("sha256:"));
    let mut ids: Vec<u64> = ids.iter().map(|id| id.parse().unwrap()).collect();
    ids.sort_unstable();
    assert_eq!((hashes.len(), ids), (1, (1..20).collect()));
}

#[tokio::test]
async fn a_repeated_contact_is_sent_once_and_reported() {
    let office = Office::new().await;
    let file =
        office.file("people.csv", format!("{0}5,Another Name,p5@example.com,\n7,Person 7,,\n", people(10)));
    let ended = office.import(&file, &[]).await.expect_code(0);
    assert!(ended.stderr.contains("2 rows repeat earlier rows of the input"), "{ended:?}");
    assert_eq!(count(&ended.json(), "voice", "created"), 10);
    assert_eq!(count(&ended.json(), "voice", "skipped"), 2);
    assert_eq!(office.held(), [10; 4]);
}

#[tokio::test]
async fn again_resends_delivered_contacts() {
    let office = Office::new().await;
    let file = office.file("people.csv", people(5));
    office.import(&file, &["--to", "voice"]).await.expect_code(0);
    office.import(&file, &["--to", "voice", "--again"]).await.expect_code(0);
    assert_eq!(office.held(), [0, 0, 10, 0]);
}

#[tokio::test]
async fn a_dry_run_counts_sends_nothing_and_creates_no_journal() {
    let office = Office::new().await;
    let file = office.file("people.csv", format!("{},Nobody to call,x@example.com,\n", people(30)));
    let summary = office.import(&file, &["--dry-run"]).await.expect_code(0).json();
    assert_eq!(summary["read"], 31);
    assert_eq!(summary["providers"]["iot"]["accepted"], 31, "{summary}");
    assert!(VENDORS.iter().all(|(vendor, _)| office.sandbox.requests(*vendor).is_empty()));
    assert!(!office.path("unicontact.db").exists());
}

#[tokio::test]
async fn a_dry_run_reports_losses_and_refusals_without_contact_data() {
    let office = Office::new().await.setting("on_loss = \"reject\"");
    let contacts = "{\"name\": \"Ada King\", \"notes\": \"Countess\"}\n{\"name\": \"Bo Ek\", \"custom\": {\"shoe\": \"38\"}}\n";
    let file = office.file("people.ndjson", contacts);
    let ended = office.import(&file, &["--dry-run"]).await.expect_code(1);
    assert!(!format!("{ended:?}").contains("Countess"), "{ended:?}");
    let providers = &ended.json()["providers"];
    assert_eq!(providers["voice"]["refused"], 1, "{providers}");
    assert_eq!(providers["jakarta"]["refused"], 2, "{providers}");
    let allowing = Office::new().await;
    let file = allowing.file("people.ndjson", contacts);
    let providers = allowing.import(&file, &["--dry-run"]).await.expect_code(0).json()["providers"].clone();
    assert_eq!(providers["jakarta"]["losses"]["notes"], 1, "{providers}");
}
