//! Reads NDJSON and JSON: contacts in their own form, `JSContact` cards and tables of objects.
//!
//! A rejected object does not stop the others.

mod table;
mod unified;

use std::collections::BTreeMap;
use std::io::{self, Read};

pub(crate) use self::table::JsonTable;
use self::unified::unified;
use crate::contact_builder::RowError;
use crate::decode::{TextEncoding, text_of};
use crate::jscontact;
use crate::json_error::Position;
use crate::json_values::{JsonValue, JsonValues, ValueEnd};
use crate::lines::{Lines, without_ending};
use crate::options::OnBadCell;
use crate::plan::ColumnPlan;
use crate::reject_keys::{NOT_CORRECTED, without_reject_keys};
use crate::row::{Note, Reject, Row};

const UNCLOSED_ARRAY: &str = "the array is not closed: the file seems to be cut off; export it again";
const UNCLOSED_OBJECT: &str =
    "the object that begins here is not closed: correct it; nothing after it was read";

/// A reader of the contacts in a JSON document.
pub(crate) struct JsonRows {
    framing: Framing,
    content: Content,
    limit: usize,
    pub(crate) unused: BTreeMap<String, u64>,
    /// The number of the last object, from 1.
    objects: u64,
    /// The line on which the last object begins.
    last_line: u64,
}

/// The boundaries of objects.
enum Framing {
    /// One object on each line. A broken line does not affect the next.
    Lines(Lines),
    /// The closing bracket of an object ends it.
    Values(JsonValues),
}

/// The bytes of an object, and its position in the file.
struct JsonObject {
    bytes: Vec<u8>,
    position: Position,
}

/// The schema of the objects.
pub(crate) enum Content {
    /// Contacts in their own form.
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

    /// Returns the plan of a table. `None` if the objects are contacts.
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
        let (bytes, position) = match self.next_object()? {
            None => return Ok(None),
            Some(Err(reject)) => return Ok(Some(Err(reject))),
            Some(Ok(JsonObject { bytes, position })) => (bytes, position),
        };
        self.objects += 1;
        let shares_line = position.line == self.last_line;
        self.last_line = position.line;
        let row = self.row(bytes, position);
        Ok(Some(row.map_err(|reject| if shares_line { self.numbered(reject) } else { reject })))
    }

    /// Adds the number of the object to a reject: several objects begin on its line.
    fn numbered(&self, reject: Reject) -> Reject {
        Reject { reason: format!("object {}: {}", self.objects, reject.reason), ..reject }
    }

    fn next_object(&mut self) -> io::Result<Option<Result<JsonObject, Reject>>> {
        match &mut self.framing {
            Framing::Lines(lines) => next_line(lines, self.limit),
            Framing::Values(values) => next_value(values, self.limit),
        }
    }

    fn row(&mut self, bytes: Vec<u8>, position: Position) -> Result<Row, Reject> {
        let (text, fell_back) = text_of(&bytes);
        let result = match (without_reject_keys(&text), &self.content) {
            (None, _) => Err(RowError::new(NOT_CORRECTED)),
            (Some(text), Content::Unified) => unified(&text, position),
            (Some(text), Content::Table(table)) => table.read(&text, position),
            (Some(text), Content::JsContact(on_bad_cell)) => {
                jscontact::read(&text, position, *on_bad_cell, &mut self.unused)
            }
        };
        drop(text);
        match result {
            Ok(mut built) => {
                if fell_back {
                    built.notes.push(Note::decoded_as(TextEncoding::WINDOWS_1252));
                }
                Ok(built.into_row(position.line, bytes))
            }
            Err(error) => Err(error.into_reject(position.line, bytes)),
        }
    }
}

/// Returns the object on the next line that is not blank.
fn next_line(lines: &mut Lines, limit: usize) -> io::Result<Option<Result<JsonObject, Reject>>> {
    loop {
        let mut bytes = Vec::new();
        let Some(read) = lines.next_line(&mut bytes, limit)? else { return Ok(None) };
        let line = lines.number();
        if read.is_truncated {
            let reason = format!("the line is longer than {limit} bytes, the limit for one contact");
            return Ok(Some(Err(Reject::new(line, reason, bytes).incomplete())));
        }
        bytes.truncate(without_ending(&bytes).len());
        if !bytes.trim_ascii().is_empty() {
            return Ok(Some(Ok(JsonObject { bytes, position: Position { line, column: 1 } })));
        }
    }
}

fn next_value(values: &mut JsonValues, limit: usize) -> io::Result<Option<Result<JsonObject, Reject>>> {
    let Some(JsonValue { line, column, bytes, end }) = values.next_value()? else { return Ok(None) };
    let cut_off = |reason: &str, bytes| Reject {
        column: Some(column),
        reading_ended: true,
        ..Reject::new(line, reason, bytes)
    };
    Ok(Some(match end {
        ValueEnd::Whole => Ok(JsonObject { bytes, position: Position { line, column } }),
        ValueEnd::TooLong => {
            let reason = format!("the object is longer than {limit} bytes, the limit for one contact");
            Err(Reject::new(line, reason, bytes).incomplete())
        }
        ValueEnd::ArrayWithoutEnd => Err(cut_off(UNCLOSED_ARRAY, bytes)),
        ValueEnd::Unbalanced => Err(cut_off(UNCLOSED_OBJECT, bytes)),
    }))
}
