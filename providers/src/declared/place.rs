//! Places of ids in an answer.

use super::document::NodeValue;
use super::header::read_header_name;
use super::pattern::Pattern;
use super::read_path::ReadPath;
use super::table::TableReader;
use super::words;

/// Where an id stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Place {
    Path(ReadPath, Option<Pattern>),
    Header(String, Option<Pattern>),
}

impl Place {
    fn read(table: &TableReader<'_>) -> Option<Self> {
        let pattern = match table.text("text") {
            None => None,
            Some(text) => {
                let pattern = Pattern::parse(text);
                if pattern.is_none() {
                    table.report("text", "expected one `{id}` where the id stands");
                }
                Some(pattern?)
            }
        };
        match (table.has("path"), table.has("header")) {
            (true, false) => Some(Self::Path(read_read_path(table, "path")?, pattern)),
            (false, true) => Some(Self::Header(read_header_name(table)?, pattern)),
            _ => {
                table.report("", "expected either a path or a header");
                None
            }
        }
    }
}

/// Reads paths as texts, and places as tables.
pub(super) fn read_places(table: &TableReader<'_>, name: &str) -> Vec<Place> {
    let mut places = Vec::new();
    for node in table.entries(name) {
        if let NodeValue::Text(text) = &node.value {
            match ReadPath::parse(text) {
                Ok(path) => places.push(Place::Path(path, None)),
                Err(message) => table.problems().report(node.line, table.key(name), message),
            }
        } else if node.members().is_none() {
            let message = format!(
                "expected a path as a text, such as \"id\" or \"data.id\", or a table with `path` or `header`, not {}",
                node.noun()
            );
            table.problems().report(node.line, table.key(name), message);
        } else {
            let key = table.key(name);
            let place = TableReader::new(node, &words::PLACE, &key, table.problems());
            places.extend(place.and_then(|table| Place::read(&table)));
        }
    }
    places
}

/// Reads a path of an answer.
pub(super) fn read_read_path(table: &TableReader<'_>, name: &str) -> Option<ReadPath> {
    ReadPath::parse(table.any_text(name)?).map_err(|message| table.report(name, message)).ok()
}

/// Reads a path or a list of paths.
pub(super) fn read_paths(table: &TableReader<'_>, name: &str) -> Vec<ReadPath> {
    let texts = table.texts(name).into_iter();
    texts
        .filter_map(|(text, _)| ReadPath::parse(text).map_err(|message| table.report(name, message)).ok())
        .collect()
}
