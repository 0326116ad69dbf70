//! Tests of the preview, which counts the bad cells in the beginning of a file.

use std::io::{Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;
use unicontact_files::{ContactReader, OnBadCell, Preview, ReadOptions, open};

fn reading(name: &str, text: impl Into<Vec<u8>>, options: &ReadOptions) -> ContactReader {
    open(Cursor::new(text.into()), name, options).unwrap()
}

fn preview(name: &str, text: impl Into<Vec<u8>>) -> Preview {
    reading(name, text, &ReadOptions::default()).preview()
}

/// Returns a file with `rows` rows, the first `bad` of which have a text in the phone column.
fn people(rows: usize, bad: usize) -> String {
    let row = |number| {
        let phone = if number < bad { "ask her" } else { "+44 20 7946 0001" };
        format!("Person {number},p{number}@example.com,{phone}\n")
    };
    std::iter::once("Name,E-mail,Phone\n".to_owned()).chain((0..rows).map(row)).collect()
}

#[test]
fn a_column_with_many_bad_cells_is_reported_with_its_counts() {
    let preview = preview("people.csv", people(50, 20));
    let frequent = preview.frequent();
    assert_eq!((preview.rows, frequent.len()), (50, 1));
    assert_eq!((frequent[0].column, &*frequent[0].field), (Some(3), "Phone"));
    assert_eq!((frequent[0].dropped, frequent[0].rejected, frequent[0].rows()), (20, 0, 20));
    assert!(frequent[0].reason.contains("not a telephone number"), "{frequent:?}");
}

#[test]
fn several_bad_parts_of_a_cell_count_once() {
    let row = "Ada King,ada@example.com;at home;at work,\n";
    let preview = preview("people.csv", format!("Name,E-mail,Phone\n{}", row.repeat(6)));
    assert!(preview.frequent().iter().all(|cells| cells.rows() == 6), "{preview:?}");
    assert_eq!(preview.frequent().len(), 1);
}

#[test]
fn few_bad_cells_are_not_frequent() {
    for (rows, bad) in [(50, 0), (4, 4), (50, 5), (100, 10), (0, 0)] {
        assert!(preview("people.csv", people(rows, bad)).frequent().is_empty(), "{bad} of {rows}");
    }
    for (rows, bad) in [(5, 5), (49, 5), (100, 11)] {
        assert_eq!(preview("people.csv", people(rows, bad)).frequent().len(), 1, "{bad} of {rows}");
    }
}

#[test]
fn rows_that_are_rejected_for_a_cell_are_counted() {
    let options = ReadOptions { on_bad_cell: OnBadCell::Reject, ..ReadOptions::default() };
    let preview = reading("people.csv", people(30, 10), &options).preview();
    let frequent = preview.frequent();
    assert_eq!((frequent[0].dropped, frequent[0].rejected), (0, 10));
}

#[test]
fn the_preview_takes_no_row_and_is_empty_after_the_first_row() {
    let mut reading = reading("people.csv", people(30, 10), &ReadOptions::default());
    assert_eq!(reading.preview().rows, 30);
    assert_eq!(reading.by_ref().count(), 30);
    let mut late = open(Cursor::new(people(30, 10)), "people.csv", &ReadOptions::default()).unwrap();
    assert!(late.next().is_some());
    assert_eq!(late.preview(), Preview::default());
}

#[test]
fn a_preview_of_a_long_file_counts_complete_rows_only() {
    let preview = preview("people.csv", people(5000, 0));
    assert_eq!((preview.rows, preview.frequent().len()), (200, 0));
    // The rows are so long that the beginning holds fewer than 200 of them and ends inside one.
    let long = people(500, 0).replace("Person", &"P".repeat(2000));
    let preview = open(Cursor::new(long), "people.csv", &ReadOptions::default()).unwrap().preview();
    assert!((20..40).contains(&preview.rows) && preview.frequent().is_empty(), "{preview:?}");
}

#[test]
fn other_formats_and_encodings_have_a_preview_too() {
    let card = "BEGIN:VCARD\nVERSION:3.0\nFN:Ada King\nEMAIL:ada@example.com\nTEL:ask her\nEND:VCARD\n";
    let cards = preview("people.vcf", card.repeat(8));
    assert_eq!((cards.frequent()[0].column, &*cards.frequent()[0].field), (None, "TEL"));
    let wide: Vec<u8> =
        std::iter::once(0xfeff).chain(people(20, 10).encode_utf16()).flat_map(u16::to_le_bytes).collect();
    assert_eq!(preview("people.csv", wide).frequent()[0].rows(), 10);
    let objects = "{\"name\": \"Ada King\"},\n".repeat(6000);
    let array = preview("people.json", format!("[{objects}{{\"name\": \"Bo Ek\"}}]"));
    assert!(array.rows > 100 && array.frequent().is_empty(), "{array:?}");
}

/// A source that counts its reads.
struct Counted(Cursor<String>, Arc<AtomicUsize>);

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.1.fetch_add(1, Ordering::Relaxed);
        self.0.read(buffer)
    }
}

#[test]
fn the_preview_reads_nothing_more_from_the_source() {
    let reads = Arc::new(AtomicUsize::new(0));
    let source = Counted(Cursor::new(people(5000, 5000)), Arc::clone(&reads));
    let mut reading = open(source, "people.csv", &ReadOptions::default()).unwrap();
    let before = reads.load(Ordering::Relaxed);
    assert_eq!(reading.preview().frequent()[0].rows(), 200);
    assert_eq!(reads.load(Ordering::Relaxed), before);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn the_preview_counts_what_the_first_rows_hold(bad in proptest::collection::vec(any::<bool>(), 1..120)) {
        let rows = bad.iter().enumerate().map(|(number, is_bad)| {
            let phone = if *is_bad { "ask her" } else { "" };
            format!("Person {number},p{number}@example.com,{phone}\n")
        });
        let text: String = std::iter::once("Name,E-mail,Phone\n".to_owned()).chain(rows).collect();
        let preview = preview("people.csv", text);
        let expected = bad.iter().filter(|is_bad| **is_bad).count();
        let is_frequent = expected >= 5 && expected * 10 > bad.len();
        let rows: Vec<u64> = preview.frequent().iter().map(|cells| cells.rows()).collect();
        prop_assert_eq!(preview.rows, bad.len() as u64);
        prop_assert_eq!(rows, if is_frequent { vec![expected as u64] } else { Vec::new() });
    }
}

#[test]
fn rows_in_another_encoding_are_named_by_their_lines() {
    let mut file = "Name,E-mail\nJürgen Groß,j@example.com\n".as_bytes().to_vec();
    for number in 0..300 {
        file.extend_from_slice(format!("Person {number},p{number}@example.com\n").as_bytes());
    }
    file.extend_from_slice(b"J\xfcrgen Gro\xdf,k@example.com\nAda King,ada@example.com\n");
    assert_eq!(preview("people.csv", file).lines_in_another_encoding, [303]);
    assert!(preview("people.csv", people(5, 0)).lines_in_another_encoding.is_empty());
}

#[test]
fn a_reject_has_the_name_of_its_contact_and_hides_it_from_debug() {
    let options = ReadOptions::default();
    let mut rows = reading("people.csv", "Name,E-mail\nAda King,no address\n,no address\n", &options);
    let mut rejected = || rows.next().unwrap().unwrap_err();
    let (named, nameless) = (rejected(), rejected());
    assert_eq!((named.name.as_deref(), nameless.name.as_deref()), (Some("Ada King"), None));
    assert!(!format!("{named:?} {named}").contains("King"), "{named:?}");
}
