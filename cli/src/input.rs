//! Reading one contact.
//!
//! Its rule: a mistake is told with the name of the input and the place in it, never with the value.

use std::io::Read;
use std::path::Path;

use serde_json::{Map, Value, json};
use unicontact::providers::UnifiedContact;

use crate::arguments::{ContactFlags, ContactSource};
use crate::exit::Failure;

/// The largest input that is read as one contact.
const LIMIT: u64 = 16 * 1024 * 1024;

pub(crate) fn contact(source: &ContactSource) -> Result<UnifiedContact, Failure> {
    match &source.file {
        Some(path) if path == Path::new("-") => {
            let mut text = String::new();
            let input = std::io::stdin().take(LIMIT).read_to_string(&mut text);
            input.map_err(|error| Failure::new(format!("standard input: {error}")))?;
            from_text("standard input", &text)
        }
        Some(path) => {
            let name = path.display().to_string();
            let bytes = std::fs::read(path).map_err(|error| Failure::new(format!("{name}: {error}")))?;
            let text =
                String::from_utf8(bytes).map_err(|_| Failure::new(format!("{name}: not UTF-8 text")))?;
            from_text(&name, &text)
        }
        None => from_value("the flags", from_flags(&source.flags)?),
    }
}

fn from_text(name: &str, text: &str) -> Result<UnifiedContact, Failure> {
    let text = text.trim_start_matches('\u{FEFF}');
    if text.trim().is_empty() {
        return Err(Failure::new(format!("{name}: it is empty; a contact as JSON is expected")));
    }
    let value: Value = serde_json::from_str(text).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        Failure::new(format!("{name}:{line}:{column}: not JSON, or more than one contact"))
    })?;
    from_value(name, value)
}

fn from_value(name: &str, value: Value) -> Result<UnifiedContact, Failure> {
    UnifiedContact::from_json(value).map_err(|error| {
        let lines: Vec<String> = error.problems.iter().map(|problem| format!("{name}: {problem}")).collect();
        Failure::new(lines.join("\n"))
    })
}

fn from_flags(flags: &ContactFlags) -> Result<Value, Failure> {
    let ContactFlags { name, email, phone, organization, title, notes, external_id, kind } = flags;
    let mut contact = Map::new();
    let texts = [
        ("name", name),
        ("organization", organization),
        ("title", title),
        ("notes", notes),
        ("external_id", external_id),
        ("kind", kind),
    ];
    for (key, text) in texts {
        if let Some(text) = text {
            contact.insert(key.to_owned(), json!(text));
        }
    }
    for (key, list) in [("emails", email), ("phones", phone)] {
        if !list.is_empty() {
            contact.insert(key.to_owned(), json!(list));
        }
    }
    if contact.is_empty() {
        return Err(Failure::new(
            "no contact: name a FILE, - for standard input, or give --name, --email, --phone",
        ));
    }
    Ok(Value::Object(contact))
}
