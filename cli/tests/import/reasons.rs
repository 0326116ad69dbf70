//! Failures and losses in the summary: every reason with its count and a remedy, and no contact data.

use unicontact_sandbox::Vendor;

use crate::hostile::ClosedPort;
use crate::import::{Office, people};
use crate::program::Program;

const LOSING: &str =
    "{\"name\": \"Ada King\", \"notes\": \"Countess\"}\n{\"name\": \"Bo Ek\", \"notes\": \"Tall\"}\n";

#[tokio::test]
async fn the_summary_shows_the_reasons_of_rejections_and_the_losses() {
    let office = Office::new().await;
    let nameless = "{\"emails\": [\"nobody@example.com\"]}\n";
    let file = office.file("people.ndjson", format!("{LOSING}{nameless}"));
    let ended = office.program(&["import", &file]).run().await.expect_code(1);
    let output = &ended.stdout;
    assert!(output.contains("\n notes "), "{output}");
    for reason in [
        "acme: 1 rejected: line 3\n  unmappable: SmartTask ",
        "voice: 1 rejected: line 3\n  unmappable: Cloverhound ",
    ] {
        assert!(output.contains(reason), "{output}");
    }
    assert!(output.contains("\n  Change the contact"), "{output}");
    assert!(output.contains("or: unicontact deliveries list --outcome rejected\n"), "{output}");
    assert!(output.contains("on_loss = \"reject\""), "{output}");
    for data in ["Ada", "Countess", "Tall", "nobody@"] {
        assert!(!format!("{ended:?}").contains(data), "{data}: {ended:?}");
    }
}

#[tokio::test]
async fn with_json_output_the_reasons_go_to_stderr() {
    let office = Office::new().await;
    let file = office.file("people.ndjson", "{\"emails\": [\"nobody@example.com\"]}\n");
    let ended = office.import(&file, &[]).await.expect_code(1);
    assert_eq!(ended.json().as_object().unwrap().len(), 3, "{ended:?}");
    assert!(ended.stderr.contains("1 rejected: line 1\n  unmappable: "), "{ended:?}");
}

#[tokio::test]
async fn allowed_losses_are_not_reported() {
    let office = Office::new().await.setting("on_loss = \"allow\"");
    let file = office.file("people.ndjson", LOSING);
    let ended = office.program(&["import", &file]).run().await.expect_code(0);
    assert!(!ended.stdout.contains("lost"), "{ended:?}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_full_disk_is_reported_with_a_remedy() {
    let office = Office::new().await;
    let file = office.file("people.csv", people(3));
    office.import(&file, &[]).await.expect_code(0);
    let story = "a long story ".repeat(9000);
    let person = format!("{{\"external_id\": \"900\", \"name\": \"Ada King\", \"notes\": \"{story}\"}}\n");
    let file = office.file("long.ndjson", person);
    let ended = office.program(&["import", &file, "--to", "voice"]).with_file_size_limit("80").run().await;
    let ended = ended.expect_code(1);
    assert!(ended.stdout.contains("voice: 1 failed: line 1 Ada King\n  config: "), "{ended:?}");
    assert!(ended.stdout.contains("disk, then run it again."), "{ended:?}");
    assert!(!ended.stdout.contains("Correct the configuration"), "{ended:?}");
    assert_eq!(office.held(), [3; 4]);
}

#[tokio::test]
async fn unmappable_rows_are_reported_by_their_lines() {
    let office = Office::new().await;
    let nameless = |line: &usize| [4, 9, 12].contains(line);
    let row = |line: usize| {
        let name = if nameless(&line) { String::new() } else { format!("Person {line}") };
        format!("p{line},{name},p{line}@example.com\n")
    };
    let rows: String = (2..14).map(row).collect();
    let file = office.file("people.csv", format!("External ID,Name,E-mail\n{rows}"));
    let planned = office.program(&["import", &file, "--dry-run"]).run().await.expect_code(1);
    assert!(planned.stdout.contains("\n line 9   -     refused by acme"), "{planned:?}");
    let ended = office.program(&["import", &file]).run().await.expect_code(1);
    assert!(ended.stdout.contains(": 3 rejected: lines 4, 9, 12\n  unmappable: "), "{ended:?}");
    assert!(!ended.stdout.contains("relax on_loss"), "{ended:?}");
    let file = office.file("long.ndjson", LOSING);
    let strict = ["import", &file, "--to", "jakarta", "--set", "defaults.on_loss=reject"];
    let ended = office.program(&strict).run().await.expect_code(1);
    assert!(ended.stdout.contains("relax on_loss"), "{ended:?}");
}

#[tokio::test]
async fn a_row_for_which_the_vendor_returned_the_contact_of_another_row_is_named() {
    let office = Office::new().await;
    let smith = |digit: u8| format!("John Smith,info@example.com,+44207946000{digit}\n");
    let file = office.file("smiths.csv", format!("Name,E-mail,Phone\n{}{}", smith(1), smith(2)));
    let import = ["import", &file, "--to", "acme", "--same-identity", "send"];
    let ended = office.program(&import).run().await.expect_code(0);
    // Either row may be answered last.
    assert!(ended.stdout.contains("\nacme: 1 existing: line "), "{ended:?}");
    assert!(
        ended.stdout.contains("\n  the vendor returned the contact that it returned for another one"),
        "{ended:?}"
    );
    assert!(ended.stdout.contains("\n  Compare these rows with the contact at the vendor"), "{ended:?}");
    assert_eq!(office.held()[0], 1);
    let again = office.program(&import).run().await.expect_code(0);
    assert!(!again.stdout.contains("another one"), "{again:?}");
}

#[tokio::test]
async fn two_unreachable_hosts_are_both_named() {
    let office = Office::new().await.setting("max_attempts = 1");
    let ports =
        [Vendor::SmartTask, Vendor::Cloverhound].map(|vendor| (vendor, ClosedPort::reserve().unwrap()));
    let configuration = ports.iter().fold(office.configuration(), |text, (vendor, port)| {
        text.replace(&office.sandbox.base_url(*vendor), &port.url())
    });
    let program = Program::new(&["import", "people.csv", "--to", "acme,voice"]).configured(&configuration);
    let ended = program.file("people.csv", people(1)).run().await.expect_code(1);
    for (_, port) in &ports {
        let address = port.url().replace("http://", "");
        assert!(ended.stdout.contains(&address), "{address}: {ended:?}");
    }
}
