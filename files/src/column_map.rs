//! A mapping from column headers to the fields of a contact, as TOML.
//!
//! The layouts that are recognised and the mapping that a user writes have the same form.

use std::collections::BTreeMap;

use thiserror::Error;
use toml_edit::{Document, Item, TableLike, Value};
use unicontact_model::nearest_word;

use crate::field_path::FieldPath;

/// What the columns of a CSV are.
///
/// ```
/// use unicontact_files::ColumnMap;
///
/// let map: ColumnMap = r#"
/// [columns]
/// "Kundenname" = "name.full"
/// "Mail" = "emails[0].address"
/// "Tel. 2" = { to = "phones[1].number", kind = "mobile" }
/// "Score" = "custom.score"
/// "Intern" = "ignore"
///
/// [constants]
/// "emails[0].kind" = "work"
/// "tags" = "import"
/// "#
/// .parse()?;
/// let mistake = "[columns]\n\"Mail\" = \"emails[0].adress\"".parse::<ColumnMap>().unwrap_err();
/// assert_eq!(mistake.to_string(), "line 2: Mail: unknown field, did you mean `emails[].address`?");
/// # Ok::<(), unicontact_files::MapError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ColumnMap {
    pub(crate) columns: Vec<MapEntry>,
    pub(crate) constants: Vec<(FieldPath, String)>,
    pub(crate) layout: Option<LayoutHead>,
}

/// One line under `[columns]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MapEntry {
    /// The header as written. In a layout `{n}` stands for a number, counted from 1.
    pub(crate) header: String,
    pub(crate) line: usize,
    pub(crate) place: Place,
}

/// What becomes of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// It is left out on purpose.
    Ignore,
    /// It goes to a field; with it go constants for the same entry.
    Field { target: FieldText, kind: Option<String>, label: Option<String> },
}

/// A field as it is written; only when the number for `{n}` is known is it a [`FieldPath`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FieldText(pub(crate) String);

/// What `[layout]` says: the program the layout belongs to, and the headers that it is known by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct LayoutHead {
    pub(crate) name: String,
    pub(crate) known_by: Vec<String>,
    /// Its names mean something in whole exports only, and nothing in other files.
    pub(crate) whole_exports_only: bool,
    /// The program writes lists of a record into rows below it, in which the record's own columns are empty.
    pub(crate) continues_rows: bool,
}

/// Why a mapping cannot be used. It shows headers and field names, never cells.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}{message}", if *line == 0 { String::new() } else { format!("line {line}: ") })]
pub struct MapError {
    /// The line of the mapping; the first one is 1, and 0 means that it is about no line in particular.
    pub line: usize,
    /// What is wrong and what would be right.
    pub message: String,
}

impl std::str::FromStr for ColumnMap {
    type Err = MapError;

    /// Reads a mapping.
    ///
    /// # Errors
    ///
    /// The first mistake, with its line: broken TOML, an unknown section, key or field.
    fn from_str(text: &str) -> Result<Self, MapError> {
        Reading { text }.map()
    }
}

impl FieldText {
    /// The target, with the header's number, counted from 1, in place of `{n}`.
    pub(crate) fn target(&self, number: Option<usize>) -> Result<FieldPath, String> {
        let entry = number.unwrap_or(1).saturating_sub(1).to_string();
        FieldPath::parse(&self.0.replace("{n}", &entry))
    }
}

/// A mapping's text, for the line numbers.
struct Reading<'a> {
    text: &'a str,
}

