//! `unicontact deliveries export`: rows and columns, differences between providers, and the file.

use std::os::unix::fs::PermissionsExt;

use crate::hostile::{Answer, NO_KEYS, Reply, Script, StandIn, Vendor};
use crate::journal::Office;
use crate::journal::list::office;

#[tokio::test]
async fn an_export_that_cannot_be_written_says_what_to_do() {
    let (office, ..) = office(1).await;
    let full = office.deliveries(&["export", "--output", "/dev/full"]).await.expect_usage_error();
    insta::assert_snapshot!(full.stderr, @"error: /dev/full: the disk is full; make room, or name a file on another disk");
}

#[tokio::test]
async fn an_export_has_a_row_for_each_contact_and_a_column_for_each_provider() {
    let (office, ..) = office(2).await;
    let csv = office.deliveries(&["export"]).await.expect_code(0).stdout;
    let cell = |cell: &str| if cell.ends_with('Z') { "TIME".to_owned() } else { cell.to_owned() };
    let row = |line: &str| line.split(',').map(cell).collect::<Vec<_>>().join(",");
    insta::assert_snapshot!(csv.lines().map(row).collect::<Vec<_>>().join("\n"), @r"
    contact,external_id,name,email,onecloud_outcome,onecloud_id,onecloud_changed_at,onecloud_differs,onecloud_error,cloverhound_outcome,cloverhound_id,cloverhound_changed_at,cloverhound_differs,cloverhound_error
    1,1,Zoë Nr1,zoe1@example.com,created,9001,TIME,,,failed,,TIME,,permission_denied
    2,2,Zoë Nr2,zoe2@example.com,created,9001,TIME,,,failed,,TIME,,permission_denied
    ");
    let ndjson =
        office.deliveries(&["export", "--as", "ndjson", "--provider", "onecloud"]).await.expect_code(0);
    let lines = ndjson.json_lines();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0]["contact"], "1");
    assert_eq!(lines[0]["external_id"], "1");
    assert_eq!(lines[0]["deliveries"].as_array().unwrap().len(), 1);
    assert_eq!(lines[0]["deliveries"][0]["id"], Vendor::OneCloud.id());
    assert_eq!(lines[0]["deliveries"][0]["differs"], serde_json::json!([]));
    let path = office.journal().with_file_name("out.csv");
    let to_file = ["export", "--output", path.to_str().unwrap()];
    let ended = office.deliveries(&to_file).await.expect_code(0);
    assert!(ended.stderr.starts_with("2 contacts written to"), "{ended:?}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), csv);
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
}

#[tokio::test]
async fn an_export_names_fields_that_differ_between_providers_and_escapes_formulas() {
    let created = StandIn::start(Vendor::OneCloud, Script::always(Reply::Good)).await;
    let other = StandIn::start(Vendor::Cloverhound, Script::always(Reply::Answer(Answer::empty(403)))).await;
    let office =
        Office::new().with(Vendor::OneCloud, &created, NO_KEYS).with(Vendor::Cloverhound, &other, NO_KEYS);
    let create = |title: &'static str| {
        [
            "create",
            "--external-id",
            "=7",
            "--name",
            "@Ada",
            "--title",
            title,
            "--email",
            "a@example.com",
            "--format",
            "json",
        ]
    };
    office.program(&create("Countess")).run().await.expect_code(1);
    office.program(&create("Duchess")).run().await.expect_code(1);
    let ndjson = office.deliveries(&["export", "--as", "ndjson"]).await.expect_code(0).json();
    let differs = |provider: &str| {
        let deliveries = ndjson["deliveries"].as_array().unwrap();
        deliveries.iter().find(|it| it["provider"] == provider).unwrap()["differs"].clone()
    };
    assert_eq!(differs("onecloud"), serde_json::json!(["title"]));
    assert_eq!(differs("cloverhound"), serde_json::json!([]));
    let csv = office.deliveries(&["export"]).await.expect_code(0).stdout;
    assert!(csv.lines().nth(1).unwrap().starts_with("'=7,'=7,'@Ada,a@example.com,"), "{csv}");
}
