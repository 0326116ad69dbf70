//! Recognition of people: files without ids, files that are edited between two imports, and people who resemble each
//! other.

use unicontact_sandbox::Vendor;

use crate::import::{Office, count};

/// Two people in a first export.
const FIRST: &str =
    "Name,Email,Phone\nAda King,ada@example.com,020 7946 0121\nZoë Müller,zoe@example.com,+49 171 1234567\n";

#[tokio::test]
async fn an_edited_file_creates_nobody_again() {
    let edits = [
        ("a column more", "Name,Email,Phone,City\nAda King,ada@example.com,020 7946 0121,London\nZoë Müller,zoe@example.com,+49 171 1234567,Köln\n".to_owned()),
        ("notes", "Name,Email,Phone,Notes\nAda King,ada@example.com,020 7946 0121,met in Turin\nZoë Müller,zoe@example.com,+49 171 1234567,\n".to_owned()),
        ("other columns", "First Name,Last Name,Email,Mobile Phone\nAda,King,ada@example.com,020 7946 0121\nZoë,Müller,zoe@example.com,+49 171 1234567\n".to_owned()),
        ("capitals", "Name,Email,Phone\nADA KING,ADA@Example.COM,020 7946 0121\nzoë müller,Zoe@example.com,+49 171 1234567\n".to_owned()),
        ("decomposed letters", FIRST.replace("Zoë Müller", "Zoe\u{308} Mu\u{308}ller")),
        ("family names first", "Name,Email,Phone\n\"King, Ada\",ada@example.com,020 7946 0121\n\"Müller, Zoë\",zoe@example.com,+49 171 1234567\n".to_owned()),
        ("honorifics", "Name,Email,Phone\nDr. Ada King,ada@example.com,020 7946 0121\n\"Müller, Prof. Dr. Zoë\",zoe@example.com,+49 171 1234567\n".to_owned()),
        ("ids", "Contact ID,Name,Email,Phone\n7,Ada King,ada@example.com,020 7946 0121\n8,Zoë Müller,zoe@example.com,+49 171 1234567\n".to_owned()),
        ("numbers with country codes", FIRST.replace("020 7946 0121", "+44 20 7946 0121")),
        ("another address", "Name,Email,E-mail 2,Phone\nAda King,king@example.com,ada@example.com,020 7946 0121\nZoë Müller,zoe@example.com,,+49 171 1234567\n".to_owned()),
        ("no addresses", "Name,Phone\nAda King,020 7946 0121\nZoë Müller,+49 171 1234567\n".to_owned()),
        ("another number", FIRST.replace("020 7946 0121", "020 7946 0999")),
        ("other rows first", "Name,Email,Phone\nZoë Müller,zoe@example.com,+49 171 1234567\nAda King,ada@example.com,020 7946 0121\n".to_owned()),
    ];
    for (edit, second) in edits {
        let office = Office::new().await;
        let first = office.file("people.csv", FIRST);
        office.import(&first, &["--to", "iot"]).await.expect_code(0);
        let edited = office.file("edited.csv", second);
        let ended = office.import(&edited, &["--to", "iot"]).await.expect_code(0);
        assert_eq!(office.names(Vendor::Emnify).len(), 2, "{edit}: {ended:?}");
        assert_eq!(count(&ended.json(), "iot", "skipped"), 2, "{edit}: {ended:?}");
        // The first file is imported again.
        office.import(&first, &["--to", "iot"]).await.expect_code(0);
        assert_eq!(office.names(Vendor::Emnify).len(), 2, "{edit}");
    }
}

