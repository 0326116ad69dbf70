//! Finds, changes and writes the values of a description's document.

use unicontact_providers::{DescriptionNode, DescriptionValue};

/// A step from a value to a part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    Member(String),
    Entry(usize),
}

/// Writes a tree as a document, with one line for each member of the root.
pub(super) fn write_document(root: &DescriptionNode) -> String {
    let line =
        |(name, node): &(String, DescriptionNode)| format!("{} = {}\n", quoted(name), written(&node.value));
    root.members().unwrap_or_default().iter().map(line).collect()
}

/// Writes a value in one line.
pub(super) fn written(value: &DescriptionValue) -> String {
    match value {
        DescriptionValue::Text(text) => quoted(text),
        DescriptionValue::Integer(number) => number.to_string(),
        DescriptionValue::Float(number) => format!("{number:?}"),
        DescriptionValue::Boolean(truth) => truth.to_string(),
        DescriptionValue::Time(text) => text.clone(),
        DescriptionValue::List(entries) => {
            let entries: Vec<String> = entries.iter().map(|entry| written(&entry.value)).collect();
            format!("[{}]", entries.join(", "))
        }
        DescriptionValue::Table(members) => {
            let member = |(name, node): &(String, DescriptionNode)| {
                format!("{} = {}", quoted(name), written(&node.value))
            };
            let members: Vec<String> = members.iter().map(member).collect();
            format!("{{ {} }}", members.join(", "))
        }
    }
}

/// Returns a text as TOML quotes it. The escapes of JSON are those of TOML as well.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Returns a member of a table.
pub(super) fn find<'n>(node: &'n DescriptionNode, name: &str) -> Option<&'n DescriptionNode> {
    node.members()?.iter().find(|(other, _)| other == name).map(|(_, member)| member)
}

/// Returns the entries of a member that is a list, or its only value.
pub(super) fn entries<'n>(node: &'n DescriptionNode, name: &str) -> Vec<&'n DescriptionNode> {
    match find(node, name) {
        Some(DescriptionNode { value: DescriptionValue::List(entries), .. }) => entries.iter().collect(),
        Some(member) => vec![member],
        None => Vec::new(),
    }
}

/// Returns the entries of a member that is a list, or its only value, each as it is written.
pub(super) fn words(node: &DescriptionNode, name: &str) -> Option<Vec<String>> {
    find(node, name)?;
    Some(entries(node, name).iter().map(|entry| written(&entry.value)).collect())
}

/// Returns the value one step below.
pub(super) fn child<'n>(node: &'n DescriptionNode, step: &Step) -> Option<&'n DescriptionNode> {
    match (&node.value, step) {
        (DescriptionValue::Table(_), Step::Member(name)) => find(node, name),
        (DescriptionValue::List(entries), Step::Entry(index)) => entries.get(*index),
        _ => None,
    }
}

/// Returns the value at the end of a path.
pub(super) fn descendant_mut<'n>(
    node: &'n mut DescriptionNode,
    path: &[Step],
) -> Option<&'n mut DescriptionNode> {
    let Some((first, rest)) = path.split_first() else {
        return Some(node);
    };
    let child = match (&mut node.value, first) {
        (DescriptionValue::Table(members), Step::Member(name)) => {
            members.iter_mut().find(|(other, _)| other == name).map(|(_, member)| member)
        }
        (DescriptionValue::List(entries), Step::Entry(index)) => entries.get_mut(*index),
        _ => None,
    };
    descendant_mut(child?, rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_that_is_written_again_says_the_same() {
        let text = "a = 'x \"y\" \\ z'\n[b]\n\"odd.key\" = 1.5\nc = [true, { d = 2 }]\n[[e]]\nf = 1\n[[e]]\n";
        let node = DescriptionNode::parse(text).unwrap();
        let written = write_document(&node);
        assert_eq!(
            written,
            r#""a" = "x \"y\" \\ z"
"b" = { "odd.key" = 1.5, "c" = [true, { "d" = 2 }] }
"e" = [{ "f" = 1 }, {  }]
"#
        );
        assert_eq!(write_document(&DescriptionNode::parse(&written).unwrap()), written);
    }
}
