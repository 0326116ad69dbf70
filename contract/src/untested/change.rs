//! The changes of a description: each word removed and changed, each row removed, and neighbouring rows exchanged.

use unicontact_providers::{DescriptionNode as Node, DescriptionValue, description_schema};

use super::document::{Step, child, descendant_mut, entries, find, words, write_document, written};
use super::other_value::{other_values, words_at};

/// Words of the whole description that change nothing that is sent or judged.
const INFORMATION: [&str; 6] = ["docs", "format", "source", "sources", "title", "vendor"];
/// Words of a table that change nothing that is sent or judged.
const INFORMATION_OF_TABLES: [&str; 2] = ["about", "source"];
/// Tables whose members are names of the vendor.
const FREE_TABLES: [&str; 2] = ["constants", "drops"];
/// Lists whose rows are tried in their order.
const ORDERED: [&str; 6] = ["addresses", "auth", "emails", "error", "find", "phones"];

const EXCHANGED: &str = "exchanged with the next row";

/// One change of a description.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Change {
    pub(super) line: usize,
    /// The changed word, such as `error[2].kind`.
    pub(super) key: String,
    /// Its value before.
    pub(super) text: String,
    pub(super) what: String,
    /// The changed description.
    pub(super) document: String,
}

/// Returns every change of a description, in the order of the file.
pub(super) fn changes(root: &Node) -> Vec<Change> {
    let schema = description_schema();
    let mut changes = Changes { root, schema, path: Vec::new(), found: Vec::new() };
    changes.below(root);
    let mut found = changes.found;
    found.sort_by_key(|change| change.line);
    found
}

struct Changes<'a> {
    root: &'a Node,
    schema: serde_json::Value,
    path: Vec<Step>,
    found: Vec<Change>,
}

impl Changes<'_> {
    fn below(&mut self, node: &Node) {
        match &node.value {
            DescriptionValue::Table(members) => {
                for (name, member) in members {
                    self.path.push(Step::Member(name.clone()));
                    if !is_information(&self.path) {
                        self.add(member, "removed", remove);
                        self.below(member);
                    }
                    self.path.pop();
                }
            }
            DescriptionValue::List(entries) => self.entries(entries),
            value => {
                let words = words_at(&self.schema, &self.path);
                for other in other_values(value, &words) {
                    let what = format!("changed to {}", written(&other));
                    self.add(node, &what, move |root, path| set(root, path, other.clone()));
                }
            }
        }
    }

    fn entries(&mut self, entries: &[Node]) {
        let is_ordered =
            matches!(self.path.as_slice(), [Step::Member(name)] if ORDERED.contains(&name.as_str()));
        for (index, entry) in entries.iter().enumerate() {
            self.path.push(Step::Entry(index));
            if entries.len() > 1 {
                self.add(entry, "removed", remove);
            }
            let next = entries.get(index + 1);
            if is_ordered && next.is_some_and(|next| may_both_hold(entry, next)) {
                self.add(entry, EXCHANGED, exchange);
            }
            self.below(entry);
            self.path.pop();
        }
    }

    fn add(&mut self, node: &Node, what: &str, apply: impl Fn(&mut Node, &[Step])) {
        let mut changed = self.root.clone();
        apply(&mut changed, &self.path);
        let order = if what == EXCHANGED { " before the next" } else { "" };
        self.found.push(Change {
            line: node.line,
            key: self.key() + order,
            text: written(&node.value),
            what: what.to_owned(),
            document: write_document(&changed),
        });
    }

    /// Returns the place as messages about descriptions name it: a row that stands alone has no number.
    fn key(&self) -> String {
        let mut key = String::new();
        let mut node = Some(self.root);
        for step in &self.path {
            match step {
                Step::Member(name) if key.is_empty() => key.push_str(name),
                Step::Member(name) => {
                    key.push('.');
                    key.push_str(name);
                }
                Step::Entry(index) if node.is_some_and(has_several) => {
                    key.push('[');
                    key.push_str(&index.to_string());
                    key.push(']');
                }
                Step::Entry(_) => {}
            }
            node = node.and_then(|node| child(node, step));
        }
        key
    }
}

fn has_several(node: &Node) -> bool {
    matches!(&node.value, DescriptionValue::List(entries) if entries.len() > 1)
}

