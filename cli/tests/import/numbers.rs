//! Telephone numbers that are not sent in E.164: the output counts them and names their lines, and never contains them.

use serde_json::json;

use crate::import::Office;
use crate::program::Ended;

const NATIONAL: &str = "020 7946 0001";
const IMPOSSIBLE: &str = "+44 12";

/// The rows of lines 2 to 15: national numbers, but for one in E.164 and an impossible one.
fn people() -> String {
    let person = |number: usize| {
        let phone = match number {
            0 => "+44 20 7946 0002",
            1 => IMPOSSIBLE,
            _ => NATIONAL,
        };
        format!("p{number},Person {number},{phone}\n")
    };
    std::iter::once("External ID,Name,Phone\n".to_owned()).chain((0..14).map(person)).collect()
}

fn about_numbers(text: &str) -> String {
    let lines = text.lines().skip_while(|line| !line.contains("not in E.164"));
    lines.take_while(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

fn assert_no_number(ended: &Ended) {
    let text = format!("{ended:?}");
    assert!(!text.contains("7946") && !text.contains(IMPOSSIBLE), "{text}");
}

#[tokio::test]
async fn numbers_without_a_country_code_are_counted_with_their_lines_and_a_setting_to_change() {
    let office = Office::new().await;
    let file = office.file("people.csv", people());
    let ended = office.program(&["import", &file, "--to", "voice", "--dry-run"]).run().await.expect_code(0);
    insta::assert_snapshot!(about_numbers(&ended.stdout), @r"
    1 number is not in E.164 (line 3 Person 1): not a possible telephone number
    12 numbers are not in E.164 (line 4 Person 2, line 5 Person 3, line 6 Person 4 and 9 more): no country code: write it as +44…, or set default_region
    To set the country: --set defaults.default_region=DE
    ");
    let summary = office.import(&file, &["--to", "voice", "--dry-run"]).await.expect_code(0).json();
    let numbers = &summary["providers"]["voice"]["numbers_not_e164"];
    assert_eq!(
        numbers[0],
        json!({
            "reason": "not a possible telephone number", "sent_as_written": false, "numbers": 1, "lines": [3],
        })
    );
    assert_eq!((&numbers[1]["numbers"], &numbers[1]["lines"][0]), (&json!(12), &json!(4)));
    assert_no_number(&ended);
}

#[tokio::test]
async fn the_summary_counts_numbers_for_each_provider() {
    let office = Office::new().await;
    let file = office.file("people.csv", people());
    let ended = office.import(&file, &["--to", "voice,acme"]).await.expect_code(0);
    let numbers = &ended.json()["numbers_not_e164"];
    for (provider, sent_as_written) in [("acme", true), ("voice", false)] {
        let groups = numbers[provider].as_array().unwrap();
        let mut counts: Vec<u64> = groups.iter().map(|group| group["numbers"].as_u64().unwrap()).collect();
        counts.sort_unstable();
        assert_eq!(counts, [1, 12], "{numbers}");
        assert!(groups.iter().all(|group| group["sent_as_written"] == sent_as_written), "{numbers}");
    }
    assert!(ended.stderr.contains("--set defaults.default_region=DE"), "{ended:?}");
    let impossible = "1 number is not in E.164 (line 3 Person 1): not a possible telephone number; sent as written to acme";
    assert!(ended.stderr.contains(impossible), "{ended:?}");
    assert_no_number(&ended);
}

#[tokio::test]
async fn with_a_default_region_only_impossible_numbers_are_reported() {
    let office = Office::new().await.setting("default_region = \"GB\"");
    let file = office.file("people.csv", people());
    let ended = office.import(&file, &["--to", "voice"]).await.expect_code(0);
    let numbers = ended.json()["numbers_not_e164"]["voice"].take();
    assert_eq!(numbers.as_array().unwrap().len(), 1, "{numbers}");
    assert_eq!(numbers[0]["lines"], json!([3]));
    assert!(!ended.stderr.contains("defaults.default_region"), "{ended:?}");
}

#[tokio::test]
async fn numbers_in_e164_are_not_reported() {
    let office = Office::new().await;
    let file = office.file("people.csv", crate::import::people(3));
    let ended = office.import(&file, &["--to", "voice"]).await.expect_code(0);
    assert!(ended.json().get("numbers_not_e164").is_none(), "{ended:?}");
    assert!(!ended.stderr.contains("E.164"), "{ended:?}");
}

#[tokio::test]
async fn providers_with_the_same_numbers_share_one_line() {
    let office = Office::new().await;
    let a = office.file("a.csv", "External ID,Name,Phone\n1,Ada King,020 7946 0001\n2,Bo Ek,020 7946 0002\n");
    let b = office.file("b.csv", "External ID,Name,Phone\n3,Cy Hall,020 7946 0003\n");
    for more in [&[][..], &["--dry-run"]] {
        let arguments = [&["import", &a, &b, "--to", "acme,iot,voice"], more].concat();
        let ended = office.program(&arguments).run().await.expect_code(0);
        let lines: Vec<&str> = ended.stdout.lines().filter(|line| line.contains("E.164")).collect();
        let rows = format!("({a}:2 Ada King, {a}:3 Bo Ek, {b}:2 Cy Hall)");
        assert!(lines.len() == 1 && lines[0].contains(&rows), "{ended:?}");
        let providers = "; sent as written to acme and iot; not sent to voice";
        assert_eq!(lines[0].ends_with(providers), more.is_empty(), "{ended:?}");
        assert_eq!(ended.stdout.matches("--set defaults.default_region").count(), 1, "{ended:?}");
    }
}
