//! A TOML document as a tree whose values know their lines. Arrays of tables and arrays of inline tables are the same list.

use toml_edit::{Item, TableLike};

use super::problem::{DescriptionError, DescriptionProblem};

/// A limit on the length of a description in bytes.
const LENGTH_LIMIT: usize = 256 * 1024;
/// A limit on how deep tables and lists are nested.
const DEPTH_LIMIT: usize = 16;
/// A limit on the number of tables in lists of tables.
const ROW_LIMIT: usize = 500;

/// A value of a description and its line.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// The line, counted from 1.
    pub line: usize,
    /// The value.
    pub value: NodeValue,
}

/// A value of a document.
#[derive(Debug, Clone, PartialEq)]
pub enum NodeValue {
    /// A string.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// Another number.
    Float(f64),
    /// `true` or `false`.
    Boolean(bool),
    /// A date or a time as it is written. No word takes one.
    Time(String),
    /// An array, or an array of tables.
    List(Vec<Node>),
    /// A table with its members in their order.
    Table(Vec<(String, Node)>),
}

impl Node {
    /// Parses a document.
    ///
    /// # Errors
    ///
    /// The text is no TOML, too long, too deep, or has too many rows.
    pub fn parse(text: &str) -> Result<Self, DescriptionError> {
        if text.len() > LENGTH_LIMIT {
            return Err(error(1, format!("a description has at most {} KiB", LENGTH_LIMIT / 1024)));
        }
        let lines = Lines::new(text);
        let document = toml_edit::Document::parse(text).map_err(|failure| {
            let line = failure.span().map_or(1, |span| lines.at(span.start));
            error(line, format!("not TOML: {}", failure.message().replace('\n', ", ")))
        })?;
        let root = lines.table(document.as_table(), 1, 0)?;
        let rows = count_rows(&root);
        if rows > ROW_LIMIT {
            return Err(error(
                1,
                format!("a description has at most {ROW_LIMIT} rows, and this one has {rows}"),
            ));
        }
        Ok(root)
    }

    /// Returns the members of a table.
    pub fn members(&self) -> Option<&[(String, Self)]> {
        match &self.value {
            NodeValue::Table(members) => Some(members),
            _ => None,
        }
    }

    /// Returns what kind of value it is, as messages name it.
    pub(super) fn noun(&self) -> &'static str {
        match self.value {
            NodeValue::Text(_) => "a text",
            NodeValue::Integer(_) => "a whole number",
            NodeValue::Float(_) => "a number",
            NodeValue::Boolean(_) => "true or false",
            NodeValue::Time(_) => "a date (write it in quotes)",
            NodeValue::List(_) => "a list",
            NodeValue::Table(_) => "a table",
        }
    }
}

fn error(line: usize, message: String) -> DescriptionError {
    DescriptionError { problems: vec![DescriptionProblem { line, key: String::new(), message }] }
}

fn count_rows(node: &Node) -> usize {
    match &node.value {
        NodeValue::Table(members) => members.iter().map(|(_, member)| count_rows(member)).sum(),
        NodeValue::List(entries) => {
            entries.iter().map(|entry| usize::from(entry.members().is_some()) + count_rows(entry)).sum()
        }
        _ => 0,
    }
}

/// The offsets at which the lines of a text begin.
struct Lines(Vec<usize>);

impl Lines {
    fn new(text: &str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        Self(std::iter::once(0).chain(ends.map(|(offset, _)| offset + 1)).collect())
    }

    fn at(&self, offset: usize) -> usize {
        self.0.partition_point(|start| *start <= offset).max(1)
    }

    fn table(&self, table: &dyn TableLike, line: usize, depth: usize) -> Result<Node, DescriptionError> {
        if depth > DEPTH_LIMIT {
            return Err(error(line, format!("tables and lists are nested at most {DEPTH_LIMIT} deep")));
        }
        let mut members = Vec::new();
        for (name, item) in table.iter() {
            let span = table.get_key_value(name).and_then(|(key, item)| key.span().or_else(|| item.span()));
            let line = span.map_or(line, |span| self.at(span.start));
            members.push((name.to_owned(), self.item(item, line, depth + 1)?));
        }
        Ok(Node { line, value: NodeValue::Table(members) })
    }

