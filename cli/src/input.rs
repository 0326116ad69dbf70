//! Reads one contact. An error names the input and the place in it, never the value.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use serde_json::error::Category;
use serde_json::{Map, Value, json};
use unicontact::bulk::SourceRow;
use unicontact::providers::UnifiedContact;
use unicontact::providers::contact::{Problem, UniqueKeys, exact_contact_ids};

use crate::arguments::{ContactFlags, ContactSource};
use crate::exit::Failure;
use crate::failure_code::FailureCode;
use crate::output;

/// A limit on the size of a contact, in bytes.
const MAX_SIZE: u64 = 16 * 1024 * 1024;

/// The name of an input of flags.
const FLAGS: &str = "the flags";

pub(crate) fn contact(source: &ContactSource) -> Result<SourceRow, Failure> {
    match &source.file {
        Some(path) if path == Path::new("-") => {
            let name = "standard input";
            from_text(name, &text(name, io::stdin())?)
        }
        Some(path) => {
            let name = path.display().to_string();
            let file = File::open(path).map_err(|error| read_failure(&name, &error))?;
            from_text(&name, &text(&name, file)?)
        }
        None => from_value(FLAGS, from_flags(&source.flags)?),
    }
}

fn text(name: &str, input: impl Read) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    input.take(MAX_SIZE + 1).read_to_end(&mut bytes).map_err(|error| read_failure(name, &error))?;
    if bytes.len() as u64 > MAX_SIZE {
        let limit = MAX_SIZE / (1024 * 1024);
        return Err(Failure::new(
            FailureCode::InvalidInput,
            format!(
                "{name}: the input is larger than {limit} MiB; pass one contact as JSON, or use unicontact import"
            ),
        ));
    }
    String::from_utf8(bytes).map_err(|_| {
        Failure::new(FailureCode::InvalidInput, format!("{name}: not UTF-8 text: save it as UTF-8"))
    })
}

/// Returns the name of an input for messages.
pub(crate) fn display_name(path: &Path) -> String {
    if path == Path::new("-") { "standard input".to_owned() } else { path.display().to_string() }
}

/// Returns the failure of an input that cannot be read.
pub(crate) fn read_failure(name: &str, error: &io::Error) -> Failure {
    let reason = match error.kind() {
        io::ErrorKind::NotFound => "the file does not exist: check its path".to_owned(),
        io::ErrorKind::IsADirectory => "this is a directory; name a file".to_owned(),
        kind => format!("the file cannot be read: {kind}"),
    };
    Failure::new(FailureCode::InvalidInput, format!("{name}: {reason}"))
}

fn from_text(name: &str, text: &str) -> Result<SourceRow, Failure> {
    let text = text.trim_start_matches('\u{FEFF}');
    if text.trim().is_empty() {
        return Err(Failure::new(
            FailureCode::InvalidInput,
            format!("{name}: the input is empty; pass one contact as JSON"),
        ));
    }
    match serde_json::from_str(text) {
        Ok(UniqueKeys(mut value)) => {
            exact_contact_ids(text, &mut value)
                .map_err(|problem| Failure::new(FailureCode::InvalidInput, format!("{name}: {problem}")))?;
            from_value(name, value)
        }
        Err(error) => Err(Failure::new(FailureCode::InvalidInput, format!("{name}: {}", json_error(&error)))),
    }
}

/// Returns the parser's message and place. It names keys and no values.
fn json_error(error: &serde_json::Error) -> String {
    let words = output::in_one_line(&error.to_string()).into_owned();
    match error.classify() {
        Category::Data => words,
        _ if words.starts_with("trailing characters") => {
            format!("{words}: pass one contact, or use unicontact import for several")
        }
        _ => format!("not JSON: {words}"),
    }
}

fn from_value(name: &str, value: Value) -> Result<SourceRow, Failure> {
    let contact = UnifiedContact::from_json(value).map_err(|error| {
        let line = |problem: &Problem| output::in_one_line(&problem_text(name, problem)).into_owned();
        let lines: Vec<String> = error.problems.iter().map(line).collect();
        Failure::new(FailureCode::InvalidInput, lines.join("\n"))
    })?;
    let row = unicontact_files::row_from_contact(contact)
        .map_err(|problem| Failure::new(FailureCode::InvalidInput, format!("{name}: {problem}")))?;
    for note in &row.notes {
        output::message(&format!("{name}: {note}"));
    }
    let mut source_row = SourceRow::from(row.contact);
    source_row.earlier = row.earlier;
    Ok(source_row)
}

/// Returns the message about a problem. It begins with the input or, for a contact from flags, with the flag.
fn problem_text(name: &str, problem: &Problem) -> String {
    match flag_of(&problem.path).filter(|_| name == FLAGS) {
        Some(flag) => format!("{flag}: {}", problem.message),
        None => format!("{name}: {problem}"),
    }
}

/// Returns the flag that sets a field: `--email` for `emails[0].address`, `--email (number 2)` for `emails[1].address`.
fn flag_of(path: &str) -> Option<String> {
    let field = path.split('.').next()?;
    let (field, index) = match field.split_once('[') {
        Some((field, rest)) => (field, rest.strip_suffix(']')?.parse().ok()?),
        None => (field, 0_usize),
    };
    let flag = match field {
        "emails" => "--email",
        "phones" => "--phone",
        "external_id" => "--external-id",
        "name" => "--name",
        "organization" => "--organization",
        "title" => "--title",
        "notes" => "--notes",
        "kind" => "--kind",
        _ => return None,
    };
    Some(if index == 0 { flag.to_owned() } else { format!("{flag} (number {})", index + 1) })
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
            FailureCode::InvalidInput,
            "no contact: name a FILE, pass - for standard input, or add --name, --email or --phone",
        ));
    }
    Ok(Value::Object(contact))
}
