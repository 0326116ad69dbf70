//! Reading tables of JSON objects, as databases export them.
//!
//! An object whose keys are column names is a row. A contact in its own form is not.

use std::io::Cursor;

use unicontact_files::{ContactReader, Format, ReadOptions, RejectsWriter, Row, open, suggest_map};

fn opened(text: &str, options: &ReadOptions) -> ContactReader {
    open(Cursor::new(text.to_owned()), "-", options).unwrap()
}

fn rows(text: &str) -> Vec<Row> {
    opened(text, &ReadOptions::default()).map(Result::unwrap).collect()
}

/// The output of `sqlite3 -json` and `duckdb -json`.
const ARRAY: &str = "[{\"id\":1,\"full_name\":\"Ada King\",\"email\":\"ada@example.com\",\"phone\":null,\"shoe_size\":38},\n\
                     {\"id\":12345678901234567,\"full_name\":\"Bo Ek\",\"email\":null,\"phone\":442079460123,\"shoe_size\":44}]\n";

#[test]
fn the_rows_of_a_query_are_contacts() {
    let reading = opened(ARRAY, &ReadOptions::default());
    assert_eq!(reading.format(), Format::Json);
    insta::assert_snapshot!(reading.columns().unwrap(), @r"
    no known layout, columns are known by their names; the keys of JSON objects
        1  id  ->  external_id
        2  full_name  ->  name.full
        3  email  ->  emails[0].address
        4  phone  ->  phones[0].number
        5  shoe_size  ->  not used: not a known column; name it in a mapping
    ");
    let rows: Vec<Row> = reading.map(Result::unwrap).collect();
    let ids: Vec<_> = rows.iter().map(|row| row.contact.external_id.as_deref().unwrap()).collect();
    assert_eq!(ids, ["1", "12345678901234567"]);
    assert_eq!(rows[0].contact.emails[0].address.as_str(), "ada@example.com");
    assert_eq!(rows[1].contact.phones[0].number.as_str(), "442079460123");
    assert_eq!(rows.iter().map(|row| row.line).collect::<Vec<_>>(), [1, 2]);
    assert!(rows.iter().all(|row| row.earlier.is_none() && row.notes.is_empty()), "{rows:?}");
}

#[test]
fn objects_on_lines_may_add_keys_later() {
    // The output of `mongoexport`.
    let text = "{\"_id\":{\"$oid\":\"65a1\"},\"name\":\"Ada\",\"email\":\"ada@example.com\"}\n\
                {\"_id\":{\"$oid\":\"65a2\"},\"name\":\"Bo\",\"phone\":\"+44 20 7946 0123\",\"tags\":[\"vip\",\"new\"]}\n\
                {\"_id\":{\"$oid\":\"65a3\"},\"name\":\"Cy\",\"email\":\"cy@example.com\",\"address\":{\"city\":\"Ulm\"}}\n";
    let rows = rows(text);
    assert_eq!(rows[1].contact.phones.len(), 1);
    assert_eq!(rows[1].contact.tags, ["vip", "new"]);
    assert_eq!(rows[2].contact.addresses[0].city.as_deref(), Some("Ulm"));
    assert_eq!(rows[2].notes.len(), 0, "{rows:?}");
}

#[test]
fn a_key_missing_from_the_first_objects_is_noted() {
    let filler = "{\"name\":\"Ada\",\"email\":\"ada@example.com\"}\n".repeat(2000);
    let text =
        format!("{filler}{{\"name\":\"Bo\",\"email\":\"bo@example.com\",\"phone\":\"+44 20 7946 0123\"}}\n");
    let last = rows(&text).pop().unwrap();
    assert_eq!(
        last.notes[0].to_string(),
        "phone: the first objects of the file do not have this key; it is not read"
    );
}

#[test]
fn contacts_in_their_own_form_are_not_rows() {
    let own = "{\"name\":\"Ada\",\"emails\":[\"ada@example.com\"]}\n{\"name\":\"Bo\",\"email\":\"bo@example.com\"}\n";
    let items: Vec<_> = opened(own, &ReadOptions::default()).collect();
    assert!(items[0].is_ok());
    assert!(
        items[1].as_ref().unwrap_err().to_string().contains("email: unknown key, did you mean `emails`?")
    );
    let mixed = "{\"name\":\"Ada\",\"email\":\"ada@example.com\"}\n{\"name\":\"Bo\",\"emails\":[{\"address\":\"bo@example.com\",\"kind\":\"work\"}]}\n";
    let rows = rows(mixed);
    assert!(rows.iter().all(|row| row.contact.emails.len() == 1), "{rows:?}");
}

#[test]
fn rejected_objects_can_be_corrected() {
    let text = "[{\"name\":\"Ada\",\"email\":\"ada\"},\n3,\n{\"name\":\"Bo\",\"email\":\"bo@example.com\",\"email\":\"x\"},\n{\"name\":\"Cy\",\"email\":\"cy@example.com\"}]";
    let mut reading = opened(text, &ReadOptions::default());
    let mut out = RejectsWriter::new(Vec::new(), &reading);
    let mut rejects = Vec::new();
    for reject in reading.by_ref().filter_map(Result::err) {
        rejects.push(reject.to_string());
        out.write(&reject).unwrap();
    }
    assert!(rejects[0].starts_with("line 1 (email): not an e-mail address"), "{rejects:?}");
    assert_eq!(rejects[1], "line 2: expected an object");
    assert!(rejects[2].starts_with("line 3") && rejects.len() == 3, "{rejects:?}");
    let written = String::from_utf8(out.finish().unwrap()).unwrap();
    let corrected = written.lines().next().unwrap().replace("\"ada\"", "\"ada@example.com\"");
    assert_eq!(rows(&corrected)[0].contact.emails[0].address.as_str(), "ada@example.com");
}

#[test]
fn a_mapping_names_the_keys() {
    let text = "[{\"who\":\"Ada\",\"where\":\"ada@example.com\"}]";
    let map = suggest_map(Cursor::new(text), "-", &ReadOptions::default()).unwrap();
    assert!(map.contains("\"who\" = \"ignore\""), "{map}");
    let map = "[columns]\n\"who\" = \"name.full\"\n\"where\" = \"emails[0].address\"\n".parse().unwrap();
    let rows: Vec<_> = opened(text, &ReadOptions { map: Some(map), ..ReadOptions::default() }).collect();
    assert_eq!(rows[0].as_ref().unwrap().contact.emails[0].address.as_str(), "ada@example.com");
}

#[test]
fn a_nested_object_has_its_own_columns() {
    let text = r#"[{"name":"Ann","email":"a@example.com","address":{"street":"1 Park","city":"Bath"}},
        {"name":"Bo","email":"b@example.com","address":null}]"#;
    let reading = opened(text, &ReadOptions::default());
    insta::assert_snapshot!(reading.columns().unwrap(), @r"
    no known layout, columns are known by their names; the keys of JSON objects
        1  name  ->  name.full
        2  email  ->  emails[0].address
        3  address.street  ->  addresses[0].street
        4  address.city  ->  addresses[0].city
    ");
    let rows: Vec<Row> = reading.map(Result::unwrap).collect();
    let address = &rows[0].contact.addresses[0];
    assert_eq!((address.street.as_deref(), address.city.as_deref()), (Some("1 Park"), Some("Bath")));
    assert_eq!(rows[1].contact.display_name().as_deref(), Some("Bo"));
    assert!(rows.iter().all(|row| row.notes.is_empty() && row.earlier.is_none()));
}

#[test]
fn a_deeply_nested_object_is_noted_and_not_read() {
    let text = r#"{"name":"Ann","email":"a@example.com","address":{"city":{"name":"Bath"}}}"#;
    let rows = rows(text);
    assert_eq!(rows[0].contact.emails[0].address.as_str(), "a@example.com");
    let notes: Vec<String> = rows[0].notes.iter().map(ToString::to_string).collect();
    assert_eq!(notes, ["address: an object or an array in place of a text; it is not read"]);
}

#[test]
fn a_contact_with_a_misspelled_key_is_not_a_table() {
    let text = r#"{"name":{"given":"Ann"},"email":"a@example.com"}"#;
    let reject = opened(text, &ReadOptions::default()).next().unwrap().unwrap_err();
    assert!(reject.to_string().contains("did you mean `emails`?"), "{reject}");
}
