//! The exports of CRMs through the command: what a dry run shows of them, and one person in two exports.

use unicontact_sandbox::Vendor;

use crate::import::screens::screen;
use crate::import::{Office, count};
use crate::program::Program;

const HUBSPOT: &[u8] = include_bytes!("../../../files/tests/samples/hubspot_full.csv");
const REPORT: &[u8] = include_bytes!("../../../files/tests/samples/salesforce_report.csv");

/// Returns what a terminal of 80 columns shows of a dry run.
async fn dry_run(export: &[u8], more: &[&str]) -> String {
    let office = Office::new().await;
    let program = office.program(&[&["import", "people.csv", "--dry-run", "--to", "acme"], more].concat());
    screen(program, "80", export).await
}

#[tokio::test]
async fn a_dry_run_names_the_program_of_an_export_and_the_columns_that_are_left_out() {
    insta::assert_snapshot!(dry_run(HUBSPOT, &[]).await, @r#"
    people.csv: HubSpot; utf-8, delimiter ,, header in line 1
      Record ID                  → external_id
      Salutation                 → name.prefix
      First Name                 → name.given
      Last Name                  → name.family
      Email                      → emails[0].address
      Additional email addresses → emails[1].address
      Work email                 → emails[2].address (work)
      Phone Number               → phones[0].number
      Mobile Phone Number        → phones[1].number (mobile)
      Fax Number                 → phones[2].number (fax)
      WhatsApp Phone Number      → phones[3].number (mobile, WhatsApp)
      Job Title                  → title
      Street Address             → addresses[0].street
      City                       → addresses[0].city
      State/Region               → addresses[0].region
      Postal Code                → addresses[0].postal_code
      12 more columns are used: --verbose
      not used: State/Region Code, Country/Region Code, Preferred language,
        Favourite colour, Contact owner, HubSpot Team, Create Date, Last Modified
        Date, Last Activity Date, Number of times contacted, Original Source,
        HubSpot Score, Became a Lead Date, Date entered "Lead (Lifecycle Stage
        Pipeline)", Associated Company IDs, Associated Deal IDs (why: --verbose)

     lost field             acme
     phones[].kind          3 dropped
     birthday               1 dropped
     custom.annualrevenue   1 dropped
     custom.hs_lead_status  1 dropped
     custom.industry        1 dropped
     custom.lifecyclestage  1 dropped
     custom.numemployees    1 dropped
     emails[].kind          1 dropped
     notes                  1 dropped
     organization.name      1 dropped
     and 1 more field: --verbose

    1 row: 1 would be sent
    Nothing was sent. To send: unicontact import people.csv --to acme
    exit code 0
    "#);
}

#[tokio::test]
async fn a_verbose_dry_run_says_why_a_column_of_an_export_is_left_out() {
    let screen = dry_run(HUBSPOT, &["--verbose"]).await;
    let screen = screen.split_whitespace().collect::<Vec<_>>().join(" ");
    for text in [
        "Lifecycle Stage → custom.lifecyclestage",
        "Contact owner → not used: it refers to another record of the program that wrote the file",
        "Create Date → not used: the program that wrote the file sets it; a new contact cannot have it",
        "Favourite colour → not used: not a known column; name it in a mapping",
    ] {
        assert!(screen.contains(text), "{text}: {screen}");
    }
}

#[tokio::test]
async fn many_unused_columns_are_cut_to_those_that_a_mapping_may_name() {
    let sessions = (1..=40).map(|number| format!("Date entered \"Stage {number} (Pipeline)\""));
    let header: Vec<String> =
        ["Record ID", "Last Name", "Create Date"].map(str::to_owned).into_iter().chain(sessions).collect();
    let header: Vec<String> =
        header.iter().map(|header| format!("\"{}\"", header.replace('"', "\"\""))).collect();
    let export = format!("{},Favourite colour\n1,King{}\n", header.join(","), ",".repeat(header.len() - 1));
    let screen = dry_run(export.as_bytes(), &[]).await;
    let unused = screen.split_once("not used: ").unwrap().1.split_once("\n\n").unwrap().0;
    let unused = unused.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        unused.starts_with("Favourite colour, Create Date, Date entered \"Stage 1 (Pipeline)\","),
        "{unused}"
    );
    assert!(unused.ends_with("and 18 more (why: --verbose)"), "{unused}");
}

