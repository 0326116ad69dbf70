//! Splitting files of vCards with damaged boundaries between cards.
//!
//! Invariant: each card is a contact or a reject with the line on which it begins.

use std::io::Cursor;

use proptest::prelude::*;
use unicontact_files::{ContactReader, ReadOptions, Reject, RejectsWriter, Row, open};

fn opened(text: impl Into<Vec<u8>>) -> ContactReader {
    open(Cursor::new(text.into()), "people.vcf", &ReadOptions::default()).unwrap()
}

/// Returns the lines, names and notes of the contacts, and the texts of the rejects.
fn read(text: impl Into<Vec<u8>>) -> Vec<String> {
    let name = |row: &Row| row.contact.display_name().unwrap();
    let summary = |item: Result<Row, Reject>| match item {
        Ok(row) => {
            let notes: Vec<String> = row.notes.iter().map(ToString::to_string).collect();
            let notes = if notes.is_empty() { String::new() } else { format!(" ({})", notes.join("; ")) };
            format!("{} {}{notes}", row.line, name(&row))
        }
        Err(reject) => reject.to_string(),
    };
    opened(text).map(summary).collect()
}

/// Returns a card of four lines, without a line break at its end.
fn card(name: &str) -> String {
    format!("BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{name}\r\nEND:VCARD")
}

#[test]
fn cards_without_line_breaks_between_them_are_read() {
    for seam in ["", " ", "\t", ",", ";", "--", "\0", "\x0c", "\u{feff}", "\u{200b}", "\x1a", " \u{2014} "] {
        let text = format!("{}{seam}{}{seam}{}\r\n", card("Ada"), card("Bo"), card("Cy"));
        assert_eq!(read(text), ["1 Ada", "4 Bo", "7 Cy"], "{seam:?}");
    }
}

#[test]
fn text_without_letters_between_cards_is_ignored() {
    for between in [
        "\r\n",
        "\n\n\n",
        "\r\n-----\r\n",
        "\r\n\x0c\r\n",
        "\r\n\0\0\0\r\n",
        "\r\n\u{feff}",
        "\r\nEND:VCARD\r\n",
    ] {
        let text = format!("{between}{}{between}{}{between}", card("Ada"), card("Bo"));
        let names: Vec<String> = read(text).iter().map(|it| it[it.len() - 3..].trim().to_owned()).collect();
        assert_eq!(names, ["Ada", "Bo"], "{between:?}");
    }
}

