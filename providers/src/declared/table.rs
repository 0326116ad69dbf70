//! Reads the words of one table, and reports every one that is unknown, missing or of another type.

use super::document::{Node, NodeValue};
use super::problem::Problems;
use super::words::WordTable;
use unicontact_model::nearest_word;

/// A table that is being read. A word that is wrong is reported and read as absent.
#[derive(Clone, Copy)]
pub(super) struct TableReader<'a> {
    node: &'a Node,
    members: &'a [(String, Node)],
    words: &'static WordTable,
    path: &'a str,
    problems: &'a Problems,
}

impl<'a> TableReader<'a> {
    /// Returns a reader of `node`, and reports the words that are unknown. `None` if it is no table, which is reported.
    pub(super) fn new(
        node: &'a Node,
        words: &'static WordTable,
        path: &'a str,
        problems: &'a Problems,
    ) -> Option<Self> {
        let Some(members) = node.members() else {
            problems.report(node.line, path, format!("expected a table, not {}", node.noun()));
            return None;
        };
        let reader = Self { node, members, words, path, problems };
        for (name, member) in members {
            if !words.has(name) {
                problems.report(member.line, reader.key(name), words.unknown(name));
            }
        }
        Some(reader)
    }

    /// Returns the line of the table.
    pub(super) fn line(&self) -> usize {
        self.node.line
    }