impl Reading<'_> {
    fn map(&self) -> Result<ColumnMap, MapError> {
        let document = Document::parse(self.text).map_err(|error| MapError {
            line: error.span().map_or(0, |span| self.line_at(span.start)),
            message: error.message().trim_end().to_owned(),
        })?;
        let mut map = ColumnMap::default();
        for (section, item) in document.iter() {
            let line = self.line_of(item);
            let table = item
                .as_table_like()
                .ok_or_else(|| mistake(line, format!("{section}: expected a section such as [columns]")))?;
            match section {
                "columns" => map.columns = self.columns(table)?,
                "constants" => map.constants = self.constants(table)?,
                "layout" => map.layout = Some(Self::layout(table)),
                other => return Err(mistake(line, unknown_key(other, &["columns", "constants"]))),
            }
        }
        Ok(map)
    }

    fn columns(&self, table: &dyn TableLike) -> Result<Vec<MapEntry>, MapError> {
        let mut entries = Vec::new();
        for (header, item) in table.iter() {
            let line = self.line_of(item);
            let place = Self::place(item).map_err(|message| mistake(line, format!("{header}: {message}")))?;
            entries.push(MapEntry { header: header.to_owned(), line, place });
        }
        Ok(entries)
    }

    fn place(item: &Item) -> Result<Place, String> {
        if let Some(text) = item.as_str() {
            return place(text, None, None);
        }
        let Some(table) = item.as_table_like() else {
            return Err("expected a field such as \"emails[0].address\", or \"ignore\"".to_owned());
        };
        let mut texts: BTreeMap<&str, &str> = BTreeMap::new();
        for (key, value) in table.iter() {
            if !["to", "kind", "label"].contains(&key) {
                return Err(unknown_key(key, &["to", "kind", "label"]));
            }
            texts.insert(key, value.as_str().ok_or_else(|| format!("{key}: expected a text"))?);
        }
        let to = texts.get("to").ok_or("`to` is missing")?;
        place(to, texts.get("kind").copied(), texts.get("label").copied())
    }

    fn constants(&self, table: &dyn TableLike) -> Result<Vec<(FieldPath, String)>, MapError> {
        let mut constants = Vec::new();
        for (name, item) in table.iter() {
            let line = self.line_of(item);
            let target =
                FieldPath::parse(name).map_err(|message| mistake(line, format!("{name}: {message}")))?;
            if target.is_in_a_list() && target.entry.is_none() {
                return Err(mistake(line, format!("{name}: say which entry, such as {}[0]", target.list())));
            }
            let value = match item.as_value() {
                Some(Value::String(text)) => text.value().clone(),
                Some(Value::Integer(number)) => number.value().to_string(),
                _ => return Err(mistake(line, format!("{name}: expected a text"))),
            };
            constants.push((target, value));
        }
        Ok(constants)
    }

    fn layout(table: &dyn TableLike) -> LayoutHead {
        let flag = |name: &str| table.get(name).and_then(Item::as_bool).unwrap_or_default();
        let known_by = table.get("known_by").and_then(Item::as_array);
        LayoutHead {
            name: table.get("name").and_then(Item::as_str).unwrap_or_default().to_owned(),
            known_by: known_by
                .into_iter()
                .flatten()
                .filter_map(|it| it.as_str().map(str::to_owned))
                .collect(),
            whole_exports_only: flag("whole_exports_only"),
            continues_rows: flag("continues_rows"),
        }
    }

    fn line_of(&self, item: &Item) -> usize {
        item.span().map_or(0, |span| self.line_at(span.start))
    }

    fn line_at(&self, offset: usize) -> usize {
        self.text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
    }
}

fn place(to: &str, kind: Option<&str>, label: Option<&str>) -> Result<Place, String> {
    if to == "ignore" {
        return Ok(Place::Ignore);
    }
    let target = FieldText(to.to_owned());
    let in_list = target.target(Some(1))?.is_in_a_list();
    if !in_list && (kind.is_some() || label.is_some()) {
        return Err("`kind` and `label` belong to e-mails, phones, addresses and links only".to_owned());
    }
    Ok(Place::Field { target, kind: kind.map(str::to_owned), label: label.map(str::to_owned) })
}

fn mistake(line: usize, message: String) -> MapError {
    MapError { line, message }
}

fn unknown_key(key: &str, known: &[&'static str]) -> String {
    match nearest_word(key, known.iter().copied()) {
        Some(nearest) => format!("unknown key `{}`, did you mean `{nearest}`?", key.escape_debug()),
        None => format!("unknown key `{}` (known: {})", key.escape_debug(), known.join(", ")),
    }
}
