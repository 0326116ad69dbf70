//! Reading NDJSON and JSON of the contact's own form, and `JSContact`.
//!
//! A contact in its own form is read as strictly as everywhere else; a bad one does not stop the others.

mod table;

use std::collections::BTreeMap;
use std::io::{self, Read};

use serde_json::Value;
use unicontact_model::UnifiedContact;
use unicontact_model::contact::{UniqueKeys, exact_contact_ids};

pub(crate) use self::table::JsonTable;
use crate::assembly::Finished;
use crate::assembly::ids::read_again;
use crate::decode::{TextEncoding, text_of};
use crate::jscontact;
use crate::json_values::{JsonValues, ValueEnd};
use crate::lines::{Lines, without_ending};
use crate::marks::{NOT_MENDED, without_marks};
use crate::options::OnBadCell;
use crate::plan::ColumnPlan;
use crate::row::{Note, Reject, Row};

/// The contacts of a JSON document.
pub(crate) struct JsonRows {
    framing: Framing,
    content: Content,
    limit: usize,
    pub(crate) unused: BTreeMap<String, u64>,
    /// How many objects came.
    objects: u64,
    /// The line that the last one began on.
    last_line: u64,
}

/// What separates one contact from the next.
pub(crate) enum Framing {
    /// The end of the line: a broken one is alone.
    Lines(Lines),
    /// The end of the object.
    Values(JsonValues),
}

/// What the objects are.
pub(crate) enum Content {
    Unified,
    JsContact(OnBadCell),
    Table(Box<JsonTable>),
}

impl JsonRows {
    pub(crate) fn new(
        source: Box<dyn Read + Send>,
        one_per_line: bool,
        content: Content,
        limit: usize,
    ) -> Self {
        let framing = if one_per_line {
            Framing::Lines(Lines::new(source))
        } else {
            Framing::Values(JsonValues::new(source, limit))
        };
        Self { framing, content, limit, unused: BTreeMap::new(), objects: 0, last_line: 0 }
    }

    /// Returns what each key of a table was taken for. `None` where the objects are contacts.
    pub(crate) fn plan(&self) -> Option<&ColumnPlan> {
        match &self.content {
            Content::Table(table) => Some(&table.plan),
            Content::Unified | Content::JsContact(_) => None,
        }
    }

    pub(crate) fn line(&self) -> u64 {
        match &self.framing {
            Framing::Lines(lines) => lines.number(),
            Framing::Values(values) => values.line(),
        }
    }

    pub(crate) fn next_row(&mut self) -> io::Result<Option<Result<Row, Reject>>> {
        let Some((bytes, line, column)) = (match self.next_object()? {
            None => None,
            Some(Ok(object)) => Some(object),
            Some(Err(reject)) => return Ok(Some(Err(reject))),
        }) else {
            return Ok(None);
        };
        self.objects += 1;
        let shares_line = line == self.last_line;
        self.last_line = line;
        let row = self.row(bytes, line, column);
        Ok(Some(row.map_err(|reject| if shares_line { self.numbered(reject) } else { reject })))
    }

    /// Names the number of the object, where its line says too little.
    fn numbered(&self, reject: Reject) -> Reject {
        Reject { reason: format!("object {}: {}", self.objects, reject.reason), ..reject }
    }

    #[expect(clippy::type_complexity, reason = "the bytes, their line and their column")]
    fn next_object(&mut self) -> io::Result<Option<Result<(Vec<u8>, u64, u64), Reject>>> {
        match &mut self.framing {
            Framing::Lines(lines) => loop {
                let mut bytes = Vec::new();
                let Some(read) = lines.next_line(&mut bytes, self.limit)? else { return Ok(None) };
                let line = lines.number();
                if read.cut {
                    let reason = format!("the line is longer than {} bytes", self.limit);
                    return Ok(Some(Err(Reject::new(line, reason, bytes).incomplete())));
                }
                bytes.truncate(without_ending(&bytes).len());
                if !bytes.trim_ascii().is_empty() {
                    return Ok(Some(Ok((bytes, line, 1))));
                }
            },
            Framing::Values(values) => {
                let Some(value) = values.next_value()? else { return Ok(None) };
                Ok(Some(match value.end {
                    ValueEnd::Whole => Ok((value.bytes, value.line, value.column)),
                    ValueEnd::TooLong => {
                        let reason = format!("the object is longer than {} bytes", self.limit);
                        Err(Reject::new(value.line, reason, value.bytes).incomplete())
                    }
                    ValueEnd::ArrayWithoutEnd => {
                        let reason = "the list has no end here: the file seems to be cut off";
                        let reject = Reject::new(value.line, reason, value.bytes);
                        Err(Reject { column: Some(value.column), reading_ended: true, ..reject })
                    }
                    ValueEnd::Unbalanced => {
                        let reason =
                            "an object that begins here has no matching end: nothing after it was read";
                        let reject = Reject::new(value.line, reason, value.bytes);
                        Err(Reject { column: Some(value.column), reading_ended: true, ..reject })
                    }
                }))
            }
        }
    }

