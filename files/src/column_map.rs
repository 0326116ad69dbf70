//! Parses a mapping from column headers to the fields of a contact, written in TOML.
//!
//! The known layouts and the mappings of users have the same format.

use std::collections::BTreeMap;

use thiserror::Error;
use toml_edit::{Document, Item, TableLike, Value};
use unicontact_model::nearest_word;

use crate::field_path::FieldPath;

/// A mapping from the columns of a table to the fields of a contact.
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
/// let error = "[columns]\n\"Mail\" = \"emails[0].adress\"".parse::<ColumnMap>().unwrap_err();
/// assert_eq!(error.to_string(), "line 2: Mail: unknown field, did you mean `emails[].address`?");
/// # Ok::<(), unicontact_files::MapError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ColumnMap {
    pub(crate) columns: Vec<MapEntry>,
    pub(crate) constants: Vec<(FieldPath, String)>,
    pub(crate) layout: Option<LayoutInfo>,
}

/// One line under `[columns]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MapEntry {
    /// The header as written. In a layout, `{n}` stands for a number, counted from 1.
    pub(crate) header: String,
    pub(crate) line: usize,
    pub(crate) target: MapTarget,
}

/// The target of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum MapTarget {
    /// The column is left out on purpose.
    Ignore,
    /// The layout of the file leaves the column out, for a reason.
    LeftOut(LeftOut),
    /// The column is read into a field, with the kind and the label of all its values.
    Field { template: FieldTemplate, kind: Option<String>, label: Option<String> },
}

/// The reason why the layout of a file leaves a column out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LeftOut {
    /// The program sets the column itself: a new contact cannot have it.
    SetByProgram,
    /// The column refers to another record of the program.
    OtherRecord,
}

/// The path of a field, in which `{n}` stands for the number in the header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FieldTemplate(pub(crate) String);

/// The section `[layout]`: the program, and the headers that identify its exports.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct LayoutInfo {
    pub(crate) name: String,
    /// The headers that identify the layout. `|` separates headers of which one is enough.
    pub(crate) known_by: Vec<String>,
    /// Whether its names have a meaning only in files of this layout.
    pub(crate) whole_exports_only: bool,
    /// Whether the program writes the lists of a record into rows below it, whose other columns are empty.
    pub(crate) continues_rows: bool,
}

/// Error of a mapping. It shows headers and field names, never cells.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
#[error("{}{message}", if *line == 0 { String::new() } else { format!("line {line}: ") })]
pub struct MapError {
    /// The line of the mapping, counted from 1; 0 for an error without a line.
    pub line: usize,
    /// What is wrong, and the nearest name that is right.
    pub message: String,
}

impl std::str::FromStr for ColumnMap {
    type Err = MapError;

    /// Parses a mapping.
    ///
    /// # Errors
    ///
    /// The first error with its line: invalid TOML, an unknown section, key or field.
    fn from_str(text: &str) -> Result<Self, MapError> {
        MapParser::new(text).map()
    }
}

impl ColumnMap {
    /// Returns whether a column is mapped to a field, given by its path, such as `custom.score`.
    pub fn has_field(&self, path: &str) -> bool {
        let is_target =
            |target: &MapTarget| matches!(target, MapTarget::Field { template, .. } if template.0 == path);
        self.columns.iter().any(|entry| is_target(&entry.target))
    }
}

impl FieldTemplate {
    /// Returns the path with the number of the header, counted from 1, in place of `{n}`.
    ///
    /// # Errors
    ///
    /// What is wrong with the path.
    pub(crate) fn resolve(&self, number: Option<usize>) -> Result<FieldPath, String> {
        let entry = number.unwrap_or(1).saturating_sub(1).to_string();
        FieldPath::parse(&self.0.replace("{n}", &entry))
    }
}

/// A parser of a mapping.
struct MapParser<'a> {
    text: &'a str,
    /// The offsets of the line ends, by which lines are numbered.
    line_ends: Vec<usize>,
}

impl<'a> MapParser<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, line_ends: text.match_indices('\n').map(|(offset, _)| offset).collect() }
    }

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
                .ok_or_else(|| error_at(line, format!("{section}: expected a section such as [columns]")))?;
            match section {
                "columns" => map.columns = self.columns(table)?,
                "constants" => map.constants = self.constants(table)?,
                "layout" => map.layout = Some(Self::layout(table)),
                other => return Err(error_at(line, unknown_key(other, &["columns", "constants"]))),
            }
        }
        Ok(map)
    }

    fn columns(&self, table: &dyn TableLike) -> Result<Vec<MapEntry>, MapError> {
        let mut entries = Vec::new();
        for (header, item) in table.iter() {
            let line = self.line_of(item);
            let target = target(item).map_err(|message| error_at(line, format!("{header}: {message}")))?;
            entries.push(MapEntry { header: header.to_owned(), line, target });
        }
        Ok(entries)
    }

    fn constants(&self, table: &dyn TableLike) -> Result<Vec<(FieldPath, String)>, MapError> {
        let mut constants = Vec::new();
        for (name, item) in table.iter() {
            let line = self.line_of(item);
            let path =
                FieldPath::parse(name).map_err(|message| error_at(line, format!("{name}: {message}")))?;
            if path.is_in_a_list() && path.entry.is_none() {
                return Err(error_at(line, format!("{name}: say which entry, such as {}[0]", path.list())));
            }
            let value = match item.as_value() {
                Some(Value::String(text)) => text.value().clone(),
                Some(Value::Integer(number)) => number.value().to_string(),
                _ => return Err(error_at(line, format!("{name}: expected a text"))),
            };
            constants.push((path, value));
        }
        Ok(constants)
    }

    fn layout(table: &dyn TableLike) -> LayoutInfo {
        let flag = |name: &str| table.get(name).and_then(Item::as_bool).unwrap_or_default();
        let known_by = table.get("known_by").and_then(Item::as_array);
        LayoutInfo {
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
        self.line_ends.partition_point(|end| *end < offset) + 1
    }
}

/// Returns the target that a line under `[columns]` gives its column.
///
/// # Errors
///
/// What is wrong with the target.
pub(crate) fn target(item: &Item) -> Result<MapTarget, String> {
    if let Some(text) = item.as_str() {
        return target_of(text, None, None);
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
    target_of(to, texts.get("kind").copied(), texts.get("label").copied())
}

fn target_of(to: &str, kind: Option<&str>, label: Option<&str>) -> Result<MapTarget, String> {
    if to == "ignore" {
        return Ok(MapTarget::Ignore);
    }
    let template = FieldTemplate(to.to_owned());
    let is_in_list = template.resolve(Some(1))?.is_in_a_list();
    if !is_in_list && (kind.is_some() || label.is_some()) {
        return Err("`kind` and `label` belong to e-mails, phones, addresses and links only".to_owned());
    }
    Ok(MapTarget::Field { template, kind: kind.map(str::to_owned), label: label.map(str::to_owned) })
}

fn error_at(line: usize, message: String) -> MapError {
    MapError { line, message }
}

fn unknown_key(key: &str, known: &[&'static str]) -> String {
    match nearest_word(key, known.iter().copied()) {
        Some(nearest) => format!("unknown key `{}`, did you mean `{nearest}`?", key.escape_debug()),
        None => format!("unknown key `{}` (known: {})", key.escape_debug(), known.join(", ")),
    }
}
