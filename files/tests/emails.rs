//! Reading e-mail addresses: several in a cell, names beside them, and texts that are not addresses.

use std::io::Cursor;

use unicontact_files::{OnBadCell, ReadOptions, Reject, Row, open};
use unicontact_model::UnifiedContact;

fn read(text: String, name: &str, on_bad_cell: OnBadCell) -> Vec<Result<Row, Reject>> {
    let options = ReadOptions { on_bad_cell, ..ReadOptions::default() };
    open(Cursor::new(text), name, &options).unwrap().collect()
}

fn csv(cell: &str, on_bad_cell: OnBadCell) -> Result<Row, Reject> {
    let cell = cell.replace('"', "\"\"");
    read(format!("Name,Email\nAda King,\"{cell}\"\n"), "people.csv", on_bad_cell).swap_remove(0)
}

fn addresses(row: &Row) -> Vec<&str> {
    addresses_of(&row.contact)
}

fn addresses_of(contact: &UnifiedContact) -> Vec<&str> {
    contact.emails.iter().map(|email| email.address.as_str()).collect()
}

/// Returns the addresses of a row, its dropped cells with the reasons, and the addresses that 0.1.0 read.
fn summary(item: &Result<Row, Reject>) -> String {
    let row = match item {
        Ok(row) => row,
        Err(reject) => return format!("rejected: {reject}"),
    };
    let mut lines = vec![addresses(row).join(" ")];
    lines.extend(row.dropped.iter().map(|cell| format!("  dropped {}: {}", cell.value, cell.reason)));
    if let Some(earlier) = &row.earlier {
        lines.push(format!("  0.1.0: {}", addresses_of(earlier).join(" ")));
    }
    lines.join("\n")
}

fn summaries(cells: &[&str], on_bad_cell: OnBadCell) -> String {
    cells.iter().map(|cell| summary(&csv(cell, on_bad_cell)) + "\n").collect()
}