fn is_information(path: &[Step]) -> bool {
    match path {
        [Step::Member(name)] => INFORMATION.contains(&name.as_str()),
        [Step::Member(table), Step::Member(name)] if !FREE_TABLES.contains(&table.as_str()) => {
            INFORMATION_OF_TABLES.contains(&name.as_str())
        }
        [Step::Member(_), Step::Entry(_), Step::Member(name)] => {
            INFORMATION_OF_TABLES.contains(&name.as_str())
        }
        [Step::Member(table), Step::Member(_), Step::Member(name)] if table == "account" => {
            INFORMATION_OF_TABLES.contains(&name.as_str())
        }
        _ => false,
    }
}

/// Returns whether one answer or one entry of a contact may belong to both rows, so that their order matters.
fn may_both_hold(one: &Node, other: &Node) -> bool {
    let is_spare = [one, other].iter().any(|row| find(row, "spare").is_some());
    let kinds_are_apart = !is_spare && are_apart(one, other, "kinds");
    let ones = entries(one, "when");
    let others = entries(other, "when");
    let exclude = |one: &&Node| others.iter().any(|other| exclude_each_other(one, other));
    !kinds_are_apart && !ones.iter().any(exclude)
}

/// Returns whether no answer meets both conditions.
fn exclude_each_other(one: &Node, other: &Node) -> bool {
    let is_same_path = find(one, "path").is_some() && words(one, "path") == words(other, "path");
    are_apart(one, other, "status") || (is_same_path && are_apart(one, other, "is"))
}

/// Returns whether both have a word, with no value in common.
fn are_apart(one: &Node, other: &Node, word: &str) -> bool {
    match (words(one, word), words(other, word)) {
        (Some(one), Some(other)) => one.iter().all(|word| !other.contains(word)),
        _ => false,
    }
}

fn remove(root: &mut Node, path: &[Step]) {
    let Some((last, parents)) = path.split_last() else {
        return;
    };
    match (descendant_mut(root, parents).map(|node| &mut node.value), last) {
        (Some(DescriptionValue::Table(members)), Step::Member(name)) => {
            members.retain(|(other, _)| other != name);
        }
        (Some(DescriptionValue::List(entries)), Step::Entry(index)) => drop(entries.remove(*index)),
        _ => {}
    }
}

fn set(root: &mut Node, path: &[Step], value: DescriptionValue) {
    if let Some(node) = descendant_mut(root, path) {
        node.value = value;
    }
}

fn exchange(root: &mut Node, path: &[Step]) {
    if let Some((Step::Entry(index), parents)) = path.split_last()
        && let Some(DescriptionValue::List(entries)) =
            descendant_mut(root, parents).map(|node| &mut node.value)
    {
        entries.swap(*index, index + 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described(text: &str) -> Vec<String> {
        let changes = changes(&Node::parse(text).unwrap());
        changes.iter().map(|it| format!("{} {}: {}", it.line, it.key, it.what)).collect()
    }

    #[test]
    fn each_word_and_row_is_changed_and_information_is_not() {
        let text = r#"format = 1
title = "Acme"
[create]
source = "page"
path = "/people"
[[error]]
when = { status = 409 }
kind = "invalid"
effect = "refused"
"#;
        assert_eq!(
            described(text)[..7],
            [
                "3 create: removed",
                "5 create.path: removed",
                "5 create.path: changed to \"/peoplex\"",
                "6 error: removed",
                "7 error.when: removed",
                "7 error.when.status: removed",
                "7 error.when.status: changed to 410",
            ]
        );
        assert_eq!(described(text).last().unwrap(), "9 error.effect: changed to \"unknown\"");
    }

    #[test]
    fn rows_are_exchanged_where_their_order_matters() {
        let rows = |one: &str, other: &str| {
            let changes = described(&format!("[[error]]\nwhen = {one}\n[[error]]\nwhen = {other}\n"));
            changes
                .iter()
                .any(|change| change.ends_with("error[0] before the next: exchanged with the next row"))
        };
        assert!(rows("{ status = 429, path = 'a', is = 'X' }", "{ status = 429 }"));
        assert!(rows("{ path = 'a', is = 'X' }", "{ path = 'b', is = 'Y' }"));
        assert!(!rows("{ status = 409 }", "{ status = [422, 423] }"));
        assert!(!rows("{ path = 'a', is = 'X' }", "{ path = 'a', is = 'Y' }"));
        assert!(!rows("[{ status = 400 }, { says = 'x' }]", "{ status = 422 }"));
    }
}
