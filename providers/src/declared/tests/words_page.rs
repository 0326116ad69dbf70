//! The pages of words show every word and every choice in an example that can be read.

use std::collections::BTreeSet;

use crate::declared::Description;
use crate::declared::document::{Node, NodeValue};
use crate::declared::words::{self, Takes, Word, WordTable};

const PAGES: [(&str, &str); 3] = [
    ("docs/vendor-words.md", include_str!("../../../../docs/vendor-words.md")),
    ("docs/vendor-fields.md", include_str!("../../../../docs/vendor-fields.md")),
    ("docs/vendor-answers.md", include_str!("../../../../docs/vendor-answers.md")),
];
/// Tables that complete an example, each left out where the example has its own.
const FRAME: [(&str, &str); 9] = [
    (
        "[sources]",
        "page = { kind = \"documented\", at = \"https://docs.acme.example\", date = \"2026-11-01\" }\n\
         guess = { kind = \"inferred\", at = \"the usual conventions\", date = \"2026-11-01\" }",
    ),
    ("[account.api_key]", "secret = true"),
    ("[address]", "base = \"https://api.acme.example\""),
    ("[[auth]]", "bearer = \"{api_key}\""),
    ("[create]", "path = \"/contacts\""),
    ("[name]", "whole = \"name\""),
    ("[[emails]]", "to = \"email\""),
    ("[[phones]]", "to = \"phone\""),
    ("[success]", "id = \"id\""),
];

/// Returns the examples of the pages, each with its place and as a whole description.
pub(super) fn examples() -> Vec<(String, String)> {
    let mut examples = Vec::new();
    for (page, text) in PAGES {
        let mut block: Option<(String, String)> = None;
        for (index, line) in text.lines().enumerate() {
            match (&mut block, line) {
                (None, "```toml") => block = Some((format!("{page}:{}", index + 1), String::new())),
                (Some(_), "```") => {
                    examples.extend(block.take().map(|(place, text)| (place, completed(&text))));
                }
                (Some((_, text)), line) => text.extend([line, "\n"]),
                (None, _) => {}
            }
        }
    }
    examples
}

fn completed(example: &str) -> String {
    if example.starts_with("format = 1") {
        return example.to_owned();
    }
    let mut text = "format = 1\nvendor = \"acmecrm\"\ntitle = \"Acme CRM\"\nsource = \"page\"\n".to_owned();
    for (table, lines) in FRAME {
        if !example.lines().any(|line| line.split('#').next().unwrap_or_default().trim() == table) {
            text.extend([table, "\n", lines, "\n"]);
        }
    }
    text + example
}

/// The words and choices of some examples: `create.method` and `a choice of GET, POST: GET`.
#[derive(Default)]
struct Shown(BTreeSet<String>);

impl Shown {
    fn add_table(&mut self, table: &WordTable, node: &Node) {
        for (name, value) in node.members().unwrap_or_default() {
            if let Some(word) = table.words.iter().find(|word| word.name == name) {
                self.0.insert(word_name(table, word));
                self.add_value(word, value);
            }
        }
    }

    fn add_value(&mut self, word: &Word, value: &Node) {
        match (&word.takes, &value.value) {
            (_, NodeValue::List(entries)) => entries.iter().for_each(|entry| self.add_value(word, entry)),
            (Takes::Choice(choices) | Takes::Choices(choices), NodeValue::Text(text)) => {
                self.0.insert(choice_name(choices, text));
            }
            (Takes::TableOfTables(table), _) => {
                value.members().unwrap_or_default().iter().for_each(|(_, node)| self.add_table(table, node));
            }
            (takes, NodeValue::Table(_)) => {
                if let Some(table) = table_of(word, takes) {
                    self.add_table(table, value);
                }
            }
            _ => {}
        }
    }
}

pub(super) fn word_name(table: &WordTable, word: &Word) -> String {
    format!("`{}` of {}", word.name, table.name)
}

fn choice_name(choices: &[&str], choice: &str) -> String {
    format!("`{choice}` of the choice {}", choices.join(", "))
}

/// Returns the table whose words a value has.
pub(super) fn table_of(word: &Word, takes: &Takes) -> Option<&'static WordTable> {
    match takes {
        Takes::Table(table)
        | Takes::TableOfTables(table)
        | Takes::Tables(table)
        | Takes::TextsOrTables(table)
        | Takes::TextOrTable(table) => Some(table),
        Takes::Any if word.name == "expires" => Some(&words::EXPIRES),
        _ => None,
    }
}

/// Adds every word and choice of a table and of the tables in it.
fn add_vocabulary(table: &'static WordTable, all: &mut BTreeSet<String>) {
    for word in table.words {
        let is_new = all.insert(word_name(table, word));
        if let Takes::Choice(choices) | Takes::Choices(choices) = word.takes {
            all.extend(choices.iter().map(|choice| choice_name(choices, choice)));
        }
        // A condition has conditions.
        if let Some(table) = table_of(word, &word.takes).filter(|_| is_new) {
            add_vocabulary(table, all);
        }
    }
}

#[test]
fn every_example_of_the_pages_is_a_description() {
    let examples = examples();
    assert!(examples.len() > 20, "{}", examples.len());
    for (place, text) in examples {
        Description::parse(&text).unwrap_or_else(|error| panic!("{place}: {error}\n{text}"));
    }
}

#[test]
fn every_word_and_every_choice_is_in_an_example() {
    let mut all = BTreeSet::new();
    add_vocabulary(&words::DESCRIPTION, &mut all);
    let mut shown = Shown::default();
    for (_, text) in examples() {
        shown.add_table(&words::DESCRIPTION, &Node::parse(&text).unwrap());
    }
    let missing: Vec<_> = all.difference(&shown.0).collect();
    assert!(all.len() > 200 && missing.is_empty(), "{}: {missing:#?}", all.len());
}