#[test]
fn all_addresses_of_a_cell_are_read_beside_those_of_0_1_0() {
    insta::assert_snapshot!(summaries(
        &[
            "ada@example.com",
            "ada@example.com;",
            "ada@example.com; ada@example.org",
            "ada@example.com ada@example.org",
            "King, Ada <ada@example.com>; King, Ada <ada@example.org>",
            "\"King, Ada\" <ada@example.com>, 'ada@example.org'",
            "Ada King (ada@example.com)",
            "SMTP:ada@example.com;smtp:ADA@example.com",
            "'ada@example.com",
            "ada@example.com?subject=Hello",
            "\u{202a}ada\u{200b}@example.com\u{a0}",
            "&lt;ada@example.com&gt;",
            "ａｄａ＠ｅｘａｍｐｌｅ．ｃｏｍ",
            "संपर्क@डाटामेल.भारत",
        ],
        OnBadCell::Auto
    ), @"
    ada@example.com
    ada@example.com
    ada@example.com ada@example.org
    ada@example.com ada@example.org
    ada@example.com ada@example.org
      0.1.0: ada@example.org
    ada@example.com ada@example.org
    ada@example.com
    ada@example.com
    ada@example.com
      0.1.0: 'ada@example.com
    ada@example.com
      0.1.0: ada@example.com?subject=Hello
    ada@example.com
    ada@example.com
    ada@example.com
    संपर्क@डाटामेल.भारत
    ");
}

#[test]
fn an_unreadable_part_is_dropped_if_another_address_is_readable() {
    let cells = [
        "ada@example.com; ada@@example.org",
        "ada@example.com / call first",
        "ada (at) example (dot) com",
        "aki..a@docomo.ne.jp",
    ];
    insta::assert_snapshot!(summaries(&cells, OnBadCell::Auto), @"
    ada@example.com
      dropped ada@@example.org: not an e-mail address (expected something like name@example.com)
    ada@example.com
      dropped call first: not an e-mail address (expected something like name@example.com)
    rejected: line 2, column 2 (Email): the @ is spelled out, as in name (at) example.com: write name@example.com
    rejected: line 2, column 2 (Email): not an e-mail address (expected something like name@example.com)
    ");
    assert!(
        summaries(&cells, OnBadCell::Reject)
            .lines()
            .all(|line| line.starts_with("rejected: line 2, column 2"))
    );
    assert!(!summaries(&cells, OnBadCell::Drop).contains("rejected"));
}

#[test]
fn an_exchange_address_is_dropped_and_the_contact_is_kept() {
    let cells =
        ["/o=ExchangeLabs/ou=Group (A, B)/cn=Recipients/cn=ada", "x500:/o=Acme/cn=ada; smtp:ada@example.com"];
    insta::assert_snapshot!(summaries(&cells, OnBadCell::Auto), @"

      dropped /o=ExchangeLabs/ou=Group (A, B)/cn=Recipients/cn=ada: not an e-mail address but one of another network, such as an Exchange directory
    ada@example.com
      dropped x500:/o=Acme/cn=ada: not an e-mail address but one of another network, such as an Exchange directory
    ");
    let nobody =
        read("Name,Email\n,/o=Acme/cn=ada\n".to_owned(), "people.csv", OnBadCell::Auto).swap_remove(0);
    assert!(nobody.unwrap_err().reason.contains("needs a name"));
}

#[test]
fn notes_hold_no_contact_data() {
    let row = csv("ada@example.com; secret@@example.org; NULL; (hidden)", OnBadCell::Auto).unwrap();
    let notes: Vec<String> = row.notes.iter().map(ToString::to_string).collect();
    assert!(notes.iter().any(|note| note.contains("placeholder")), "{notes:?}");
    assert!(!format!("{notes:?} {row:?}").contains("secret") && !format!("{notes:?}").contains("hidden"));
}

#[test]
fn a_placeholder_is_not_an_address() {
    for cell in ["NULL", "#N/A", "nan", "-", "(null)", "no email", "keine", "0", "\\N"] {
        let row = csv(cell, OnBadCell::Auto).unwrap();
        assert!(row.contact.emails.is_empty() && row.notes[0].message.contains("placeholder"), "{cell}");
    }
}

#[test]
fn a_word_beside_an_address_sets_its_kind() {
    let row = csv("ada@example.com (work), privat: ada@example.org", OnBadCell::Auto).unwrap();
    let emails = serde_json::to_value(&row.contact.emails).unwrap();
    assert_eq!(emails[0], serde_json::json!({"address": "ada@example.com", "kind": "work"}));
    assert_eq!(emails[1], serde_json::json!({"address": "ada@example.org", "kind": "home"}));
}

#[test]
fn a_telephone_number_beside_an_address_is_kept_as_a_number() {
    for cell in
        ["ada@example.com / +44 20 7946 0123", "+44 20 7946 0123; ada@example.com", "+44 20 7946 0123"]
    {
        let row = csv(cell, OnBadCell::Auto).unwrap();
        assert_eq!(row.contact.phones[0].number.as_str(), "+442079460123", "{cell}");
        assert!(row.notes[0].message.starts_with("a telephone number"));
    }
    assert!(csv("20230115", OnBadCell::Auto).is_err());
}

#[test]
fn addresses_in_cards_are_read_like_those_in_cells() {
    let card = "BEGIN:VCARD\nVERSION:3.0\nFN:Ada King\nEMAIL:mailto:ada@example.com\n\
                EMAIL:Ada King <ada@example.org>\nEMAIL:\u{200e}ada@example.net\nEMAIL:/o=Acme/cn=ada\nEND:VCARD\n";
    let items = read(card.to_owned(), "people.vcf", OnBadCell::Auto);
    let row = items[0].as_ref().unwrap();
    assert_eq!(addresses(row), ["ada@example.com", "ada@example.org", "ada@example.net"]);
    assert_eq!(row.dropped.len(), 1);
    let card = r#"{"@type":"Card","version":"1.0","uid":"a","name":{"full":"Ada"},"emails":{"a":{"address":"ada@example.com, 'ada@example.org'"}}}"#;
    let items = read(card.to_owned(), "people.json", OnBadCell::Auto);
    assert_eq!(addresses(items[0].as_ref().unwrap()), ["ada@example.com", "ada@example.org"]);
}

#[test]
fn a_cell_with_thousands_of_parts_is_read_quickly() {
    for part in ["(", "<a@", "a@example.com/", "/o=a,", "\"", "a,", "(a@b)", "@ ", "/o=;", "x@y <a@b>"] {
        let text = part.repeat(100_000 / part.len());
        let row = csv(&text, OnBadCell::Drop).unwrap();
        assert!(row.contact.emails.len() <= 500 && row.dropped.len() <= 501, "{part}");
    }
}
