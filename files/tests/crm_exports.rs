//! Tests of the whole exports of CRMs.
use unicontact_files::{ContactReader, ReadOptions, open};
fn reading(bytes: &'static [u8]) -> ContactReader {
    open(bytes, "export.csv", &ReadOptions::default()).unwrap()
}
#[test]
fn show() {
    for bytes in [&include_bytes!("samples/hubspot_view.csv")[..], include_bytes!("samples/hubspot_full.csv"), include_bytes!("samples/hubspot_names.csv"), include_bytes!("samples/salesforce_data_loader.csv"), include_bytes!("samples/salesforce_report.csv")] {
        let mut r = reading(bytes);
        println!("{}", r.columns().unwrap());
        for row in r.by_ref() {
            match row {
                Ok(row) => { println!("{} {}", row.line, serde_json::to_string_pretty(&row.contact).unwrap()); for n in &row.notes { println!("  note {n}"); } }
                Err(e) => println!("REJECT {e}"),
            }
        }
    }
}
