//! Writing the file of rejects.
//!
//! Invariant: a reject can be corrected in the file and imported again.

use unicontact_files::{ContactReader, Format, ReadOptions, Reject, RejectsWriter, open};

fn opened(text: &str, name: &str) -> ContactReader {
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
    assert_eq!(lines[0], "Name;E-Mail;_reason;_line;_original;_guarded");
    assert!(lines[1].starts_with("\"King; Ada\";nobody;E-Mail: not an e-mail address"), "{written}");
    assert!(
        lines[2].starts_with(";;\"3 cells under 2 columns: ") || lines[2].starts_with(";;3 cells"),
        "{written}"
    );
    assert!(lines[2].ends_with(";4;\"Cy;x;y\";"), "{written}");
    assert!(lines[3].ends_with(";5;\"Di;\"\"open\";"), "{written}");
    let corrected = written.replace("nobody", "ada@example.com");
    let mut again = opened(&corrected, "rejects.csv");
    assert_eq!(again.columns().unwrap().unused_headers().count(), 4);
    assert_eq!(again.next().unwrap().unwrap().contact.emails.len(), 1);
}

const LINES: &str =
    "{\"name\":\"Ada\"}\n{\"name\": 5,\"notes\":\"n\"}\n{\"name\n{\"name\":\"Di\",\"name\":\"x\"}\n";

