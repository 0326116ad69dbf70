//! What arrives through a pipe: sources that are still written, and the output of databases.

use std::io::{PipeWriter, Write};

use crate::Office;
use crate::program::Running;

async fn importing(office: &Office) -> (Running, PipeWriter) {
    let (stdin, source) = std::io::pipe().unwrap();
    let running = office.program(&["import", "-", "--format", "json"]).stdin(stdin).start().await;
    (running, source)
}

#[tokio::test]
async fn contacts_are_created_while_their_source_is_still_written() {
    let lines = [
        "{\"name\":\"Ada King\",\"emails\":[\"ada@example.com\"]}\n",
        "{\"name\":\"Bo Ek\",\"emails\":[\"bo@example.com\"]}\n",
    ];
    let table = ["Name,E-mail\nAda King,ada@example.com\n", "Bo Ek,bo@example.com\n"];
    let cards = [
        "BEGIN:VCARD\nVERSION:3.0\nFN:Ada King\nEMAIL:ada@example.com\nEND:VCARD\n",
        "BEGIN:VCARD\nVERSION:3.0\nFN:Bo Ek\nEMAIL:bo@example.com\nEND:VCARD\n",
    ];
    let array = [
        "[{\"full_name\":\"Ada King\",\"email\":\"ada@example.com\"},\n",
        "{\"full_name\":\"Bo Ek\",\"email\":\"bo@example.com\"}\n",
    ];
    for parts in [lines, table, cards, array] {
        let office = Office::new().await;
        let (running, mut source) = importing(&office).await;
        for (place, part) in parts.into_iter().enumerate() {
            source.write_all(part.as_bytes()).unwrap();
            office.holds(4 * (place + 1)).await;
        }
        if parts == array {
            source.write_all(b"]\n").unwrap();
        }
        drop(source);
        assert_eq!(running.end().await.expect_code(0).json()["read"], 2);
    }
}

#[tokio::test]
async fn a_slow_program_is_recognized_by_more_than_its_first_words() {
    let office = Office::new().await;
    let (running, mut source) = importing(&office).await;
    for part in ["Our people", " of 2026\n", "Name,E-", "mail\n", "Ada King,", "ada@example.com\n"] {
        source.write_all(part.as_bytes()).unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    drop(source);
    running.end().await.expect_code(0);
    assert_eq!(office.held(), [1; 4]);
}
