//! The journal of version 0.1.0 in `journal-0.1.0/readings/`, with files whose rows this version parses differently:
//! text beside numbers, several values in a cell, wrappings, other headers, encodings and countries, joined cards.
//! Version 0.1.0 created one contact of each row at each vendor.

use std::fs;
use std::path::Path;

use unicontact_sandbox::Vendor;

use crate::import::Office;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/import/journal-0.1.0/readings");
const FILES: [&str; 6] =
    ["cells.csv", "headers.csv", "codepage.csv", "escaped.csv", "cards.vcf", "people.ndjson"];
/// The second of two cards on one line, which version 0.1.0 lost.
const LOST: &str = "Ria Eighteen";

fn stored(name: &str) -> String {
    Path::new(FOLDER).join(name).display().to_string()
}

async fn office() -> Office {
    let office = Office::new().await;
    fs::copy(stored("unicontact.db"), office.path("unicontact.db")).unwrap();
    office
}

#[tokio::test]
async fn rows_that_are_parsed_differently_than_by_0_1_0_are_not_created_again() {
    let office = office().await;
    for file in FILES {
        office.import(&stored(file), &[]).await.expect_code(0);
    }
    for vendor in [Vendor::SmartTask, Vendor::Emnify, Vendor::Cloverhound, Vendor::OneCloud] {
        assert_eq!(office.names(vendor), [LOST], "{vendor:?}");
    }
    for file in FILES {
        office.import(&stored(file), &[]).await.expect_code(0);
    }
    assert_eq!(office.held(), [1; 4]);
}

#[tokio::test]
async fn identify_by_content_finds_people_by_the_content_that_0_1_0_read() {
    let office = office().await;
    for file in FILES {
        office.import(&stored(file), &["--identify-by", "content", "--yes"]).await.expect_code(0);
    }
    assert_eq!(office.held(), [1; 4]);
}
