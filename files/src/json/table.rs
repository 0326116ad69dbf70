//! Reads a table of JSON objects, as databases export them: each key is a column.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::Cursor;

use serde_json::Value;
use unicontact_model::nearest_word;

use super::unified::{parsed, unified};
use crate::column_map::MapError;
use crate::contact_builder::{BuiltContact, RowError};
use crate::csv::RowReader;
use crate::decode::{TextEncoding, text_of};
use crate::delimited::cells::Dialect;
use crate::delimited::header::{Header, is_known_column};
use crate::delimited::samples::Samples;
use crate::json_error::Position;
use crate::json_values::{JsonValues, ValueEnd};
use crate::options::ReadOptions;
use crate::plan::{ColumnPlan, ColumnTarget, TableSource};
use crate::reject_keys::{Member, members, without_reject_keys};
use crate::row::Note;
use crate::version::Version;

/// The keys of a contact in its own form.
const OWN_KEYS: [&str; 16] = [
    "external_id",
    "kind",
    "name",
    "emails",
    "phones",
    "addresses",
    "organization",
    "title",
    "links",
    "birthday",
    "photo_url",
    "notes",
    "tags",
    "owner_id",
    "custom",
    "vendor",
];

const NESTED: &str = "an object or an array in place of a text; it is not read";
const NEW_KEY: &str = "the first objects of the file do not have this key; it is not read";

/// A table of JSON objects.
pub(crate) struct JsonTable {
    pub(crate) plan: ColumnPlan,
    reader: RowReader,
    /// The index of each key's column.
    columns: BTreeMap<String, usize>,
    options: ReadOptions,
}

/// The keys of the first objects.
struct Keys {
    line: u64,
    /// All keys, in their order in the file.
    all: Vec<String>,
    /// The keys of the first object, and whether their values are scalar.
    first: Vec<(String, bool)>,
    /// The scalar values of the first objects by their keys.
    rows: Vec<BTreeMap<String, String>>,
}

impl JsonTable {
    /// Returns the table at the start of a file. `None` if its objects are contacts in their own form or unknown.
    ///
    /// # Errors
    ///
    /// If the mapping of the options does not fit the keys.
    pub(crate) fn new(head: &[u8], options: &ReadOptions, any_keys: bool) -> Result<Option<Self>, MapError> {
        let Some(keys) = keys(head).filter(|keys| keys.are_columns(options, any_keys)) else {
            return Ok(None);
        };
        let known = keys.all.iter().filter(|key| is_known_column(key, options)).count();
        let (samples, line) = (keys.samples(), keys.line);
        let header = Header { cells: keys.all, line, last_line: line, known, is_a_contact: false, samples };
        let dialect = Dialect::new(b',', b'"');
        let encoding = TextEncoding::UTF_8.to_string();
        let (mut plan, used) =
            ColumnPlan::new(&header, dialect, encoding, options.map.as_ref(), Version::Current)?;
        if used.is_empty() && !any_keys {
            return Ok(None);
        }
        plan.source = TableSource::Objects;
        let reader = RowReader::new(&plan, used);
        let columns = header.cells.into_iter().enumerate().map(|(index, key)| (key, index)).collect();
        Ok(Some(Self { plan, reader, columns, options: options.clone() }))
    }

    /// Reads one object.
    pub(super) fn read(&self, text: &str, position: Position) -> Result<BuiltContact, RowError> {
        if !parsed(text, position)?.is_object() {
            return Err(RowError::new("expected an object"));
        }
        let members = members(text).unwrap_or_default();
        // An object that has only keys of a contact is read as a contact.
        if members.iter().all(|member| is_own(&member.key))
            && let Ok(built) = unified(text, position)
        {
            return Ok(built);
        }
        let mut cells = vec![Cow::Borrowed(""); self.plan.columns.len()];
        let mut notes = Vec::new();
        for member in &flattened(members) {
            let value = cell(member.value);
            let column = self.columns.get(&member.key).copied();
            let is_used = column
                .is_some_and(|column| matches!(self.plan.columns[column].target, ColumnTarget::Field { .. }));
            match (column, value) {
                (Some(column), Some(text)) => cells[column] = Cow::Owned(text.into_owned()),
                (None, Some(text)) if !text.is_empty() => notes.push(note(&member.key, NEW_KEY)),
                (Some(_), None) if is_used => notes.push(note(&member.key, NESTED)),
                (None, None) => notes.push(note(&member.key, NEW_KEY)),
                _ => {}
            }
        }
        let built = self.reader.read(&cells, self.options.on_bad_cell, Version::Current);
        // The number of a column means nothing in JSON.
        let mut built = built.map_err(|error| RowError { column: None, ..error })?;
        notes.append(&mut built.notes);
        Ok(BuiltContact { notes, ..built })
    }
}

