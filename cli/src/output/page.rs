//! What a person reads on stdout.
//!
//! Its rule: whatever came from a contact, a vendor or a configuration passes through here or through [`super::message`],
//! and leaves without control characters, so that no text can command the terminal.

use std::borrow::Cow;

use super::table::Table;

/// Lines and tables in the making.
#[derive(Default)]
pub(crate) struct Page(String);

impl Page {
    /// One line, whatever is in it.
    pub(crate) fn line(&mut self, text: &str) {
        self.0.push_str(&in_one_line(text));
        self.0.push('\n');
    }

    /// A text of several lines.
    pub(crate) fn lines(&mut self, text: &str) {
        text.split('\n').for_each(|line| self.line(line));
    }

    pub(crate) fn blank_line(&mut self) {
        self.0.push('\n');
    }

    pub(crate) fn table(&mut self, table: &Table) {
        self.0.push_str(&table.text());
        self.0.push('\n');
    }

    pub(crate) fn page(&mut self, page: &Self) {
        self.0.push_str(&page.0);
    }

    /// The text, without an end of line at its end.
    pub(super) fn text(&self) -> &str {
        self.0.strip_suffix('\n').unwrap_or(&self.0)
    }
}

/// A text without control characters: each is spelled out.
pub(crate) fn in_one_line(text: &str) -> Cow<'_, str> {
    if !text.contains(char::is_control) {
        return text.into();
    }
    let mut plain = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        if character.is_control() {
            plain.extend(character.escape_debug());
        } else {
            plain.push(character);
        }
    }
    plain.into()
}

/// The same, keeping the ends of lines.
pub(super) fn in_lines(text: &str) -> String {
    text.split('\n').map(in_one_line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_spelled_out_and_nothing_else_is() {
        assert_eq!(in_one_line("a\u{1b}[31m\u{9b}2J\u{7f}\r\n\tb"), r"a\u{1b}[31m\u{9b}2J\u{7f}\r\n\tb");
        assert_eq!(in_one_line("山田 \"花子\" \\ é"), "山田 \"花子\" \\ é");
        assert_eq!(in_lines("a\u{7}\nb"), "a\\u{7}\nb");
    }
}