    fn item(&self, item: &Item, line: usize, depth: usize) -> Result<Node, DescriptionError> {
        match item {
            Item::Value(value) => self.value(value, line, depth),
            Item::Table(table) => self.table(table, line, depth),
            Item::ArrayOfTables(tables) => {
                let entry = |table: &toml_edit::Table| {
                    let line = table.span().map_or(line, |span| self.at(span.start));
                    self.table(table, line, depth)
                };
                let entries = tables.iter().map(entry).collect::<Result<_, _>>()?;
                Ok(Node { line, value: NodeValue::List(entries) })
            }
            Item::None => Ok(Node { line, value: NodeValue::Table(Vec::new()) }),
        }
    }

    fn value(&self, value: &toml_edit::Value, line: usize, depth: usize) -> Result<Node, DescriptionError> {
        let line = value.span().map_or(line, |span| self.at(span.start));
        let value = match value {
            toml_edit::Value::String(text) => NodeValue::Text(text.value().clone()),
            toml_edit::Value::Integer(number) => NodeValue::Integer(*number.value()),
            toml_edit::Value::Float(number) => NodeValue::Float(*number.value()),
            toml_edit::Value::Boolean(truth) => NodeValue::Boolean(*truth.value()),
            toml_edit::Value::Datetime(time) => NodeValue::Time(time.value().to_string()),
            toml_edit::Value::Array(values) => {
                if depth > DEPTH_LIMIT {
                    return Err(error(
                        line,
                        format!("tables and lists are nested at most {DEPTH_LIMIT} deep"),
                    ));
                }
                let entries = values.iter().map(|value| self.value(value, line, depth + 1));
                NodeValue::List(entries.collect::<Result<_, _>>()?)
            }
            toml_edit::Value::InlineTable(table) => return self.table(table, line, depth),
        };
        Ok(Node { line, value })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_knows_its_line() {
        let root =
            Node::parse("a = 1\n\n[b]\nc = [\n  \"x\",\n  2,\n]\n[[d]]\ne = true\n[[d]]\ne = { f = 1.5 }\n")
                .unwrap();
        let members = root.members().unwrap();
        let lines: Vec<(&str, usize)> =
            members.iter().map(|(name, node)| (name.as_str(), node.line)).collect();
        assert_eq!(lines, [("a", 1), ("b", 3), ("d", 8)]);
        let NodeValue::List(rows) = &members[2].1.value else { panic!("a list") };
        assert_eq!(rows.iter().map(|row| row.line).collect::<Vec<_>>(), [8, 10]);
        let NodeValue::List(entries) = &members[1].1.members().unwrap()[0].1.value else { panic!("a list") };
        assert_eq!(entries.iter().map(|entry| entry.line).collect::<Vec<_>>(), [5, 6]);
    }

    #[test]
    fn a_description_that_is_too_long_too_deep_or_no_toml_is_refused_with_its_line() {
        let deep = format!("a = 1\nb = {}{}", "[".repeat(20), "]".repeat(20));
        let rows = "[[a]]\n".repeat(501);
        let long = format!("a = \"{}\"", "x".repeat(LENGTH_LIMIT));
        for (text, line, part) in [
            ("a = 1\nb = \n", 2, "not TOML"),
            (deep.as_str(), 2, "16 deep"),
            (rows.as_str(), 1, "500 rows"),
            (long.as_str(), 1, "256 KiB"),
        ] {
            let error = Node::parse(text).unwrap_err();
            assert_eq!(error.problems[0].line, line);
            assert!(error.problems[0].message.contains(part), "{error}");
        }
    }
}
