//! The file of rejects.
//!
//! Rule: what is written there can be mended and imported again.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use unicontact_import::{ReadOptions, Reading, RejectsWriter, open};

fn opened(text: &str, name: &str) -> Reading {
    open(std::io::Cursor::new(text.to_owned()), name, &ReadOptions::default()).unwrap()
}

fn rejects(text: &str, name: &str) -> String {
    let mut reading = opened(text, name);
    let mut writer = RejectsWriter::new(Vec::new(), &reading);
    for item in reading.by_ref() {
        if let Err(reject) = item {
            writer.write(&reject).unwrap();
        }
    }
    String::from_utf8(writer.finish().unwrap()).unwrap()
}

#[test]
fn rejects_of_a_csv_have_its_columns_and_the_reason() {
    let written =
        rejects("Name;E-Mail\n\"King; Ada\";nobody\nBo;bo@example.com\nCy;x;y\nDi;\"open\n", "a.csv");
    let lines: Vec<&str> = written.lines().collect();
    assert_eq!(lines[0], "Name;E-Mail;_reason;_line;_original");
    assert!(lines[1].starts_with("\"King; Ada\";nobody;E-Mail: not an e-mail address"), "{written}");
    assert!(
        lines[2].starts_with(";;\"3 cells under 2 columns: ") || lines[2].starts_with(";;3 cells"),
        "{written}"
    );
    assert!(lines[2].ends_with(";4;\"Cy;x;y\""), "{written}");
    assert!(lines[3].ends_with(";5;\"Di;\"\"open\""), "{written}");
    let mended = written.replace("nobody", "ada@example.com");
    let mut again = opened(&mended, "rejects.csv");
    assert_eq!(again.columns().unwrap().not_used().count(), 3);
    assert_eq!(again.next().unwrap().unwrap().contact.emails.len(), 1);
}

#[test]
fn rejects_of_json_are_one_object_per_line() {
    let written = rejects("{\"name\":\"Ada\"}\n{\"name\": 5}\n{\"name\n", "a.ndjson");
    let lines: Vec<serde_json::Value> =
        written.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0]["line"], 2);
    assert_eq!(lines[0]["original"], "{\"name\": 5}");
    assert!(lines[1]["reason"].as_str().unwrap().starts_with("not JSON"));
    assert!(lines[1]["column"].is_u64());
}

#[test]
fn without_rejects_nothing_is_written() {
    assert_eq!(rejects("Name\nAda\n", "a.csv"), "");
}
