//! Warnings about rows in another encoding than the others of their file.

use crate::import::screens::screen;
use crate::import::{Office, people};

#[tokio::test]
async fn rows_in_another_encoding_are_named_before_anything_is_sent() {
    let office = Office::new().await;
    let mut file = "Kundennr.;Vorname;Nachname;E-Mail\nC-1;Jürgen;Groß;j@example.com\n".as_bytes().to_vec();
    file.extend_from_slice(b"C-2;J\xfcrgen;Gro\xdf;k@example.com\nC-3;Ada;King;ada@example.com\n");
    let program = office.program(&["import", "people.csv", "--dry-run"]);
    insta::assert_snapshot!(screen(program, "80", &file).await, @r"
    people.csv: windows-1252, delimiter ;, header in line 1
      Kundennr. → external_id
      Vorname   → name.given
      Nachname  → name.family
      E-Mail    → emails[0].address
    people.csv: warning: mixed encodings: line 3 is not UTF-8, unlike the others:
      read as windows-1252: Jürgen | Groß; if it is wrong, pass the right --encoding

    3 rows: 3 would be sent
    Nothing was sent. To send: unicontact import people.csv
    exit code 0
    ");
}

#[tokio::test]
async fn later_rows_in_another_encoding_are_a_warning_at_the_end() {
    let office = Office::new().await;
    let mut file = people(3000).replace("Person 0", "Jürgen Groß").into_bytes();
    file.extend_from_slice(b"a,J\xfcrgen,a@example.com,\nb,Ann,b@example.com,\nc,Gro\xdf,c@example.com,\n");
    let file = office.file("people.csv", file);
    for options in
        [&["--dry-run"] as &[&str], &["--dry-run", "--quiet"], &["--format", "json", "--to", "iot"]]
    {
        let ended = office.program(&[&["import", &file], options].concat()).run().await.expect_code(0);
        let warning = "people.csv: warning: mixed encodings: lines 3002, 3004 are not UTF-8, unlike the others: read as windows-1252; check these contacts";
        assert!(ended.stderr.contains(warning), "{}", ended.stderr);
        assert!(!ended.stderr.contains("not UTF-8: it was read as"), "{}", ended.stderr);
    }
}
