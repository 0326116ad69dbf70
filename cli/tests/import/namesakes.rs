//! `unicontact verify`: contacts at the vendor with the same name and address, with and without different numbers.

use serde_json::json;

use crate::import::verify::{IOT, at_iot, create_elsewhere, findings, provider, verify};
use crate::import::{Office, count};

/// Two people of one name and address, and one number each.
const TWO: &str = "Name,E-mail,Phone\n\
    John Smith,info@example.com,+442079460001\n\
    \"SMITH, John\",Info@Example.com,+442079460002\n";

#[tokio::test]
async fn people_with_one_name_and_address_and_other_numbers_are_each_adopted() {
    let with_ids = |first: &str, second: &str| {
        format!(
            "External ID,Name,E-mail,Phone\n\
             {first},John Smith,info@example.com,020 7946 0001\n\
             {second},John Smith,info@example.com,020 7946 0002\n"
        )
    };
    let reversed = "External ID,Name,E-mail,Phone\n\
        8,John Smith,info@example.com,020 7946 0002\n\
        7,John Smith,info@example.com,020 7946 0001\n";
    for rows in [with_ids("7", "8"), with_ids("8", "7"), reversed.to_owned()] {
        let office = Office::new().await;
        create_elsewhere(&office, TWO).await;
        let ended = verify(&office, &[]).await.expect_code(1);
        assert_eq!(
            findings(&ended),
            [json!(["unknown", null, ["1"], "John Smith"]), json!(["unknown", null, ["2"], "SMITH, John"])]
        );
        let adopted = verify(&office, &["--adopt", "--yes"]).await.expect_code(0);
        assert_eq!(provider(&adopted)["adopted"]["recorded"], json!(2));
        verify(&office, &[]).await.expect_code(0);
        let file = office.file("people.csv", rows);
        for _ in 0..2 {
            let imported = office.import(&file, IOT).await.expect_code(0).json();
            assert_eq!((count(&imported, "iot", "skipped"), at_iot(&office)), (2, 2));
        }
        verify(&office, &[]).await.expect_code(0);
    }
}

#[tokio::test]
async fn no_third_person_is_created_by_an_import_without_ids() {
    let office = Office::new().await;
    create_elsewhere(&office, TWO).await;
    verify(&office, &["--adopt", "--yes"]).await.expect_code(0);
    let by_numbers = TWO.replace("info@example.com", "").replace("Info@Example.com", "");
    let imported = office.import(&office.file("numbers.csv", by_numbers), IOT).await.expect_code(0).json();
    assert_eq!((count(&imported, "iot", "skipped"), at_iot(&office)), (2, 2));
    office.import(&office.file("both.csv", TWO), IOT).await.expect_code(0);
    for row in TWO.lines().skip(1) {
        let file = office.file("one.csv", format!("Name,E-mail,Phone\n{row}\n"));
        let imported = office.import(&file, IOT).await.expect_code(0).json();
        assert_eq!(count(&imported, "iot", "skipped"), 1);
    }
    assert_eq!(at_iot(&office), 2);
}

#[tokio::test]
async fn a_namesake_of_a_person_who_was_delivered_is_adopted_too() {
    let office = Office::new().await;
    let first = office
        .file("first.csv", "External ID,Name,E-mail,Phone\n7,John Smith,info@example.com,+44 20 7946 0001\n");
    office.import(&first, IOT).await.expect_code(0);
    create_elsewhere(&office, "Name,E-mail,Phone\nJohn Smith,info@example.com,+442079460002\n").await;
    let ended = verify(&office, &[]).await.expect_code(1);
    assert_eq!(findings(&ended), [json!(["unknown", null, ["2"], "John Smith"])]);
    verify(&office, &["--adopt", "--yes"]).await.expect_code(0);
    let both = "External ID,Name,E-mail,Phone\n\
        7,John Smith,info@example.com,+44 20 7946 0001\n\
        8,John Smith,info@example.com,+44 20 7946 0002\n";
    let imported = office.import(&office.file("both.csv", both), IOT).await.expect_code(0).json();
    assert_eq!((count(&imported, "iot", "skipped"), at_iot(&office)), (2, 2));
    verify(&office, &[]).await.expect_code(0);
}

#[tokio::test]
async fn namesakes_of_which_one_has_no_number_are_duplicates() {
    let office = Office::new().await;
    let rows = "Name,E-mail,Phone\n\
        John Smith,info@example.com,\n\
        John Smith,info@example.com,+442079460001\n\
        John Smith,info@example.com,+442079460002\n\
        John Smith,info@example.com,0044 20 7946 0001\n";
    create_elsewhere(&office, rows).await;
    let ended = verify(&office, &[]).await.expect_code(1);
    assert_eq!(
        findings(&ended),
        [
            json!(["twice", null, ["1", "2", "4"], "John Smith"]),
            json!(["unknown", null, ["1"], "John Smith"]),
            json!(["unknown", null, ["3"], "John Smith"])
        ]
    );
    let adopted = verify(&office, &["--adopt", "--yes"]).await.expect_code(1);
    // The first has no number and may be either person.
    let counts = &provider(&adopted)["adopted"];
    assert_eq!((&counts["recorded"], &counts["left"]), (&json!(1), &json!(1)));
}

#[tokio::test]
async fn identify_by_email_ignores_numbers() {
    let office = Office::new().await;
    create_elsewhere(&office, TWO).await;
    let ended = verify(&office, &["--identify-by", "email"]).await.expect_code(1);
    assert_eq!(findings(&ended)[0], json!(["twice", null, ["1", "2"], "John Smith"]));
}