impl Keys {
    /// Returns the values of the first objects in the order of the keys.
    fn samples(&self) -> Samples {
        let mut samples = Samples::default();
        for row in &self.rows {
            let cells = self.all.iter().map(|key| row.get(key).cloned().unwrap_or_default());
            if !samples.push(cells.collect()) {
                break;
            }
        }
        samples
    }

    /// Removes the keys that hold a nested object in some rows and nothing in the others.
    fn leave_out_empty_objects(&mut self) {
        let has_value =
            |key: &String| self.rows.iter().any(|row| row.get(key).is_some_and(|text| !text.is_empty()));
        let is_object = |key: &String| {
            let inside =
                |other: &String| other.strip_prefix(key.as_str()).is_some_and(|rest| rest.starts_with('.'));
            self.all.iter().any(inside)
        };
        let kept = self.all.iter().filter(|key| !is_object(key) || has_value(key)).cloned().collect();
        self.all = kept;
    }

    fn are_columns(&self, options: &ReadOptions, any_keys: bool) -> bool {
        if self.first.iter().all(|(key, _)| is_own(key)) {
            return false;
        }
        if any_keys {
            return true;
        }
        if options.map.as_ref().is_some_and(|map| self.all.iter().any(|key| map.names(key))) {
            return true;
        }
        let is_known = |key: &str| is_known_column(key, options);
        let is_column = |(key, is_scalar): &(String, bool)| *is_scalar && !is_own(key) && is_known(key);
        let has_column = self.first.iter().any(is_column);
        let is_contact =
            |(key, is_scalar): &(String, bool)| !is_scalar && (is_own(key) || (!has_column && is_known(key)));
        if self.first.iter().any(is_contact) {
            return false;
        }
        let mut known = self.all.iter().filter(|key| is_known(key)).peekable();
        if known.clone().any(|key| !is_own(key)) {
            return true;
        }
        let is_misspelled = |key: &String| !is_own(key) && nearest_word(key, OWN_KEYS).is_some();
        known.nth(1).is_some() && !self.all.iter().any(is_misspelled)
    }
}

fn is_own(key: &str) -> bool {
    OWN_KEYS.contains(&key)
}

fn note(field: &str, message: &str) -> Note {
    Note { field: field.to_owned(), message: message.to_owned() }
}

/// Returns the keys of the objects at the start of a file. `None` if there is no object.
fn keys(head: &[u8]) -> Option<Keys> {
    let mut values = JsonValues::new(Box::new(Cursor::new(head.to_vec())), head.len().max(16));
    let mut keys: Option<Keys> = None;
    while let Ok(Some(value)) = values.next_value() {
        if value.end != ValueEnd::Whole {
            break;
        }
        let text = text_of(&value.bytes).0;
        let Some(text) = without_reject_keys(&text) else { continue };
        let Some(members) = members(&text) else { continue };
        let first =
            || members.iter().map(|member| (member.key.clone(), cell(member.value).is_some())).collect();
        let keys = keys.get_or_insert_with(|| {
            let (line, first) = (value.line, first());
            Keys { line, all: Vec::new(), first, rows: Vec::new() }
        });
        let scalar = |member: &Member<'_>| Some((member.key.clone(), cell(member.value)?.into_owned()));
        let members = flattened(members);
        keys.rows.push(members.iter().filter_map(scalar).collect());
        for member in &members {
            if !keys.all.contains(&member.key) {
                keys.all.push(member.key.clone());
            }
        }
    }
    if let Some(keys) = &mut keys {
        keys.leave_out_empty_objects();
    }
    keys
}

