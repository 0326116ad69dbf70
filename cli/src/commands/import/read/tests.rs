//! Rows that the delivery rejects after they were read.

use std::io;
use std::path::PathBuf;

use futures_util::StreamExt;
use tempfile::TempDir;
use unicontact::identity::IdentifyBy;
use unicontact_files::ReadOptions;

use super::*;
use crate::commands::import::open::InputLength;
use crate::exit::Exit;

struct Input {
    folder: TempDir,
    reader: Reader,
}

impl Input {
    fn new(name: &str, text: String, max_rejects: Option<u64>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rejects");
        let options = Arc::new(ReadOptions::default());
        let reader = unicontact_files::open(io::Cursor::new(text), name, &options).unwrap();
        let file = InputFile::new(PathBuf::from(name), reader, Some(path), options);
        let (files, identify_by) = (vec![file], IdentifyBy::Content);
        let inputs = Inputs { files, bytes_read: Arc::default(), length: InputLength::Unknown, identify_by };
        let reader = Reader::start_with(inputs, max_rejects, NotesFile::new(None)).unwrap();
        Self { folder, reader }
    }

    async fn all(&mut self) -> Vec<SourceRow> {
        self.reader.source_rows().collect().await
    }

    fn rejects(&self) -> PathBuf {
        self.folder.path().join("rejects")
    }

    fn rejected(&mut self) -> (FileCounts, String) {
        let counts = self.reader.finish().files.remove(0);
        (counts, std::fs::read_to_string(self.rejects()).unwrap().replace('\r', ""))
    }
}

#[tokio::test]
async fn a_rejected_csv_row_is_written_as_csv_and_counted() {
    let text = "id,Name,Email,Shoe size\n1,Ada,ada@example.com,38\n2,Bo,no address,\n\n1,\"Cy,\nJr\",cy@example.com,44\n";
    let mut input = Input::new("people.csv", text.to_owned(), None);
    let rows = input.all().await;
    let row = rows.last().unwrap().clone();
    input.reader.reject(Reject::new(row.line, "the id of another person", row.original));
    let (counts, file) = input.rejected();
    insta::assert_snapshot!(file, @r#"
    id,Name,Email,Shoe size,_reason,_line,_original,_guarded
    2,Bo,no address,,Email: not an e-mail address (expected something like name@example.com),3,,
    1,"Cy,
    Jr",cy@example.com,44,the id of another person,5,,
    "#);
    assert_eq!((counts.rejects, counts.exit()), (2, Exit::Incomplete));
    assert_eq!(
        counts.first_rejects.last().unwrap().message("people.csv"),
        "people.csv:5: the id of another person"
    );
}

#[tokio::test]
async fn rejected_json_lines_and_cards_keep_their_format() {
    let lines = "{\"name\": \"Ada\"}\n{\"name\": \"Bo\", \"custom\": {\"n\": 1.50}}\n";
    let cards = "BEGIN:VCARD\nFN:Ada\nEND:VCARD\nBEGIN:VCARD\nPHOTO;BASE64:\n AAAA\nFN:Bo\nEND:VCARD\n";
    let mut files = Vec::new();
    for (name, text) in [("people.ndjson", lines), ("people.vcf", cards)] {
        let mut input = Input::new(name, text.to_owned(), None);
        let row = input.all().await.pop().unwrap();
        input.reader.reject(Reject::new(row.line, "why", row.original));
        files.push(input.rejected().1);
    }
    insta::assert_snapshot!(files.concat(), @r#"
    {"_line":2,"_reason":"why","name": "Bo","custom": {"n": 1.50}}
    BEGIN:VCARD
    X-UNICONTACT-LINE:4
    X-UNICONTACT-REASON:why
    X-UNICONTACT-LEFT-OUT:PHOTO
    FN:Bo
    END:VCARD
    "#);
}

#[tokio::test]
async fn reading_stops_when_max_rejects_is_exceeded() {
    let rows = (0..10_000).map(|number| format!("{number},Person {number}\n"));
    let text: String = std::iter::once("id,Name\n".to_owned()).chain(rows).collect();
    let mut input = Input::new("people.csv", text, Some(1));
    let mut rows = input.reader.source_rows();
    for _ in 0..2 {
        let row = rows.next().await.unwrap();
        input.reader.reject(Reject::new(row.line, "why", row.original));
    }
    assert!(input.reader.late_rejects.take().unwrap().finish());
    assert!(rows.count().await < 200);
    let (counts, file) = input.rejected();
    assert_eq!((counts.rejects, file.lines().count()), (2, 3));
    assert!(matches!(counts.end, Some(ReadEnd::TooManyRejects)));
}

#[tokio::test]
async fn a_late_reject_that_cannot_be_written_makes_the_import_incomplete() {
    let mut input = Input::new("people.csv", "id,Name\n1,Ada\n".to_owned(), None);
    let row = input.all().await.pop().unwrap();
    std::fs::create_dir(input.rejects()).unwrap();
    input.reader.reject(Reject::new(row.line, "why", row.original));
    let counts = input.reader.finish().files.remove(0);
    assert!(matches!(counts.end, Some(ReadEnd::LateRejectsUnwritten(_))));
    assert_eq!(counts.exit(), Exit::Incomplete);
}
