//! The words that people write above the columns of their files, by language.
//!
//! A file has one section, `[words]`. A key is a field, or a field and a kind; its value is the words, separated by `;`.

use toml_edit::{Document, Item};

use crate::column_map::{FieldText, Place};

/// Lists whose words may have a number behind them: `Phone 2`.
const NUMBERED: [&str; 3] = ["emails[]", "phones[]", "links[]"];

/// Returns the headers of a file of words, and where they go.
pub(super) fn headers(text: &str) -> Vec<(String, Place)> {
    let Ok(document) = Document::parse(text) else { return Vec::new() };
    let Some(words) = document.get("words").and_then(Item::as_table_like) else { return Vec::new() };
    words.iter().flat_map(|(key, item)| of_a_field(key, item.as_str().unwrap_or_default())).collect()
}

fn of_a_field(key: &str, words: &str) -> Vec<(String, Place)> {
    let (field, kind) = key.split_once(' ').map_or((key, None), |(field, kind)| (field, Some(kind)));
    let may_be_numbered = NUMBERED.iter().any(|list| field.starts_with(list));
    let place =
        || Place::Field { target: FieldText(field.to_owned()), kind: kind.map(str::to_owned), label: None };
    let mut headers = Vec::new();
    for word in words.split(';').map(str::trim).filter(|word| !word.is_empty()) {
        headers.push((word.to_owned(), place()));
        if may_be_numbered {
            headers.push((format!("{word} {{n}}"), place()));
        }
    }
    headers
}