#[test]
fn text_between_cards_is_rejected_with_its_line() {
    let text =
        format!("{} see below {}\r\nContacts of 2026\r\n{}\r\nbye", card("Ada"), card("Bo"), card("Cy"));
    insta::assert_debug_snapshot!(read(text), @r#"
    [
        "1 Ada",
        "line 4: text outside of any card: a card begins with BEGIN:VCARD",
        "4 Bo",
        "line 8: text outside of any card: a card begins with BEGIN:VCARD",
        "9 Cy",
        "line 13: text outside of any card: a card begins with BEGIN:VCARD",
    ]
    "#);
}

#[test]
fn cards_without_their_first_line_are_rejected() {
    let headless = "FN:Bo\nEMAIL:bo@example.com\nEND:VCARD\n";
    let text = format!("{}\n{headless}{headless}{}\n", card("Ada"), card("Cy"));
    assert_eq!(
        read(text),
        [
            "1 Ada",
            "line 5: text outside of any card: a card begins with BEGIN:VCARD",
            "line 8: text outside of any card: a card begins with BEGIN:VCARD",
            "11 Cy"
        ]
    );
}

#[test]
fn markers_are_read_in_any_case_and_with_blanks() {
    for (begin, end) in [
        ("begin:vcard", "end:vcard"),
        ("Begin : vCard ", "End: VCARD  "),
        (" BEGIN:VCARD", "END:VCARD"),
        ("\u{feff}BEGIN:VCARD\0", "\0END:VCARD\0"),
        ("\x0cBEGIN:VCARD", "\x0cEND:VCARD"),
    ] {
        let text = format!("{begin}\nVERSION:3.0\nFN:Ada\n{end}\n{begin}\nVERSION:3.0\nFN:Bo\n{end}\n");
        assert_eq!(read(text), ["1 Ada", "5 Bo"], "{begin:?}");
    }
}

#[test]
fn an_indented_card_is_read() {
    let text = "  BEGIN:VCARD\n  FN:Ada\n  NOTE:one\n    two\n  END:VCARD\n BEGIN:VCARD\nFN:Bo\nNOTE:one\n  two\nEND:VCARD\n";
    let notes: Vec<_> = opened(text).map(|row| row.unwrap().contact.notes.unwrap()).collect();
    assert_eq!(notes, ["one two", "one two"].map(|it| it.replace("  ", " ")).to_vec());
}

#[test]
fn a_card_without_end_is_read_unless_it_is_cut_off() {
    let open = "BEGIN:VCARD\nVERSION:3.0\nFN:Ada\n";
    let note = "(the card has no END:VCARD)";
    assert_eq!(read(open), [format!("1 Ada {note}")]);
    assert_eq!(read(format!("{open}\n{}", card("Bo"))), [format!("1 Ada {note}"), "5 Bo".to_owned()]);
    assert_eq!(read(open.repeat(3)), [1, 4, 7].map(|line| format!("{line} Ada {note}")));
    for rest in ["EMAIL:ada@exam", "NOTE;QUOTED-PRINTABLE:a=\n", "PHOTO;ENCODING=b:AAAA\n AAAA\n"] {
        let rejects = read(format!("{open}{rest}"));
        assert_eq!(
            rejects,
            ["line 1: the card has no END:VCARD: the file ends inside it; export it again"],
            "{rest}"
        );
    }
    assert_eq!(
        read("BEGIN:VCARD\nVERSION:3.0\n"),
        ["line 1: a contact needs a name, an organization, an e-mail or a phone"]
    );
}

#[test]
fn an_end_marker_after_a_value_ends_the_card() {
    let with_end_after = |value: &str| card("Ada").replace("\r\nEND", &format!("\r\n{value}END"));
    let text = format!("{}\r\n{}\r\n", with_end_after("EMAIL:ada@example.com"), card("Bo"));
    assert_eq!(read(text), ["1 Ada", "5 Bo"]);
    for value in ["EMAIL:ada@example.com", "TEL:+442079460123", "NOTE:a note", "NOTE:folded\r\n "] {
        let text = format!("{}{}\r\n", with_end_after(value), card("Bo"));
        assert_eq!(
            read(text).iter().map(|it| &it[it.len() - 3..]).collect::<Vec<_>>(),
            ["Ada", " Bo"],
            "{value}"
        );
    }
}

#[test]
fn a_second_end_marker_removes_the_first_one_from_the_value() {
    let text = card("Ada").replace("\r\nEND", "END") + "\r\nEND:VCARD\r\n";
    let row = opened(text).next().unwrap().unwrap();
    assert_eq!(row.contact.display_name().as_deref(), Some("Ada"));
    assert_eq!(row.earlier.unwrap().display_name().as_deref(), Some("AdaEND:VCARD"));
}

#[test]
fn text_after_an_end_marker_after_a_value_is_outside_of_any_card() {
    let text = card("Ada").replace("\r\nEND", "END");
    assert_eq!(read(format!("{text}\r\n---\r\n{}", card("Bo"))), ["1 Ada", "5 Bo"]);
    let items = read(format!("{text}\r\nsee below\r\n{}", card("Bo")));
    assert_eq!(items, ["1 Ada", "line 4: text outside of any card: a card begins with BEGIN:VCARD", "5 Bo"]);
}

#[test]
fn a_card_that_the_next_card_cuts_off_is_rejected() {
    let cut = card("Ada").replace("\r\nEND:VCARD", "\r\nEMAIL:ada@exa");
    assert_eq!(
        read(format!("{cut}{}", card("Bo"))),
        [
            "line 1: the card is cut off inside a property, where the next card begins: export it again",
            "4 Bo"
        ]
    );
    let reject = opened(format!("{cut}{}", card("Bo"))).next().unwrap().unwrap_err();
    assert!(reject.original.ends_with(b"\r\nEMAIL:ada@exa"));
}

#[test]
fn an_uncorrected_cut_off_card_is_rejected_again() {
    let cut = card("Ada").replace("\r\nEND:VCARD", "\r\nEMAIL:ada@exa");
    let mut reading = opened(format!("{cut}{cut}"));
    let mut rejects = RejectsWriter::new(Vec::new(), &reading);
    for reject in reading.by_ref() {
        rejects.write(&reject.unwrap_err()).unwrap();
    }
    let again: Vec<_> = opened(rejects.finish().unwrap()).collect();
    assert_eq!(again.iter().map(Result::is_ok).collect::<Vec<_>>(), [false, false]);
}

#[test]
fn a_second_name_after_a_marker_in_a_value_begins_a_second_card() {
    let text = "BEGIN:VCARD\nFN:Ada\nNOTE:a noteEND:VCARDBEGIN:VCARD\nFN:Bo\nEND:VCARD\n";
    assert_eq!(read(text), ["1 Ada", "3 Bo"]);
    let text = "BEGIN:VCARD\nN:King;Ada\nNOTE:END:VCARDBEGIN:VCARD\nFN:Ada King\nEND:VCARD\n";
    assert_eq!(read(text), ["1 Ada King"]);
}

#[test]
fn a_marker_inside_a_value_does_not_split_the_card() {
    for value in [
        "NOTE:say END:VCARDBEGIN:VCARD",
        "NOTE:say BEGIN:VCARD",
        "NOTE:say END:VCARD",
        "NOTE:say\r\n END:VCARDBEGIN:VCARD",
        "NOTE:say\r\n END:VCARD\r\n BEGIN:VCARD",
        "NOTE;ENCODING=QUOTED-PRINTABLE:say=\r\nEND:VCARDBEGIN:VCARD=\r\nmore",
        "NOTE;ENCODING=QUOTED-PRINTABLE:say=\r\nEND:VCARD",
        "NOTE:BEGIN:VCARD\\nFN:X\\nEND:VCARD",
        "X-SAMPLE:END:VCARDBEGIN:VCARD",
        "AGENT:BEGIN:VCARD\r\n VERSION:3.0\r\n FN:X\r\n END:VCARD",
    ] {
        let text = card("Ada").replace("\r\nEND", &format!("\r\n{value}\r\nTEL:+442079460123\r\nEND"));
        let text = format!("{text}\r\n{}", card("Bo"));
        let rows: Vec<Row> = opened(text).map(Result::unwrap).collect();
        assert_eq!((rows.len(), rows[0].contact.phones.len()), (2, 1), "{value}");
    }
}

#[test]
fn a_card_inside_a_card_is_a_separate_contact() {
    let inner = card("Bo");
    let text =
        format!("BEGIN:VCARD\r\nFN:Ada\r\n{inner}\r\nEMAIL:ada@example.com\r\nEND:VCARD\r\n{}", card("Cy"));
    let rows: Vec<Row> = opened(text).map(Result::unwrap).collect();
    let emails: Vec<_> = rows.iter().map(|row| (row.line, row.contact.emails.len())).collect();
    assert_eq!(emails, [(3, 0), (1, 1), (9, 0)]);
    // The properties of a card without BEGIN do not continue the card without END before it.
    let text = format!("BEGIN:VCARD\nVERSION:3.0\nFN:Ada\n{inner}\nVERSION:3.0\nFN:Cy\nEND:VCARD\n");
    assert_eq!(
        read(text),
        [
            "1 Ada (the card has no END:VCARD)",
            "4 Bo",
            "line 8: text outside of any card: a card begins with BEGIN:VCARD"
        ]
    );
}

#[test]
fn the_card_of_an_agent_on_the_same_line_is_left_out() {
    let text = "BEGIN:VCARD\nVERSION:2.1\nFN:Ada\nAGENT:BEGIN:VCARD\nFN:Bo\nEND:VCARD\nTEL:+442079460123\nEND:VCARD\n";
    let row = opened(text).next().unwrap().unwrap();
    assert_eq!(row.contact.phones.len(), 1);
    assert_eq!(row.notes[0].message, "a card embedded in the card is dropped");
    // Version 0.1.0 ended the card at the END of the agent's card.
    assert_eq!(row.earlier.unwrap().phones.len(), 0);
}

#[test]
fn cards_without_line_breaks_are_rejected() {
    let line = card("Ada").replace("\r\n", " ");
    let reject = "line 1: the card has no line breaks: export it again";
    assert_eq!(read(format!("{line} {line}\n{}", card("Bo"))), [reject, reject, "2 Bo"]);
    assert_eq!(read("BEGIN:VCARD VERSION:3.0\nFN:Ada\nEND:VCARD\n"), ["1 Ada"]);
}

#[test]
fn the_first_of_two_cards_that_0_1_0_merged_keeps_the_merged_contact() {
    let cards = |seam: &str| {
        let first = "BEGIN:VCARD\nVERSION:3.0\nN:King;Ada;Mia,Lea;;\n";
        format!("{first}{seam}BEGIN:VCARD\nVERSION:3.0\nN:Ek;Bo;Cy,Di;;\nTEL:+442079460124\nEND:VCARD\n")
    };
    let rows: Vec<Row> = opened(cards("NOTE:a noteEND:VCARD")).map(Result::unwrap).collect();
    let merged = rows[0].earlier.as_ref().unwrap();
    assert_eq!(merged.notes.as_deref(), Some("a noteEND:VCARDBEGIN:VCARD"));
    assert_eq!((merged.phones.len(), rows[0].contact.phones.len()), (1, 0));
    assert_eq!(rows[1].earlier, None);
    // Version 0.1.0 left out the line of a picture and the BEGIN on it.
    let rows: Vec<Row> = opened(cards("PHOTO;BASE64:AAAA\n AAAAEND:VCARD")).map(Result::unwrap).collect();
    assert_eq!((rows.len(), rows[0].contact.phones.len()), (2, 0));
    assert_eq!(rows[0].earlier.as_ref().unwrap().phones.len(), 1);
    // Version 0.1.0 read only the first of these cards.
    let rows: Vec<Row> = opened(cards("END:VCARD")).map(Result::unwrap).collect();
    assert_eq!(rows[1].earlier, None);
}

/// Texts between two cards, and the number of rejects for each.
const SEAMS: [(&str, usize); 16] = [
    ("\r\n", 0),
    ("\n\n", 0),
    ("", 0),
    (" ", 0),
    (";", 0),
    ("\0", 0),
    ("\0\0\0\r\n", 0),
    ("\x0c", 0),
    ("\r\n\x0c\r\n", 0),
    ("\u{feff}", 0),
    ("\r\n-- \r\n", 0),
    ("\rEND:VCARD\r", 0),
    ("\r\n=====\r\n\r\n", 0),
    (" and then ", 1),
    ("\nPage 2 of 3\n", 1),
    ("\nFN:Cy\nTEL:+442079460124\nEND:VCARD\n", 1),
];

/// Variants of the last line of a card.
const ENDS: [&str; 6] = ["\nEND:VCARD", "\r\nend:vcard", "\n\0END:VCARD", "\nEnd : vCard", "END:VCARD", "\n"];

proptest! {
    #[test]
    fn no_card_is_lost_at_any_boundary(
        cards in prop::collection::vec((0..SEAMS.len(), 0..ENDS.len(), any::<bool>()), 1..8),
    ) {
        let mut text = String::new();
        let mut rejects = 0;
        let mut lines = Vec::new();
        for (number, (seam, end, has_note)) in cards.iter().enumerate() {
            let (seam, expected) = SEAMS[*seam];
            // A card without END, or with END after a value, needs the next card on its own line.
            let is_open = ENDS[*end] == "\n";
            let (seam, expected) = if *end >= 4 { ("\r\n", 0) } else { (seam, expected) };
            rejects += expected;
            lines.push(1 + text.replace("\r\n", "\n").matches(['\n', '\r']).count() as u64);
            let note = if *has_note { "NOTE:END:VCARDBEGIN:VCARD\nNOTE:\n END:VCARD\n" } else { "" };
            let seam = if is_open { "" } else { seam };
            let card = format!("BEGIN:VCARD\nVERSION:3.0\n{note}FN:Person {number}\nTEL:+442079460123");
            text.extend([&card, ENDS[*end], seam]);
        }
        let items: Vec<_> = opened(text.clone()).collect();
        let rejected = items.iter().filter(|item| item.is_err()).count();
        prop_assert_eq!(rejected, rejects, "{:?}", text);
        let mut read: Vec<&Row> = items.iter().filter_map(|item| item.as_ref().ok()).collect();
        read.sort_by_key(|row| row.line);
        prop_assert_eq!(read.iter().map(|row| row.line).collect::<Vec<_>>(), lines, "{:?}", text);
        for (number, row) in read.iter().enumerate() {
            prop_assert_eq!(row.contact.display_name(), Some(format!("Person {number}")));
            prop_assert_eq!(row.contact.phones.len(), 1);
        }
    }
}
