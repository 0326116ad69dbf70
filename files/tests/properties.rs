//! Properties of every input: any bytes are read to the end without a panic, and contacts survive being written as CSV.

use std::io::Cursor;

use proptest::prelude::*;
use unicontact_files::{Format, ReadOptions, RejectsWriter, open, suggest_map};

/// Texts that the readers search for, so that random input reaches their branches.
const PIECES: [&str; 30] = [
    "BEGIN:VCARD\n",
    "END:VCARD\r\n",
    "AGENT:\n",
    "FN:",
    "N:;",
    "TEL;CELL:",
    "BDAY:",
    "PHOTO;ENCODING=b:",
    "ADR:;;",
    ";ENCODING=QUOTED-PRINTABLE:=C3=\n",
    ";CHARSET=SHIFT_JIS:",
    "item1.",
    "X-ABLabel:",
    "Name,Email,Phone\n",
    "\"",
    "\"\"",
    ",",
    ";",
    "\r",
    "\n",
    "\t",
    "{\"name\":",
    "[",
    "]",
    "}",
    "\"@type\":\"Card\"",
    " ::: ",
    "+44 20 7946 0123",
    "--12-10",
    "a@example.com",
];

fn some_bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        prop::sample::select(PIECES.to_vec()).prop_map(|piece| piece.as_bytes().to_vec()),
        prop::collection::vec(any::<u8>(), 0..6),
        "[a-zA-Z0-9 ü=:;]{0,8}".prop_map(String::into_bytes),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn any_bytes_are_read_to_the_end_without_a_panic(
        bytes in some_bytes(),
        format in prop::option::of(prop::sample::select(
            vec![Format::Csv, Format::Ndjson, Format::Json, Format::Vcard, Format::JsContact],
        )),
        limit in prop::option::of(16_usize..200),
        header in any::<bool>(),
    ) {
        let bytes = if header { [b"Name,Email,Notes\n", &bytes[..]].concat() } else { bytes };
        let options = ReadOptions { format, row_limit: limit, ..ReadOptions::default() };
        let _ = suggest_map(Cursor::new(bytes.clone()), "any", &options);
        let Ok(mut reading) = open(Cursor::new(bytes.clone()), "any", &options) else { return Ok(()) };
        let mut rejects = RejectsWriter::new(Vec::new(), &reading);
        let mut items = 0;
        for item in reading.by_ref() {
            items += 1;
            prop_assert!(items <= bytes.len() + 1, "it does not come to an end");
            if let Err(reject) = item {
                // A byte of another encoding is up to three bytes in UTF-8.
                prop_assert!(reject.original.len() <= 3 * limit.unwrap_or(1 << 20).max(16));
                rejects.write(&reject).unwrap();
            }
        }
        rejects.finish().unwrap();
    }
}

/// Writes CSV. Cells that need quotes are quoted, and others at random.
fn written(rows: &[[String; 3]], delimiter: char, quote: char, quoted: &[bool], ending: &str) -> String {
    let mut text = String::new();
    let mut quoted = quoted.iter().cycle();
    for row in rows {
        let cells: Vec<String> = row
            .iter()
            .map(|cell| {
                let must = cell.contains([delimiter, quote, '\n', '\r']);
                if must || *quoted.next().unwrap() {
                    format!("{quote}{}{quote}", cell.replace(quote, &format!("{quote}{quote}")))
                } else {
                    cell.clone()
                }
            })
            .collect();
        text.push_str(&cells.join(&delimiter.to_string()));
        text.push_str(ending);
    }
    text
}

fn encoded(text: &str, encoding: u8) -> Vec<u8> {
    match encoding {
        0 => text.as_bytes().to_vec(),
        1 => [b"\xef\xbb\xbf", text.as_bytes()].concat(),
        2 => [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect(),
        3 => [0xfe, 0xff].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect(),
        // For these characters Windows-1252 equals Latin-1. The texts have no real words, so the options name the encoding.
        _ => text.chars().map(|character| u8::try_from(u32::from(character)).unwrap()).collect(),
    }
}

proptest! {
    #[test]
    fn a_contact_written_as_csv_is_read_unchanged(
        people in prop::collection::vec(("[A-Zäöü][a-z]{4}[a-zßé ,;'\"|]{5,12}[a-z]", "[a-z]{1,8}", "[A-Z][a-z]{4}[a-z ,;'\"\n]{5,20}[a-z]"), 1..8),
        delimiter in prop::sample::select(vec![',', ';', '\t', '|']),
        quote in prop::sample::select(vec!['"', '\'']),
        quoted in prop::collection::vec(any::<bool>(), 1..20),
        ending in prop::sample::select(vec!["\n", "\r\n", "\r"]),
        encoding in 0_u8..5,
    ) {
        let mut rows = vec![["Full Name".to_owned(), "E-mail".to_owned(), "Notes".to_owned()]];
        for (name, user, notes) in &people {
            rows.push([name.clone(), format!("{user}@example.com"), notes.clone()]);
        }
        let text = written(&rows, delimiter, quote, &quoted, ending);
        let options = ReadOptions {
            quote: Some(quote as u8),
            delimiter: quoted[0].then_some(delimiter as u8),
            encoding: (encoding == 4).then(|| "windows-1252".parse().unwrap()),
            ..ReadOptions::default()
        };
        let reading = open(Cursor::new(encoded(&text, encoding)), "people.csv", &options).unwrap();
        let read: Vec<_> = reading.map(Result::unwrap).collect();
        prop_assert_eq!(read.len(), people.len());
        for (row, (name, user, notes)) in read.iter().zip(&people) {
            prop_assert_eq!(row.contact.name.as_ref().and_then(|it| it.full.as_deref()), Some(name.as_str()));
            prop_assert_eq!(row.contact.emails[0].address.as_str(), format!("{user}@example.com"));
            prop_assert_eq!(row.contact.notes.as_deref(), Some(notes.as_str()));
        }
    }
}