#[test]
fn rejects_of_json_have_the_objects_keys_and_the_reason() {
    let written = rejects(LINES, "a.ndjson");
    let lines: Vec<serde_json::Value> =
        written.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(
        (&lines[0]["_line"], &lines[0]["name"], &lines[0]["notes"]),
        (&2.into(), &5.into(), &"n".into())
    );
    assert!(lines[1]["_reason"].as_str().unwrap().starts_with("not JSON"));
    assert_eq!((&lines[1]["_original"], lines[1]["_column"].is_u64()), (&"{\"name".into(), true));
    assert!(written.contains(r#""name":"Di","name":"x"}"#), "{written}");
}

#[test]
fn corrected_rejects_of_json_are_contacts_and_the_others_are_rejected_again() {
    let written = rejects(LINES, "a.ndjson");
    let corrected = written.replace("\"name\": 5", "\"name\": \"Bo\"").replace(",\"name\":\"x\"", "");
    let items: Vec<_> = opened(&corrected, "a.ndjson.rejects.ndjson").collect();
    let names: Vec<_> = items.iter().flatten().map(|row| row.contact.display_name().unwrap()).collect();
    assert_eq!(names, ["Bo", "Di"]);
    let reject = items[1].as_ref().unwrap_err().to_string();
    assert_eq!(
        reject,
        "line 2: this line was not corrected: replace `_original` with the keys of the contact"
    );
    let again = rejects(&corrected, "a.ndjson.rejects.ndjson");
    assert_eq!(again.lines().count(), 1);
    assert!(again.contains(r#""_original":"{\"name"}"#), "{again}");
    let list = rejects("[\n{\n  \"name\": 5\n}\n, 7]", "a.json");
    let corrected = list.replace('5', "\"Bo\"").replace("\"_original\":\"7\"", "\"name\":\"Cy\"");
    assert_eq!(opened(&corrected, "a.json.rejects.ndjson").flatten().count(), 2, "{list}");
}

#[test]
fn corrected_rejects_of_jscontact_are_read_as_jscontact() {
    let cards = r#"[{"@type":"Card","uid":"1","name":{"full":"Ada"}},
        {"@type":"Card","uid":"2","kind":"group","name":{"full":"Bo"}}, {"@type": "Group", "name":{"full":"Cy"}}, 5]"#;
    let written = rejects(cards, "a.json");
    assert_eq!(written.lines().count(), 3, "{written}");
    let last: String = written.split_inclusive('\n').skip(1).collect();
    for (text, from, to) in [
        (&written, "group", "individual"),
        (&last, "Group", "Card"),
        (&last, "\"_original\":\"5\"", "\"name\":{\"full\":\"Di\"}"),
    ] {
        let mut reading = opened(&text.replace(from, to), "a.json.rejects.ndjson");
        assert_eq!(reading.format(), Format::JsContact);
        let read = reading.by_ref().flatten().count();
        assert_eq!((read, reading.unused().keys().any(|key| key.starts_with('_'))), (1, false), "{text}");
    }
}

#[test]
fn no_rejects_write_no_output() {
    assert_eq!(rejects("Name\nAda\n", "a.csv"), "");
}

/// Returns the file of rejects in which every row of a text is a reject.
fn all_rejected(text: &str, name: &str) -> String {
    let mut reading = opened(text, name);
    let mut writer = RejectsWriter::new(Vec::new(), &reading);
    for row in reading.by_ref().flatten() {
        writer.write(&Reject::new(row.line, "why", row.original)).unwrap();
    }
    String::from_utf8(writer.finish().unwrap()).unwrap()
}

#[test]
fn formulas_are_guarded_and_read_back() {
    let text = "id,Name,Phone,Notes\n-7,'t Hart,+44 20 7946 0123,=1+1\n8,'Ada',+44 20 7946 0124,'=1+1\n";
    let written = all_rejected(text, "a.csv");
    insta::assert_snapshot!(written, @r"
    id,Name,Phone,Notes,_reason,_line,_original,_guarded
    '-7,'t Hart,'+44 20 7946 0123,'=1+1,why,2,,1 3 4
    8,'Ada','+44 20 7946 0124,''=1+1,why,3,,3 4
    ");
    let contacts = |text: &str| opened(text, "a.csv").map(|row| row.unwrap().contact).collect::<Vec<_>>();
    assert_eq!(contacts(&written), contacts(text));
    let twice = all_rejected(&written, "a.csv.rejects.csv");
    assert_eq!(contacts(&twice), contacts(text), "{twice}");
}

/// Returns the given names and the notes of the contacts in a text.
fn names_and_notes(text: &str) -> Vec<(String, String)> {
    let contacts = opened(text, "a.csv.rejects.csv").map(|row| row.unwrap().contact);
    contacts.map(|it| (it.display_name().unwrap(), it.notes.unwrap_or_default())).collect()
}

#[test]
fn a_corrected_cell_keeps_its_apostrophe() {
    let written = all_rejected("Name,Email,Notes\n=Ada,ada@example.com,-1 'a'\n", "a.csv");
    assert!(written.contains("\n'=Ada,ada@example.com,'-1 'a',why,2,,1 3\n"), "{written}");
    let note = "-1 'a'";
    for (corrected, name, notes) in [
        ("'t Hooft,ada@example.com,'-1 'a'", "'t Hooft", note),
        ("'Ada',ada@example.com,'-1 'a'", "'Ada'", note),
        ("=Bo,ada@example.com,'-1 'a'", "=Bo", note),
        ("'t Hooft,ada@example.com,", "'t Hooft", ""),
        ("Bo,ada@example.com,''90s", "Bo", "''90s"),
    ] {
        let text = written.replace("'=Ada,ada@example.com,'-1 'a'", corrected);
        let plain = format!("Name,Email,Notes\n{}\n", corrected.replace("'-1", "-1"));
        assert_eq!(names_and_notes(&text), names_and_notes(&plain), "{text}");
        assert_eq!(names_and_notes(&text)[0].1, notes, "{text}");
        if name.starts_with("'t") {
            assert_eq!(names_and_notes(&text)[0].0, name, "{text}");
        }
    }
}

#[test]
fn moved_and_removed_columns_and_rows_never_change_another_cell() {
    let text = "id,Name,Email,Notes\n1,Ada King,ada@example.com,-1 'a'\n2,Bo Ek,bo@example.com,'=1 'b'\n3,Cy,cy@example.com,'t is\n";
    let expected = names_and_notes(text);
    let written = all_rejected(text, "a.csv");
    let parsed: Vec<Vec<&str>> = written.lines().map(|line| line.split(',').collect()).collect();
    let with_columns = |columns: &[usize], rows: &[usize]| {
        let row =
            |row: &usize| columns.iter().map(|it| parsed[*row][*it]).collect::<Vec<_>>().join(",") + "\n";
        rows.iter().map(row).collect::<String>()
    };
    // The columns: id, Name, Email, Notes, _reason, _line, _original, _guarded.
    for columns in [&[7, 3, 2, 1, 0, 4, 5, 6][..], &[1, 2, 3, 7], &[3, 1, 4, 7, 2], &[0, 2, 1, 3, 4, 5, 7, 6]]
    {
        assert_eq!(names_and_notes(&with_columns(columns, &[0, 1, 2, 3])), expected, "{columns:?}");
        let sorted = names_and_notes(&with_columns(columns, &[0, 3, 1]));
        assert_eq!(sorted, [expected[2].clone(), expected[0].clone()], "{columns:?}");
    }
}

#[test]
fn rejects_of_earlier_versions_are_read_as_before() {
    let text = "id,Name,Phone,Notes,_reason,_line,_original\n7,'Ada',+44 20 7946 0123,'=1+1,why,2,\n";
    let plain = "id,Name,Phone,Notes\n7,'Ada',+44 20 7946 0123,'=1+1\n";
    let contacts = |text: &str| opened(text, "a.csv").map(|row| row.unwrap().contact).collect::<Vec<_>>();
    assert_eq!(contacts(text), contacts(plain));
}

#[test]
fn rejects_of_a_file_with_single_quotes_have_double_ones() {
    let text = "'id','Name','Phone'\n'7','King, Ada','+44 20 7946 0123'\n";
    let written = all_rejected(text, "a.csv");
    assert!(written.contains("7,\"King, Ada\",'+44 20 7946 0123,why,2,,3"), "{written}");
    let contacts = |text: &str| opened(text, "a.csv").map(|row| row.unwrap().contact).collect::<Vec<_>>();
    assert_eq!(contacts(&written), contacts(text));
}

proptest::proptest! {
    #[test]
    fn every_cell_survives_the_file_of_rejects(
        cells in proptest::collection::vec(("[-='+@\t\"a,;0-9 ]{0,8}", "[-='+@\t\"a,0-9\n ]{0,8}"), 1..4),
    ) {
        let quoted = |cell: &str| format!("\"{}\"", cell.replace('"', "\"\""));
        let row = |(number, (one, other)): (usize, &(String, String))| {
            format!("{number},Person {number},p{number}@example.com,{},{}\n", quoted(one), quoted(other))
        };
        let rows: String = cells.iter().enumerate().map(row).collect();
        let text = format!("External ID,Name,Email,Notes,Job Title\n{rows}");
        let rows_of = |text: &str| {
            let read = opened(text, "a.csv").flatten();
            read.map(|row| (row.contact, row.earlier)).collect::<Vec<_>>()
        };
        let written = all_rejected(&text, "a.csv");
        proptest::prop_assert_eq!(rows_of(&written), rows_of(&text), "{}", written);
    }
}
