//! What a person reads on stdout.
//!
//! Its rule: whatever came from a contact, a vendor or a configuration passes through here or through [`super::message`],
//! and leaves without control characters, so that no text can command the terminal.

use super::plain::in_one_line;
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
        for line in text.split('\n') {
            self.line(line);
        }
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
    pub(crate) fn text(&self) -> &str {
        self.0.strip_suffix('\n').unwrap_or(&self.0)
    }
}