    /// Returns where mistakes go.
    pub(super) fn problems(&self) -> &'a Problems {
        self.problems
    }

    /// Returns the path of a word, from the top.
    pub(super) fn key(&self, name: &str) -> String {
        match (self.path.is_empty(), name.is_empty()) {
            (true, _) => name.to_owned(),
            (_, true) => self.path.to_owned(),
            _ => format!("{}.{name}", self.path),
        }
    }

    /// Reports a mistake at a word of the table, or at the table if the word is absent or empty.
    pub(super) fn report(&self, name: &str, message: impl Into<String>) {
        let line = self.find(name).map_or(self.node.line, |node| node.line);
        self.problems.report(line, self.key(name), message);
    }

    /// Reports a mistake at a member of a table of this table.
    pub(super) fn report_member(&self, table: &str, member: &str, message: impl Into<String>) {
        let members = self.find(table).and_then(Node::members).unwrap_or_default();
        let node = members.iter().find(|(name, _)| name == member).map(|(_, node)| node);
        let line = node.or_else(|| self.find(table)).map_or(self.node.line, |node| node.line);
        self.problems.report(line, self.key(&format!("{table}.{member}")), message);
    }

    /// Reports a mistake at each text, and each name of a member, in the value of a word for which `is_it` holds. Without one, at
    /// the word.
    pub(super) fn report_texts(&self, name: &str, is_it: &dyn Fn(&str) -> bool, message: &str) {
        let mut lines = Vec::new();
        if let Some(node) = self.find(name) {
            add_lines(node, is_it, &mut lines);
        }
        lines.dedup();
        if lines.is_empty() {
            self.report(name, message);
        }
        for line in lines {
            self.problems.report(line, self.key(name), message);
        }
    }

    fn find(&self, name: &str) -> Option<&'a Node> {
        self.members.iter().find(|(other, _)| other == name).map(|(_, node)| node)
    }

    /// Returns the value of a word.
    pub(super) fn node(&self, name: &str) -> Option<&'a Node> {
        debug_assert!(self.words.has(name), "{} has no word {name}", self.words.name);
        self.find(name)
    }

    /// Returns whether the table has a word.
    pub(super) fn has(&self, name: &str) -> bool {
        self.node(name).is_some()
    }

    fn expected<T>(&self, name: &str, node: &Node, what: &str) -> Option<T> {
        self.problems.report(node.line, self.key(name), format!("expected {what}, not {}", node.noun()));
        None
    }

    /// Returns a text that is not empty.
    pub(super) fn text(&self, name: &str) -> Option<&'a str> {
        let text = self.any_text(name)?;
        if text.trim().is_empty() {
            self.report(name, "is empty");
            return None;
        }
        Some(text)
    }

    /// Returns a text, which may be empty.
    pub(super) fn any_text(&self, name: &str) -> Option<&'a str> {
        let node = self.node(name)?;
        match &node.value {
            NodeValue::Text(text) => Some(text),
            _ => self.expected(name, node, "a text"),
        }
    }

    /// Returns a text that must be there.
    pub(super) fn required_text(&self, name: &str) -> Option<&'a str> {
        if !self.has(name) {
            self.report(name, "is missing");
        }
        self.text(name)
    }

    pub(super) fn boolean(&self, name: &str) -> bool {
        match self.node(name) {
            None => false,
            Some(Node { value: NodeValue::Boolean(truth), .. }) => *truth,
            Some(node) => self.expected(name, node, "true or false").unwrap_or_default(),
        }
    }

    /// Reports the second of several words that exclude each other: only one of them would be used.
    pub(super) fn only_one_of(&self, words: &[&str]) {
        let mut named = words.iter().filter(|name| self.has(name));
        if let (Some(first), Some(second)) = (named.next(), named.next()) {
            self.report(second, format!("name one of `{first}` and `{second}`: take the other out"));
        }
    }

    /// Reports each of these words that the table has, with the reason why it would not be used.
    pub(super) fn unused(&self, names: &[&str], reason: &str) {
        for name in names.iter().filter(|name| self.has(name)) {
            self.report(name, reason);
        }
    }

    /// Returns a whole number from 1.
    pub(super) fn count(&self, name: &str) -> Option<usize> {
        let node = self.node(name)?;
        match node.value {
            NodeValue::Integer(number) if number > 0 => usize::try_from(number).ok(),
            _ => self.expected_number(name, node, "a whole number from 1"),
        }
    }

    /// Returns a number above zero.
    pub(super) fn number(&self, name: &str) -> Option<f64> {
        let node = self.node(name)?;
        match node.value {
            #[expect(clippy::cast_precision_loss, reason = "rates are small")]
            NodeValue::Integer(number) if number > 0 => Some(number as f64),
            NodeValue::Float(number) if number > 0.0 && number.is_finite() => Some(number),
            _ => self.expected_number(name, node, "a number above zero"),
        }
    }

    /// Reports a number that does not fit by its value, and any other value by its type.
    fn expected_number<T>(&self, name: &str, node: &Node, what: &str) -> Option<T> {
        let number = match node.value {
            NodeValue::Integer(number) => number.to_string(),
            NodeValue::Float(number) => number.to_string(),
            _ => return self.expected(name, node, what),
        };
        self.problems.report(node.line, self.key(name), format!("expected {what}, not {number}"));
        None
    }

    /// Returns the texts of a word that is a text or a list of texts, each with its line.
    pub(super) fn texts(&self, name: &str) -> Vec<(&'a str, usize)> {
        let mut texts = Vec::new();
        for node in self.entries(name) {
            match &node.value {
                NodeValue::Text(text) => texts.push((text.as_str(), node.line)),
                _ => self.expected(name, node, "a text or a list of texts").unwrap_or_default(),
            }
        }
        texts
    }

    /// Returns the entries of a list, or the value itself if it is none.
    pub(super) fn entries(&self, name: &str) -> Vec<&'a Node> {
        match self.node(name) {
            None => Vec::new(),
            Some(Node { value: NodeValue::List(entries), .. }) => entries.iter().collect(),
            Some(node) => vec![node],
        }
    }

    /// Returns whether a word has at least one entry.
    pub(super) fn has_entries(&self, name: &str) -> bool {
        !self.entries(name).is_empty()
    }

    /// Returns the value of a text among the choices.
    pub(super) fn choice<T: Copy>(&self, name: &str, choices: &[(&str, T)]) -> Option<T> {
        let text = self.text(name)?;
        let found = choices.iter().find(|(word, _)| *word == text);
        if found.is_none() {
            self.report(name, unknown_choice(text, choices.iter().map(|(word, _)| *word)));
        }
        found.map(|(_, value)| *value)
    }

    /// Returns the values of a text or a list of texts among the choices.
    pub(super) fn choices<T: Copy>(&self, name: &str, choices: &[(&str, T)]) -> Vec<T> {
        let mut values = Vec::new();
        for (text, line) in self.texts(name) {
            match choices.iter().find(|(word, _)| *word == text) {
                Some((_, value)) => values.push(*value),
                None => self.problems.report(
                    line,
                    self.key(name),
                    unknown_choice(text, choices.iter().map(|(word, _)| *word)),
                ),
            }
        }
        values
    }

    /// Returns the members of a table with words of its own, such as headers.
    pub(super) fn members(&self, name: &str) -> &'a [(String, Node)] {
        let Some(node) = self.node(name) else {
            return &[];
        };
        if let Some(members) = node.members() {
            members
        } else {
            self.expected::<()>(name, node, "a table");
            &[]
        }
    }

    /// Calls `read` with a table of this table.
    pub(super) fn table<T>(
        &self,
        name: &str,
        words: &'static WordTable,
        read: impl FnOnce(&TableReader<'_>) -> T,
    ) -> Option<T> {
        let node = self.node(name)?;
        let path = self.key(name);
        TableReader::new(node, words, &path, self.problems).map(|table| read(&table))
    }

    /// Calls `read` with each table of a list of tables, or with the only one.
    pub(super) fn tables<T>(
        &self,
        name: &str,
        words: &'static WordTable,
        mut read: impl FnMut(&TableReader<'_>) -> Option<T>,
    ) -> Vec<T> {
        let entries = self.entries(name);
        let mut values = Vec::new();
        for (index, node) in entries.iter().enumerate() {
            let path =
                if entries.len() == 1 { self.key(name) } else { format!("{}[{index}]", self.key(name)) };
            let table = TableReader::new(node, words, &path, self.problems);
            values.extend(table.and_then(|table| read(&table)));
        }
        values
    }
}

fn add_lines(node: &Node, is_it: &dyn Fn(&str) -> bool, lines: &mut Vec<usize>) {
    match &node.value {
        NodeValue::Text(text) if is_it(text) => lines.push(node.line),
        NodeValue::List(entries) => entries.iter().for_each(|entry| add_lines(entry, is_it, lines)),
        NodeValue::Table(members) => {
            for (name, member) in members {
                if is_it(name) {
                    lines.push(member.line);
                }
                add_lines(member, is_it, lines);
            }
        }
        _ => {}
    }
}

/// Returns the message about a word that is none of `known`.
pub(super) fn unknown_choice<'a>(text: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    // The nearest word is found by its letters, and all of them may be of the other case.
    let in_other_case = known.clone().find(|word| word.eq_ignore_ascii_case(text));
    match in_other_case.or_else(|| nearest_word(text, known.clone())) {
        Some(near) => format!("unknown word `{text}`, did you mean `{near}`?"),
        None => format!("unknown word `{text}` (there are {})", known.collect::<Vec<_>>().join(", ")),
    }
}
