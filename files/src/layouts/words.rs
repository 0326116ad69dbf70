//! Parses the files of plain column names, one per language.
//!
//! A file has one section, `[words]`. A key is a field, or a field and a kind; its value has the names, separated by `;`.

use toml_edit::{Document, Item};

use crate::column_map::{FieldTemplate, MapTarget};

/// Lists whose names may end with a number: `Phone 2`.
const NUMBERED: [&str; 3] = ["emails[]", "phones[]", "links[]"];

/// Returns the headers of a file of names, with their targets.
pub(super) fn headers(text: &str) -> Vec<(String, MapTarget)> {
    let Ok(document) = Document::parse(text) else { return Vec::new() };
    let Some(words) = document.get("words").and_then(Item::as_table_like) else { return Vec::new() };
    words.iter().flat_map(|(key, item)| headers_of_field(key, item.as_str().unwrap_or_default())).collect()
}

/// Returns the headers of one field.
fn headers_of_field(key: &str, words: &str) -> Vec<(String, MapTarget)> {
    let (field, kind) = key.split_once(' ').map_or((key, None), |(field, kind)| (field, Some(kind)));
    let may_be_numbered = NUMBERED.iter().any(|list| field.starts_with(list));
    let target = || MapTarget::Field {
        template: FieldTemplate(field.to_owned()),
        kind: kind.map(str::to_owned),
        label: None,
    };
    let mut headers = Vec::new();
    for word in words.split(';').map(str::trim).filter(|word| !word.is_empty()) {
        headers.push((word.to_owned(), target()));
        if may_be_numbered {
            headers.push((format!("{word} {{n}}"), target()));
        }
    }
    headers
}
