//! Turns the errors of the JSON parser into row errors with a position and plain words.

use crate::contact_builder::RowError;

/// The position of a JSON object in its file. Line and column are counted from 1.
#[derive(Clone, Copy)]
pub(crate) struct Position {
    pub(crate) line: u64,
    pub(crate) column: u64,
}

/// Returns the row error for a parser error in the object at `position`.
///
/// A syntax error has a line and a column. Other errors, such as a repeated key, have only the line of the object.
pub(crate) fn row_error(error: &serde_json::Error, position: Position) -> RowError {
    let text = error.to_string();
    let reason = text.rsplit_once(" at line ").map_or(text.as_str(), |(reason, _)| reason);
    if error.is_data() {
        return RowError { line: Some(position.line), ..RowError::new(reason) };
    }
    let lines_down = error.line().saturating_sub(1) as u64;
    let character = error.column().max(1) as u64;
    let column = if lines_down == 0 { position.column - 1 + character } else { character };
    let reason = format!("not JSON: {}", plain_words(reason));
    RowError { line: Some(position.line + lines_down), column: Some(column), ..RowError::new(reason) }
}

/// Replaces the terms of the parser.
fn plain_words(reason: &str) -> String {
    match reason {
        "expected ident" => "expected true, false or null; a text needs quotes".to_owned(),
        "expected value" => "expected a value; a text needs quotes".to_owned(),
        "key must be a string" => "a key needs quotes".to_owned(),
        "trailing characters" => "there is text after its end".to_owned(),
        "trailing comma" => "there is a comma after the last value".to_owned(),
        "recursion limit exceeded" => "too many nested brackets".to_owned(),
        _ => match reason.strip_prefix("EOF while parsing ") {
            Some(value) => format!("it ends inside {value}"),
            None => reason.to_owned(),
        },
    }
}