/// Returns the members of an object, with a nested object replaced by its members: `address.city`.
fn flattened(members: Vec<Member<'_>>) -> Vec<Member<'_>> {
    let mut all = Vec::with_capacity(members.len());
    for member in members {
        let nested = nested_members(&member);
        if nested.is_empty() {
            all.push(member);
        } else {
            all.extend(nested);
        }
    }
    all
}

/// Returns the members of a nested object, with both keys in each name. Empty if it has a value that is not scalar.
fn nested_members<'t>(member: &Member<'t>) -> Vec<Member<'t>> {
    if !member.value.starts_with('{') || cell(member.value).is_some() {
        return Vec::new();
    }
    let nested = members(member.value).unwrap_or_default();
    if nested.iter().any(|nested| cell(nested.value).is_none()) {
        return Vec::new();
    }
    let with_both_keys = |mut nested: Member<'t>| {
        nested.key = format!("{}.{}", member.key, nested.key);
        nested
    };
    nested.into_iter().map(with_both_keys).collect()
}

/// Returns the text of a scalar value as it is spelled. `None` for a nested value. An array of scalars is joined with
/// semicolons.
fn cell(value: &str) -> Option<Cow<'_, str>> {
    match value.as_bytes().first()? {
        b'"' => serde_json::from_str::<String>(value).ok().map(Cow::Owned),
        b'n' => Some(Cow::Borrowed("")),
        b'{' => match members(value)?.as_slice() {
            [member] if member.key.starts_with('$') => {
                cell(member.value).map(|text| Cow::Owned(text.into_owned()))
            }
            _ => None,
        },
        b'[' => list(value).map(Cow::Owned),
        _ => Some(Cow::Borrowed(value)),
    }
}

fn list(value: &str) -> Option<String> {
    let values: Vec<Value> = serde_json::from_str(value).ok()?;
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    values.iter().map(text).collect::<Option<Vec<String>>>().map(|texts| texts.join(";"))
}

#[cfg(test)]
mod tests {
    use unicontact_model::UnifiedContact;

    use super::*;

    fn is_table(text: &str) -> bool {
        JsonTable::new(text.as_bytes(), &ReadOptions::default(), false).unwrap().is_some()
    }

    #[test]
    fn the_own_keys_are_keys_of_a_contact() {
        for key in OWN_KEYS {
            let problem = UnifiedContact::from_json(serde_json::json!({ "name": "Ada", key: 1.5 }));
            assert!(!problem.is_err_and(|error| error.to_string().contains("unknown key")), "{key}");
        }
    }

    #[test]
    fn database_exports_are_tables_and_contacts_are_not() {
        assert!(is_table(r#"[{"id":1,"name":"Ada","email":"a@example.com"},"#));
        assert!(is_table(r#"{"email":"a@example.com"}"#));
        assert!(is_table(r#"{"_id":{"$oid":"5f"},"name":"Ada","phone":"1"}"#));
        assert!(is_table(r#"{"name":"Ada","title":"x","created_at":"2026"}"#));
        for contact in [
            r#"{"name":"Ada","emails":["a@example.com"]}"#,
            r#"{"name":"Ada","emials":["a@example.com"]}"#,
            r#"{"name":"Ada","nmae":"x","title":"y"}"#,
            r#"{"name":{"given":"Ada"},"email":"a@example.com"}"#,
            r#"{"foo":1,"bar":2}"#,
            "3",
        ] {
            assert!(!is_table(contact), "{contact}");
        }
    }

    #[test]
    fn a_scalar_keeps_its_spelling() {
        let cells = [
            "\"a\\u00e9\"",
            "12345678901234567890",
            "1.50",
            "true",
            "null",
            "[\"a\",2]",
            "{\"$date\":\"2026-01-01\"}",
        ];
        let texts: Vec<_> = cells.iter().map(|value| cell(value).unwrap().into_owned()).collect();
        assert_eq!(texts, ["aé", "12345678901234567890", "1.50", "true", "", "a;2", "2026-01-01"]);
        assert_eq!([cell("{\"a\":1}"), cell("[[1]]")], [None, None]);
    }
}