#[tokio::test]
async fn a_difference_is_counted_and_the_report_names_it() {
    let office = Office::new().await;
    let first = office.file("people.csv", FIRST);
    office.import(&first, &["--to", "iot"]).await.expect_code(0);
    let edited = office
        .file("edited.csv", FIRST.replace("Phone\n", "Phone,City\n").replace("0121\n", "0121,London\n"));
    let report = office.path("report.ndjson").display().to_string();
    let ended = office.import(&edited, &["--to", "iot", "--report", &report]).await.expect_code(0);
    assert!(ended.stderr.contains("1 contact was delivered earlier with other content"), "{ended:?}");
    let report = std::fs::read_to_string(report).unwrap();
    assert!(report.contains(r#""differs_in":["addresses"]"#), "{report}");
}

#[tokio::test]
async fn people_who_share_an_address_or_a_number_are_all_created() {
    let office = Office::new().await;
    let file = office.file(
        "people.csv",
        "Name,Email,Phone\n\
         Ann One,info@example.com,+44 20 7946 0001\n\
         Bob Two,info@example.com,+44 20 7946 0001\n\
         John Smith Jr,smith@example.com,\n\
         John Smith Sr,smith@example.com,\n\
         Ada King,ada@example.com,+44 20 7946 0002\n\
         Ada King,ada@example.org,+44 20 7946 0002\n",
    );
    let ended = office.import(&file, &["--to", "iot"]).await.expect_code(0);
    assert_eq!(office.names(Vendor::Emnify).len(), 6, "{ended:?}");
    office.import(&file, &["--to", "iot"]).await.expect_code(0);
    assert_eq!(office.names(Vendor::Emnify).len(), 6);
}

#[tokio::test]
async fn rows_that_contradict_each_other_are_rejected_with_both_lines() {
    let office = Office::new().await;
    let file = office.file(
        "people.csv",
        "Name,Email,Phone,City\n\
         John Smith,info@example.com,+44 20 7946 0001,\n\
         John Smith,info@example.com,,London\n\
         John Smith,info@example.com,+44 20 7946 0002,\n",
    );
    let ended = office.import(&file, &["--to", "iot"]).await.expect_code(1);
    assert_eq!(office.names(Vendor::Emnify).len(), 1, "{ended:?}");
    assert_eq!((ended.json()["read"].as_u64(), ended.json()["rejects"].as_u64()), (Some(3), Some(1)));
    assert!(
        ended.stderr.contains(
            "people.csv:4 (John Smith): it is recognized as the person of an earlier row, and has other phones; it clashes"
        ),
        "{ended:?}"
    );
    assert!(ended.stderr.contains("clashes with line 2. If these are two people"), "{ended:?}");
    let rejects = std::fs::read_to_string(office.path("people.csv.rejects.csv")).unwrap();
    assert!(rejects.contains("+44 20 7946 0002") && !rejects.contains("London"), "{rejects}");
    for _ in 0..2 {
        let sent = office.import(&file, &["--to", "iot", "--same-identity", "send"]).await.expect_code(0);
        assert_eq!(office.names(Vendor::Emnify).len(), 2, "{sent:?}");
    }
}

#[tokio::test]
async fn branches_with_one_address_are_rejected_unless_same_identity_is_send() {
    let office = Office::new().await;
    let branch = |number| format!("Acme,info@acme.example,{number} High Street\n");
    let rows: String = (1..=40).map(branch).collect();
    let file = office.file("branches.csv", format!("Company,Email,Street\n{rows}"));
    let ended = office.import(&file, &["--to", "iot"]).await.expect_code(1);
    assert_eq!(ended.json()["rejects"].as_u64(), Some(39), "{ended:?}");
    let sent = office.import(&file, &["--to", "iot", "--same-identity", "send"]).await.expect_code(0);
    assert_eq!(office.held()[1], 40, "{sent:?}");
}

#[tokio::test]
async fn the_id_of_another_person_is_rejected_and_a_corrected_name_is_not() {
    let office = Office::new().await;
    let file = office.file(
        "people.csv",
        "Contact ID,Name,Email\n\
         1,Ada King,ada@example.com\n\
         1,Ben Ray,ben@example.com\n\
         2,Cyd Three,cyd@example.com\n",
    );
    let ended = office.import(&file, &["--to", "iot"]).await.expect_code(1);
    assert!(
        ended.stderr.contains("people.csv:3 (Ben Ray): its id came before for another person"),
        "{ended:?}"
    );
    assert!(ended.stderr.contains("clashes with line 2"), "{ended:?}");
    let later = office.file(
        "later.csv",
        "Contact ID,Name,Email\n\
         1,Ada Lovelace,ada@example.com\n\
         2,Dee Four,dee@example.com\n",
    );
    let ended = office.import(&later, &["--to", "iot"]).await.expect_code(1);
    assert!(
        ended.stderr.contains("later.csv:3 (Dee Four): its id was delivered earlier for another person"),
        "{ended:?}"
    );
    assert_eq!(count(&ended.json(), "iot", "skipped"), 1, "{ended:?}");
    assert_eq!(office.names(Vendor::Emnify), ["Ada King", "Cyd Three"]);
}

#[tokio::test]
async fn the_id_of_another_person_is_rejected_for_all_providers() {
    let office = Office::new().await;
    let row = |name, text: &str| office.file(name, format!("Contact ID,Name,Email\n42,{text}\n"));
    let ann = row("ann.csv", "Ann One,ann@example.com");
    let bob = row("bob.csv", "Bob Two,bob@example.com");
    office.import(&ann, &["--to", "iot"]).await.expect_code(0);
    for to in [&["--to", "voice"] as &[&str], &["--to", "jakarta,acme"], &["--to", "iot"], &[]] {
        let ended = office.import(&bob, to).await.expect_code(1);
        assert!(
            ended.stderr.contains("its id was delivered earlier for another person"),
            "{to:?}: {ended:?}"
        );
    }
    assert_eq!(office.held(), [0, 1, 0, 0]);
    office.import(&ann, &[]).await.expect_code(0);
    assert_eq!(office.held(), [1; 4]);
}

#[tokio::test]
async fn a_row_without_an_id_is_the_person_with_the_id_and_another_id_is_another_person() {
    let office = Office::new().await;
    let with_ids = office.file("a.csv", "Contact ID,Name,Email\n1,John Smith,info@example.com\n");
    office.import(&with_ids, &["--to", "iot"]).await.expect_code(0);
    let without = office.file("b.csv", "Name,Email\nJohn Smith,info@example.com\n");
    let ended = office.import(&without, &["--to", "iot"]).await.expect_code(0);
    assert!(ended.stderr.contains("1 row without an id is a person whose id is in the journal"), "{ended:?}");
    let other = office.file("c.csv", "Contact ID,Name,Email\n2,John Smith,info@example.com\n");
    office.import(&other, &["--to", "iot"]).await.expect_code(0);
    assert_eq!(office.names(Vendor::Emnify).len(), 2);
}

#[tokio::test]
async fn without_a_journal_people_of_one_input_are_recognized_in_the_same_way() {
    let office = Office::new().await;
    let file = office.file(
        "people.csv",
        "Name,Email,Phone\nAda King,Ada@Example.com,\nADA KING,ada@example.com,\nAda King,ada@example.com,+44 20 7946 0001\n",
    );
    let ended = office.import(&file, &["--to", "iot", "--set", "journal=off"]).await.expect_code(0);
    assert_eq!(office.names(Vendor::Emnify).len(), 1, "{ended:?}");
    assert!(ended.stderr.contains("2 rows repeat earlier rows of the input"), "{ended:?}");
}

#[tokio::test]
async fn another_method_is_refused_with_the_number_of_rows_that_it_would_send_again() {
    let office = Office::new().await;
    let file = office.file("people.csv", FIRST);
    office.import(&file, &["--to", "iot"]).await.expect_code(0);
    let edited = office.file("edited.csv", FIRST.replace("Ada King", "ADA KING"));
    let refused = office.import(&edited, &["--to", "iot", "--identify-by", "content"]).await.expect_code(2);
    let error: serde_json::Value = serde_json::from_str(refused.stderr.lines().last().unwrap()).unwrap();
    let message = error["error"]["message"].as_str().unwrap();
    assert!(
        message
            .contains("the journal recognizes people by \"identity\"; 1 of these rows would be sent again"),
        "{refused:?}"
    );
    assert_eq!(office.names(Vendor::Emnify).len(), 2);
    let meant = ["--to", "iot", "--identify-by", "content", "--yes"];
    office.import(&edited, &meant).await.expect_code(0);
    assert_eq!(office.names(Vendor::Emnify).len(), 3);
    let no_ids = office.import(&file, &["--to", "iot", "--identify-by", "id", "--yes"]).await.expect_code(1);
    assert_eq!(no_ids.json()["rejects"].as_u64(), Some(2), "{no_ids:?}");
}

#[tokio::test]
async fn identify_by_email_compares_addresses_only() {
    let office = Office::new().await;
    let file = office.file(
        "people.csv",
        "Contact ID,Name,Email\n1,Ada King,ada@example.com\n2,Ada Lovelace,Ada@example.com\n3,Ben Ray,ben@example.com\n",
    );
    let ended = office.import(&file, &["--to", "iot", "--identify-by", "email"]).await.expect_code(0);
    assert_eq!(office.names(Vendor::Emnify), ["Ada King", "Ben Ray"], "{ended:?}");
}

#[tokio::test]
async fn four_concurrent_imports_of_one_file_create_everyone_once() {
    const PEOPLE: usize = 60;
    let office = Office::new().await;
    let row = |number| format!("Person {number},p{number}@example.com,shared@example.com\n");
    let swapped = |number| format!("\"{number}, Person\",shared@example.com,P{number}@example.com\n");
    let header = "Name,Email,E-mail 2\n";
    let file = |name, row: &dyn Fn(usize) -> String| {
        let rows: String = (0..PEOPLE).map(row).collect();
        office.file(name, format!("{header}{rows}"))
    };
    let files = [file("a.csv", &row), file("b.csv", &swapped), file("c.csv", &row), file("d.csv", &swapped)];
    let imports = files.iter().map(|file| office.import(file, &["--to", "iot"]));
    let ended = futures_util::future::join_all(imports).await;
    assert_eq!(office.names(Vendor::Emnify).len(), PEOPLE, "{ended:?}");
    for file in &files {
        let again = office.import(file, &["--to", "iot"]).await.expect_code(0);
        assert_eq!(count(&again.json(), "iot", "skipped"), PEOPLE as u64, "{again:?}");
    }
    assert_eq!(office.names(Vendor::Emnify).len(), PEOPLE);
}

#[tokio::test]
async fn branches_that_were_sent_as_different_people_are_recognized_by_their_numbers() {
    let rows = |edit: &dyn Fn(usize, String) -> String| -> String {
        let row =
            |number: usize| edit(number, format!("Acme Hotel,info@acme.example,+44 20 7946 000{number}"));
        (1..=3).map(row).collect()
    };
    let first = format!("Company,Email,Phone\n{}", rows(&|_, row| format!("{row}\n")));
    let edits = [
        (
            "notes",
            format!("Company,Email,Phone,Notes\n{}", rows(&|number, row| format!("{row},note {number}\n"))),
        ),
        ("capitals", format!("Company,Email,Phone\n{}", rows(&|_, row| format!("{}\n", row.to_uppercase())))),
        (
            "ids",
            format!("Contact ID,Company,Email,Phone\n{}", rows(&|number, row| format!("{number},{row}\n"))),
        ),
        ("other order", {
            let mut lines: Vec<&str> = first.lines().skip(1).collect();
            lines.reverse();
            format!("Company,Email,Phone\n{}\n", lines.join("\n"))
        }),
    ];
    for (edit, second) in edits {
        let office = Office::new().await;
        let file = office.file("branches.csv", &first);
        office.import(&file, &["--to", "iot", "--same-identity", "send"]).await.expect_code(0);
        assert_eq!(office.held()[1], 3, "{edit}");
        let edited = office.file("edited.csv", second);
        for more in [&["--to", "iot", "--same-identity", "send"] as &[&str], &["--to", "iot"]] {
            let ended = office.import(&edited, more).await;
            assert_eq!(office.held()[1], 3, "{edit}: {ended:?}");
        }
    }
}

#[tokio::test]
async fn another_number_in_a_second_file_is_reported_and_can_be_sent() {
    let office = Office::new().await;
    let first = office.file("a.csv", "Name,Email,Phone\nJohn Smith,info@example.com,+44 20 7946 0001\n");
    office.import(&first, &["--to", "iot"]).await.expect_code(0);
    let other = office.file("b.csv", "Name,Email,Phone\nJohn Smith,info@example.com,+44 20 7946 0002\n");
    let ended = office.import(&other, &["--to", "iot"]).await.expect_code(0);
    assert!(ended.stderr.contains("import it with --same-identity send"), "{ended:?}");
    assert_eq!(office.held()[1], 1);
    let with_id = office
        .file("c.csv", "Contact ID,Name,Email,Phone\n42,John Smith,info@example.com,+44 20 7946 0002\n");
    let refused = office.import(&with_id, &["--to", "iot"]).await.expect_code(1);
    assert!(
        refused.stderr.contains("somebody who was delivered without an id, and other numbers"),
        "{refused:?}"
    );
    for file in [&with_id, &other, &with_id] {
        office.import(file, &["--to", "iot", "--same-identity", "send"]).await.expect_code(0);
        assert_eq!(office.held()[1], 2, "{file}");
    }
}

#[tokio::test]
async fn an_id_of_failed_deliveries_can_be_used_by_another_person() {
    let office = Office::new().await;
    let first = office.file("a.csv", "Contact ID,Name,Email\n1,,ann@example.com\n2,,bob@example.com\n");
    office.import(&first, &["--to", "voice"]).await.expect_code(1);
    let shifted = office
        .file("b.csv", "Contact ID,Name,Email\n1,Bob Two,bob@example.com\n2,Cyd Three,cyd@example.com\n");
    office.import(&shifted, &["--to", "voice"]).await.expect_code(0);
    let without = office.file(
        "c.csv",
        "Name,Email\nAnn One,ann@example.com\nBob Two,bob@example.com\nCyd Three,cyd@example.com\n",
    );
    for _ in 0..2 {
        let ended = office.import(&without, &["--to", "voice"]).await.expect_code(0);
        assert_eq!(office.names(Vendor::Cloverhound).len(), 3, "{ended:?}");
    }
}
