//! The exports of CRMs through the command: what a dry run shows of them, and one person in two exports.

use unicontact_sandbox::Vendor;

use crate::import::Office;
use crate::import::screens::screen;

const HUBSPOT: &[u8] = include_bytes!("../../../files/tests/samples/hubspot_full.csv");
const DATA_LOADER: &[u8] = include_bytes!("../../../files/tests/samples/salesforce_data_loader.csv");
const REPORT: &[u8] = include_bytes!("../../../files/tests/samples/salesforce_report.csv");

#[tokio::test]
async fn a_dry_run_names_the_program_of_an_export_and_the_columns_that_are_left_out() {
    let office = Office::new().await;
    let program = |more: &[&str]| {
        office.program(&[&["import", "people.csv", "--dry-run", "--to", "acme"], more].concat())
    };
    insta::assert_snapshot!(screen(program(&[]), "80", HUBSPOT).await, @"");
}

#[tokio::test]
async fn a_dry_run_of_a_report() {
    let office = Office::new().await;
    let program = |more: &[&str]| {
        office.program(&[&["import", "people.csv", "--dry-run", "--to", "acme"], more].concat())
    };
    insta::assert_snapshot!(screen(program(&[]), "80", REPORT).await, @"");
}
