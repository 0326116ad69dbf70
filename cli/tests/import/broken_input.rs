//! Inputs that fail or end early: the rows before the failure are delivered and counted, the error names the place, and
//! the exit code is not 0.

use crate::import::{Office, VENDORS, count, people};

#[cfg(unix)]
#[tokio::test]
async fn rows_before_a_read_error_are_delivered() {
    use std::io::Write;
    use std::os::fd::OwnedFd;

    let office = Office::new().await;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut input = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (mut feeding, _) = listener.accept().unwrap();
    // Closing a connection with an unread byte resets it.
    input.write_all(b"x").unwrap();
    let arguments = ["import", "-", "--format", "json"];
    let running = office.program(&arguments).stdin(OwnedFd::from(input)).start().await;
    feeding.write_all(long_rows(90).as_bytes()).unwrap();
    office.wait_until_held(4 * 90).await;
    drop(feeding);
    let ended = running.end().await.expect_code(1);
    let summary = ended.json();
    assert_eq!((&summary["read"], &summary["rejects"]), (&90.into(), &0.into()), "{summary}");
    for (_, provider) in VENDORS {
        assert_eq!(count(&summary, provider, "created"), 90, "{summary}");
    }
    let message = "error: standard input: line 92: reading the file failed here: connection reset; \
                the rest was not read";
    assert!(ended.stderr.contains(message), "{ended:?}");
    assert!(!ended.files.iter().any(|name| name.contains("rejects")), "{ended:?}");
}

/// Returns rows that exceed the sample which is read before anything is sent.
fn long_rows(count: usize) -> String {
    let filling = "x".repeat(800);
    let rows: Vec<String> = people(count).lines().map(|line| format!("{line},{filling}")).collect();
    rows.join("\n") + "\n"
}

#[cfg(unix)]
#[tokio::test]
async fn an_unreadable_input_is_an_error_before_anything_is_sent() {
    let office = Office::new().await;
    let folder = std::fs::File::open(office.path("")).unwrap();
    let ended = office.program(&["import", "-"]).stdin(folder).run().await.expect_usage_error();
    assert!(ended.stderr.contains("standard input: cannot be read: "), "{ended:?}");
    let ended = office.import(&office.path("").display().to_string(), &[]).await.expect_usage_error();
    assert!(
        ended.stderr.contains("the folder has no file of contacts; name another folder or a file"),
        "{ended:?}"
    );
    let file = office.file("people.csv", "");
    let ended = office.import(&file, &[]).await.expect_usage_error();
    assert!(ended.stderr.contains("the file is empty"), "{ended:?}");
}

#[tokio::test]
async fn an_input_without_contacts_is_no_failure() {
    let office = Office::new().await;
    for text in ["", "[]", "[]\n", "name,email\n"] {
        let ended = office.program(&["import", "-"]).input(text).run().await.expect_code(0);
        assert!(ended.stderr.contains("standard input: the file has no contacts"), "{text}: {ended:?}");
    }
    let file = office.file("people.json", "[]");
    let ended = office.import(&file, &[]).await.expect_code(0);
    assert!(ended.stderr.contains("people.json: the file has no contacts"), "{ended:?}");
    assert_eq!(office.held(), [0; 4]);
}

#[tokio::test]
async fn contacts_before_the_end_of_a_truncated_array_are_delivered() {
    for (text, place) in [
        ("[{\"name\": \"Ada King\"}, {\"name\": \"Bo E", "line 1, column 24: "),
        ("[{\"name\": \"Ada King\"},\n", "line 2"),
        ("[{\"name\": \"Ada King\"}", "line 1"),
    ] {
        let office = Office::new().await;
        let file = office.file("people.json", text);
        let ended = office.import(&file, &[]).await.expect_code(1);
        assert_eq!(office.held(), [1; 4]);
        let row = place.replace("line ", "people.json:").replace(", column", ": column");
        assert!(ended.stderr.contains(place) || ended.stderr.contains(&row), "{ended:?}");
        assert!(ended.stderr.contains("the rest was not read"), "{ended:?}");
    }
}

#[tokio::test]
async fn a_truncated_last_contact_is_rejected_alone() {
    let cards = "BEGIN:VCARD\nVERSION:3.0\nFN:Ada King\nEND:VCARD\nBEGIN:VCARD\nVERSION:3.0\nFN:Bo E";
    let rows = "Name,E-mail\nAda King,ada@example.com\nBo,\"bo@exam";
    let mut utf_16: Vec<u8> = vec![0xff, 0xfe];
    utf_16.extend(
        "Name,E-mail\nAda King,ada@example.com\nBo,bo@exam".encode_utf16().flat_map(u16::to_le_bytes),
    );
    utf_16.push(b'p');
    for (name, bytes) in
        [("people.vcf", cards.as_bytes()), ("people.csv", rows.as_bytes()), ("utf-16.csv", &utf_16[..])]
    {
        let office = Office::new().await;
        let file = office.file(name, bytes);
        let ended = office.import(&file, &[]).await.expect_code(1);
        assert_eq!((office.held(), &ended.json()["rejects"]), ([1; 4], &1.into()), "{name}: {ended:?}");
    }
}