#[tokio::test]
async fn a_report_is_read_in_its_encoding_and_without_its_footer() {
    insta::assert_snapshot!(dry_run(REPORT, &[]).await, @r"
    people.csv: Salesforce; windows-1252, delimiter ,, header in line 1
      Contact ID                  → external_id
      Salutation                  → name.prefix
      First Name                  → name.given
      Last Name                   → name.family
      Title                       → title
      Account Name                → organization.name
      Department                  → organization.department
      Mailing Street              → addresses[0].street
      Mailing City                → addresses[0].city
      Mailing Zip/Postal Code     → addresses[0].postal_code
      Mailing Country (text only) → addresses[0].country
      Other City                  → addresses[1].city (other)
      Other Country (text only)   → addresses[1].country (other)
      Phone                       → phones[0].number (work)
      Fax                         → phones[1].number (fax)
      Mobile                      → phones[2].number (mobile)
      7 more columns are used: --verbose
      not used: Contact Owner, Created Date, Last Activity, Customer Since (why:
        --verbose)
    people.csv: warning: not UTF-8: read as windows-1252: Änne | Müller |
      Geschäftsführerin; if it is wrong, pass the right --encoding

    people.csv: 5 times, first in line 6: a row is skipped: a row of the footer

     lost field               acme
     phones[].kind            5 dropped
     addresses[].city         1 dropped
     addresses[].country      1 dropped
     addresses[].kind         1 dropped
     custom.DoNotCall         1 dropped
     custom.LeadSource        1 dropped
     organization.department  1 dropped
     organization.name        1 dropped
     phones[].label           1 dropped

    2 rows: 2 would be sent
    Nothing was sent. To send: unicontact import people.csv --to acme
    exit code 0
    ");
}

#[tokio::test]
async fn a_person_in_a_report_and_in_an_export_of_data_loader_is_created_once() {
    let office = Office::new().await;
    let report = "Contact ID,First Name,Last Name,Account Name,Email\n003G000001SUbc4,Ada,King,Engines,ada@example.com\n";
    let report = office.file("report.csv", report);
    office.import(&report, &["--to", "acme"]).await.expect_code(0);
    let exported = "Id,FirstName,LastName,AccountId,OwnerId,Email,Rank__c\n\
        003G000001SUbc4IAD,Ada,King,001,005,king@example.com,7\n003G000001SUbC4IAT,Ada,King,001,005,other@example.com,8\n";
    let exported = office.file("contacts.csv", exported);
    let ended = office.import(&exported, &["--to", "acme"]).await.expect_code(0);
    assert_eq!(
        (count(&ended.json(), "acme", "skipped"), count(&ended.json(), "acme", "created")),
        (1, 1),
        "{ended:?}"
    );
    office.import(&report, &["--to", "acme"]).await.expect_code(0);
    office.import(&exported, &["--to", "acme"]).await.expect_code(0);
    assert_eq!(office.names(Vendor::SmartTask), ["Ada King", "Ada King"]);
}

const SALESFORCE: &str = "journal = \"off\"\n[providers.salesforce.sales]\ninstance_url = \"https://acme.my.salesforce.com\"\n\
    access_token = \"made-up\"\n";

/// Returns the warnings of a dry run into Salesforce.
async fn warnings(export: &[u8], more: &[&str], custom_fields: &str) -> Vec<String> {
    let arguments = [&["import", "people.csv", "--dry-run", "--quiet"], more].concat();
    let program = Program::new(&arguments).configured(&format!("{SALESFORCE}{custom_fields}"));
    let map = "[columns]\n\"Industry\" = \"custom.industry\"\n\"Lead Status\" = \"ignore\"\n";
    let program = program.file("people.csv", export).file("map.toml", map);
    let ended = program.run().await.expect_code(0);
    ended.stderr.lines().filter(|line| line.contains("custom fields")).map(str::to_owned).collect()
}

#[tokio::test]
async fn a_vendor_that_gets_the_custom_names_of_another_one_is_named_with_what_to_set() {
    let warning = |names: &str, first: &str| {
        format!(
            "people.csv: warning: sales gets custom fields under HubSpot's names, which salesforce may refuse: {names}; set \
             salesforce's names in [providers.salesforce.sales.custom_fields], such as {first} = \"…\", or leave the columns out with --map"
        )
    };
    let all = "lifecyclestage, hs_lead_status, industry, annualrevenue, numemployees";
    assert_eq!(warnings(HUBSPOT, &[], "").await, [warning(all, "lifecyclestage")]);
    let named = "[providers.salesforce.sales.custom_fields]\nlifecyclestage = \"Stage__c\"\nannualrevenue = \"Revenue__c\"\n";
    let mapped = warnings(HUBSPOT, &["--map", "map.toml"], named).await;
    assert_eq!(mapped, [warning("numemployees", "numemployees")]);
    assert_eq!(
        warnings(include_bytes!("../../../files/tests/samples/salesforce_data_loader.csv"), &[], "").await,
        [""; 0]
    );
}
