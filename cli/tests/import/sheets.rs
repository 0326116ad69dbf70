//! Imports of workbooks.

use crate::import::Office;
use crate::import::xlsx::Cell::{Empty, Number, Text};
use crate::import::xlsx::{Cell, Xlsx};

const HEADER: [Cell<'static>; 4] = [Text("External ID"), Text("Name"), Text("E-mail"), Text("Phone")];

fn people() -> Vec<u8> {
    let rows: [&[Cell<'_>]; 4] = [
        &HEADER,
        &[Number("1"), Text("Ada King"), Text("ada@example.com"), Empty],
        &[Number("2"), Text("Bo Ek"), Text("bo at example.com"), Empty],
        &[Number("3"), Text("Cy Low"), Text("cy@example.com"), Number("442079460123")],
    ];
    let notes: [&[Cell<'_>]; 1] = [&[Text("How to fill this in")]];
    Xlsx::default().sheet("Notes", &notes).sheet("People", &rows).bytes()
}

#[tokio::test]
async fn a_workbook_is_imported_and_its_rejects_are_corrected_as_csv() {
    let office = Office::new().await;
    let file = office.file("people.xlsx", people());
    let ended = office.import(&file, &[]).await.expect_code(1);
    assert!(ended.stderr.contains("sheet People, header in row 1"), "{ended:?}");
    assert!(ended.stderr.contains("people.xlsx:3 ("), "{ended:?}");
    assert_eq!((&ended.json()["read"], &ended.json()["rejects"]), (&3.into(), &1.into()));
    assert_eq!(office.held(), [2; 4]);
    let rejects = std::fs::read_to_string(office.path("people.xlsx.rejects.csv")).unwrap();
    let mended = office.file("mended.csv", rejects.replace(" at ", "@"));
    office.import(&mended, &[]).await.expect_code(0);
    assert_eq!(office.held(), [3; 4]);
}

#[tokio::test]
async fn a_workbook_is_planned_mapped_and_read_from_a_pipe() {
    let office = Office::new().await;
    let file = office.file("people.xlsx", people());
    let planned = office.import(&file, &["--dry-run"]).await.expect_code(1);
    assert_eq!(planned.json()["read"], 3);
    let map = office.program(&["import", "--suggest-map", &file]).run().await.expect_code(0);
    assert!(map.stdout.contains("\"E-mail\" = \"emails[0].address\""), "{map:?}");
    let map = office.file("map.toml", "[columns]\n\"E-mail\" = \"ignore\"\n");
    let ended = office.import(&file, &["--map", &map]).await.expect_code(0);
    assert_eq!(ended.json()["rejects"], 0);
    let piped =
        office.program(&["import", "-", "--format", "json"]).input(people()).run().await.expect_code(1);
    assert_eq!(piped.json()["read"], 3);
}

#[tokio::test]
async fn a_workbook_with_several_sheets_of_people_requires_a_sheet_name() {
    let office = Office::new().await;
    let row: [&[Cell<'_>]; 2] = [&HEADER, &[Number("1"), Text("Ada King"), Text("ada@example.com"), Empty]];
    let file = office.file("people.xlsx", Xlsx::default().sheet("2025", &row).sheet("2026", &row).bytes());
    let refused = office.import(&file, &[]).await.expect_usage_error();
    assert!(refused.stderr.contains(r#"name one with --sheet; there are \"2025\", \"2026\""#), "{refused:?}");
    assert_eq!(office.held(), [0; 4]);
    office.import(&file, &["--sheet", "2026"]).await.expect_code(0);
    assert_eq!(office.held(), [1; 4]);
    let csv = office.file("people.csv", "Name\nBo\n");
    let useless = office.import(&csv, &["--sheet", "2026"]).await.expect_usage_error();
    assert!(useless.stderr.contains("--sheet: no input is a workbook"), "{useless:?}");
}
