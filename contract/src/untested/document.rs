//! A TOML document as a tree that knows its lines and can be written again after a change.

use toml_edit::{Item, TableLike, Value};

/// A value and its line.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    pub(super) line: usize,
    pub(super) value: NodeValue,
}

/// A value of a document.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum NodeValue {
    Text(String),
    Integer(i64),
    Float(f64),
    Boolean(bool),
    /// A time, as it is written.
    Time(String),
    List(Vec<Node>),
    Table(Vec<(String, Node)>),
}

/// A step from a value to a part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    Member(String),
    Entry(usize),
}

impl Node {
    /// Parses a document. One that is no TOML has no members.
    pub(super) fn parse(text: &str) -> Self {
        let lines = Lines::new(text);
        match toml_edit::Document::parse(text) {
            Ok(document) => lines.table(document.as_table(), 1),
            Err(_) => Self { line: 1, value: NodeValue::Table(Vec::new()) },
        }
    }

    /// Writes the tree as a document, with one line for each member of the root.
    pub(super) fn write_document(&self) -> String {
        match &self.value {
            NodeValue::Table(members) => {
                let line = |(name, node): &(String, Self)| format!("{} = {node}\n", quoted(name));
                members.iter().map(line).collect()
            }
            _ => String::new(),
        }
    }
}

impl Node {
    /// Returns a member of a table.
    pub(super) fn find(&self, name: &str) -> Option<&Self> {
        match &self.value {
            NodeValue::Table(members) => {
                members.iter().find(|(other, _)| other == name).map(|(_, node)| node)
            }
            _ => None,
        }
    }

    /// Returns the entries of a member that is a list, or its only value, each as it is written.
    pub(super) fn words(&self, name: &str) -> Option<Vec<String>> {
        let node = self.find(name)?;
        Some(match &node.value {
            NodeValue::List(entries) => entries.iter().map(ToString::to_string).collect(),
            _ => vec![node.to_string()],
        })
    }

    /// Returns the entries of a member that is a list, or its only value.
    pub(super) fn entries(&self, name: &str) -> Vec<&Self> {
        match self.find(name) {
            Some(Self { value: NodeValue::List(entries), .. }) => entries.iter().collect(),
            Some(node) => vec![node],
            None => Vec::new(),
        }
    }

    /// Returns the value one step below.
    pub(super) fn child(&self, step: &Step) -> Option<&Self> {
        match (&self.value, step) {
            (NodeValue::Table(_), Step::Member(name)) => self.find(name),
            (NodeValue::List(entries), Step::Entry(index)) => entries.get(*index),
            _ => None,
        }
    }

    /// Returns the value at the end of a path.
    pub(super) fn descendant_mut(&mut self, path: &[Step]) -> Option<&mut Self> {
        let Some((first, rest)) = path.split_first() else {
            return Some(self);
        };
        let child = match (&mut self.value, first) {
            (NodeValue::Table(members), Step::Member(name)) => {
                members.iter_mut().find(|(other, _)| other == name).map(|(_, node)| node)
            }
            (NodeValue::List(entries), Step::Entry(index)) => entries.get_mut(*index),
            _ => None,
        };
        child?.descendant_mut(rest)
    }
}

impl std::fmt::Display for Node {
    /// Writes the value in one line.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.value {
            NodeValue::Text(text) => formatter.write_str(&quoted(text)),
            NodeValue::Integer(number) => write!(formatter, "{number}"),
            NodeValue::Float(number) => write!(formatter, "{number:?}"),
            NodeValue::Boolean(truth) => write!(formatter, "{truth}"),
            NodeValue::Time(text) => formatter.write_str(text),
            NodeValue::List(entries) => {
                let entries: Vec<String> = entries.iter().map(ToString::to_string).collect();
                write!(formatter, "[{}]", entries.join(", "))
            }
            NodeValue::Table(members) => {
                let member = |(name, node): &(String, Self)| format!("{} = {node}", quoted(name));
                let members: Vec<String> = members.iter().map(member).collect();
                write!(formatter, "{{ {} }}", members.join(", "))
            }
        }
    }
}

/// Returns a text as TOML quotes it. The escapes of JSON are those of TOML as well.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
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

    fn table(&self, table: &dyn TableLike, line: usize) -> Node {
        let member = |(name, item): (&str, &Item)| {
            let span = table.get_key_value(name).and_then(|(key, item)| key.span().or_else(|| item.span()));
            let line = span.map_or(line, |span| self.at(span.start));
            (name.to_owned(), self.item(item, line))
        };
        Node { line, value: NodeValue::Table(table.iter().map(member).collect()) }
    }

    fn item(&self, item: &Item, line: usize) -> Node {
        match item {
            Item::Value(value) => self.value(value, line),
            Item::Table(table) => self.table(table, line),
            Item::ArrayOfTables(tables) => {
                let entry = |table: &toml_edit::Table| {
                    let line = table.span().map_or(line, |span| self.at(span.start));
                    self.table(table, line)
                };
                Node { line, value: NodeValue::List(tables.iter().map(entry).collect()) }
            }
            Item::None => Node { line, value: NodeValue::Table(Vec::new()) },
        }
    }

    fn value(&self, value: &Value, line: usize) -> Node {
        let line = value.span().map_or(line, |span| self.at(span.start));
        let value = match value {
            Value::String(text) => NodeValue::Text(text.value().clone()),
            Value::Integer(number) => NodeValue::Integer(*number.value()),
            Value::Float(number) => NodeValue::Float(*number.value()),
            Value::Boolean(truth) => NodeValue::Boolean(*truth.value()),
            Value::Datetime(time) => NodeValue::Time(time.value().to_string()),
            Value::Array(values) => {
                NodeValue::List(values.iter().map(|value| self.value(value, line)).collect())
            }
            Value::InlineTable(table) => return self.table(table, line),
        };
        Node { line, value }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_that_is_written_again_says_the_same() {
        let text = "a = 'x \"y\" \\ z'\n[b]\n\"odd.key\" = 1.5\nc = [true, { d = 2 }]\n[[e]]\nf = 1\n[[e]]\n";
        let node = Node::parse(text);
        let written = node.write_document();
        assert_eq!(
            written,
            r#""a" = "x \"y\" \\ z"
"b" = { "odd.key" = 1.5, "c" = [true, { "d" = 2 }] }
"e" = [{ "f" = 1 }, {  }]
"#
        );
        assert_eq!(Node::parse(&written).write_document(), written);
    }
}
