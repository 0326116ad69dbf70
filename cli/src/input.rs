//! Reading one contact.
//!
//! Its rule: a mistake is told with the name of the input and the place in it, never with the value.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use serde_json::error::Category;
use serde_json::{Map, Value, json};
use unicontact::providers::UnifiedContact;
use unicontact::providers::contact::{Problem, UniqueKeys, exact_contact_ids};

use crate::arguments::{ContactFlags, ContactSource};
use crate::exit::Failure;
use crate::output;

/// The largest input that is read as one contact.
const LIMIT: u64 = 16 * 1024 * 1024;

pub(crate) fn contact(source: &ContactSource) -> Result<UnifiedContact, Failure> {
    match &source.file {
        Some(path) if path == Path::new("-") => {
            let name = "standard input";
            from_text(name, &text(name, io::stdin())?)
        }
        Some(path) => {
            let name = path.display().to_string();
            let file = File::open(path).map_err(|error| unreadable(&name, &error))?;
            from_text(&name, &text(&name, file)?)
        }
        None => from_value("the flags", from_flags(&source.flags)?),
    }
}

fn text(name: &str, input: impl Read) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    input.take(LIMIT + 1).read_to_end(&mut bytes).map_err(|error| unreadable(name, &error))?;
    if bytes.len() as u64 > LIMIT {
        let limit = LIMIT / (1024 * 1024);
        return Err(Failure::new(format!("{name}: it is larger than {limit} MiB; one contact is expected")));
    }
    String::from_utf8(bytes).map_err(|_| Failure::new(format!("{name}: not UTF-8 text: save it as UTF-8")))
}

/// Returns the name of an input for messages.
pub(crate) fn shown_name(path: &Path) -> String {
    if path == Path::new("-") { "standard input".to_owned() } else { path.display().to_string() }
}

pub(crate) fn unreadable(name: &str, error: &io::Error) -> Failure {
    let why = match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::IsADirectory => "it is a directory; a file with a contact is expected".to_owned(),
        kind => format!("it cannot be read: {kind}"),
    };
    Failure::new(format!("{name}: {why}"))
}

fn from_text(name: &str, text: &str) -> Result<UnifiedContact, Failure> {
    let text = text.trim_start_matches('\u{FEFF}');
    if text.trim().is_empty() {
        return Err(Failure::new(format!("{name}: it is empty; a contact as JSON is expected")));
    }
    match serde_json::from_str(text) {
        Ok(UniqueKeys(mut value)) => {
            exact_contact_ids(text, &mut value)
                .map_err(|problem| Failure::new(format!("{name}: {problem}")))?;
            from_value(name, value)
        }
        Err(error) => Err(Failure::new(format!("{name}: {}", in_words(&error)))),
    }
}

/// The parser's own words and place. It repeats keys, and never values.
fn in_words(error: &serde_json::Error) -> String {
    let words = output::in_one_line(&error.to_string()).into_owned();
    match error.classify() {
        Category::Data => words,
        _ if words.starts_with("trailing characters") => {
            format!("{words}: one contact is expected, not several")
        }
        _ => format!("not JSON: {words}"),
    }
}

fn from_value(name: &str, value: Value) -> Result<UnifiedContact, Failure> {
    let contact = UnifiedContact::from_json(value).map_err(|error| {
        let line = |problem: &Problem| output::in_one_line(&format!("{name}: {problem}")).into_owned();
        let lines: Vec<String> = error.problems.iter().map(line).collect();
        Failure::new(lines.join("\n"))
    })?;
    let (contact, notes) = unicontact_files::with_ids_read(contact)
        .map_err(|rounded| Failure::new(format!("{name}: {rounded}")))?;
    for note in notes {
        output::message(&format!("{name}: {note}"));
    }
    Ok(contact)
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