    fn row(&mut self, bytes: Vec<u8>, line: u64, column: u64) -> Result<Row, Reject> {
        let (text, fell_back) = text_of(&bytes);
        let result = match (without_marks(&text), &self.content) {
            (None, _) => Err(Mistake { line, column: None, field: None, reason: NOT_MENDED.to_owned() }),
            (Some(text), Content::Unified) => unified(&text, line, column),
            (Some(text), Content::Table(table)) => table.read(&text, line, column),
            (Some(text), Content::JsContact(on_bad_cell)) => {
                jscontact::read(&text, *on_bad_cell, &mut self.unused).map_err(|wrong| Mistake {
                    line: line + wrong.lines_down,
                    column: wrong.column,
                    field: wrong.field,
                    reason: wrong.reason,
                })
            }
        };
        match result {
            Ok(mut read) => {
                if fell_back {
                    read.notes.push(Note::read_in_encoding(TextEncoding::WINDOWS_1252));
                }
                drop(text);
                Ok(Row::new(read, line, bytes))
            }
            Err(mistake) => {
                drop(text);
                Err(Reject::new(mistake.line, mistake.reason, bytes).at(mistake.column, mistake.field))
            }
        }
    }
}

/// What is wrong with one object, and where.
struct Mistake {
    line: u64,
    column: Option<u64>,
    field: Option<String>,
    reason: String,
}

fn unified(text: &str, line: u64, column: u64) -> Result<Finished, Mistake> {
    let mistaken = |reason: String| Mistake { line, column: None, field: None, reason };
    let mut value = parsed(text, line, column)?;
    let as_float: Option<String> = value.get("external_id").filter(|id| id.is_f64()).map(ToString::to_string);
    exact_contact_ids(text, &mut value).map_err(|problem| mistaken(problem.to_string()))?;
    let contact = UnifiedContact::from_json(value).map_err(|error| mistaken(error.to_string()))?;
    let mut read = read_again(contact)
        .map_err(|Note { field, message }| Mistake { field: Some(field), ..mistaken(message) })?;
    if let Some(id) = as_float {
        let earlier = read.earlier.get_or_insert_with(|| Box::new(read.contact.clone()));
        earlier.external_id = Some(id);
    }
    Ok(read)
}

/// Returns the value of a text, in which no key may come twice.
fn parsed(text: &str, line: u64, column: u64) -> Result<Value, Mistake> {
    let UniqueKeys(value) = serde_json::from_str(text).map_err(|error| {
        let (reason, place) = explained(&error);
        let (lines_down, character) = place.unzip();
        let down = lines_down.unwrap_or_default();
        let column = character.map(|character| if down == 0 { column - 1 + character } else { character });
        Mistake { line: line + down, column, field: None, reason }
    })?;
    Ok(value)
}

/// The reason without its place, and for a mistake of syntax the place: lines further down, and the character.
pub(crate) fn explained(error: &serde_json::Error) -> (String, Option<(u64, u64)>) {
    let text = error.to_string();
    let reason = text.rsplit_once(" at line ").map_or(text.as_str(), |(reason, _)| reason);
    if error.is_data() {
        return (reason.to_owned(), None);
    }
    let place = (error.line().saturating_sub(1) as u64, error.column().max(1) as u64);
    (format!("not JSON: {}", in_plain_words(reason)), Some(place))
}

/// The parser's words, where they are words of parsers.
fn in_plain_words(reason: &str) -> String {
    match reason {
        "expected ident" => "expected true, false or null; a text stands in quotes".to_owned(),
        "expected value" => "expected a value; a text stands in quotes".to_owned(),
        "key must be a string" => "a key stands in quotes".to_owned(),
        "trailing characters" => "something follows its end".to_owned(),
        "trailing comma" => "nothing follows the last comma".to_owned(),
        "recursion limit exceeded" => "too many brackets inside each other".to_owned(),
        _ => match reason.strip_prefix("EOF while parsing ") {
            Some(what) => format!("it ends inside of {what}"),
            None => reason.to_owned(),
        },
    }
}
