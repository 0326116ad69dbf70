//! The names of headers, and the headers of a request, as a description writes them.

use reqwest::header::HeaderName;

use super::table::TableReader;
use super::template::{Template, read_texts};

/// Returns a name in lower case, and reports one that no header can have.
pub(super) fn header_name(table: &TableReader<'_>, word: &str, name: &str) -> String {
    if HeaderName::from_bytes(name.as_bytes()).is_err() {
        let message = format!("`{}` is no name of a header, such as `X-Api-Key`", name.escape_debug());
        table.report(word, message);
    }
    name.to_ascii_lowercase()
}

/// Reads the word `header` as the name of a header.
pub(super) fn read_header_name(table: &TableReader<'_>) -> Option<String> {
    Some(header_name(table, "header", table.text("header")?))
}

/// Reads the headers of a request, with their names in lower case.
pub(super) fn read_headers(table: &TableReader<'_>) -> Vec<(String, Template)> {
    let mut headers: Vec<(String, Template)> = Vec::new();
    for (name, template) in read_texts(table, "headers") {
        if template.as_str().chars().any(char::is_control) {
            table.report("headers", format!("the value of `{}` is no single line", name.escape_debug()));
        }
        let name = header_name(table, "headers", &name);
        if headers.iter().any(|(other, _)| *other == name) {
            table.report("headers", format!("writes the header `{name}` twice"));
        }
        headers.push((name, template));
    }
    headers
}
