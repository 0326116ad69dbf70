//! Pages of text on stdout.
//!
//! Invariant: a page has no control characters, so that no text of a contact, a vendor or a configuration can control the
//! terminal. Messages on stderr pass through [`super::message`], which does the same.

use super::line::Line;
use super::plain::in_one_line;
use super::style::Stream;
use super::table::Table;

/// The indentation of the further lines of a folded message.
pub(crate) const CONTINUATION: usize = 2;

/// A text of lines and tables.
#[derive(Default)]
pub(crate) struct Page(String);

impl Page {
    /// Appends a line. Line ends in the text are escaped.
    pub(crate) fn line(&mut self, text: &str) {
        self.0.push_str(&in_one_line(text));
        self.0.push('\n');
    }

    /// Appends a line with colours. On a terminal, it is folded between words, and the further lines are indented. A command at
    /// its end is not folded.
    pub(crate) fn styled_line(&mut self, line: &Line, indent: usize) {
        self.0.push_str(&folded(line, Stream::Stdout, indent));
        self.0.push('\n');
    }

    /// Appends a blank line and lines with colours, or nothing without lines.
    pub(crate) fn paragraph(&mut self, lines: &[Line]) {
        if !lines.is_empty() {
            self.blank_line();
        }
        for line in lines {
            self.styled_line(line, CONTINUATION);
        }
    }

    /// Appends a line with colours that is never folded, such as a command to copy.
    pub(crate) fn unfolded_line(&mut self, line: &Line) {
        self.0.push_str(&line.render(Stream::Stdout));
        self.0.push('\n');
    }

    /// Appends a text of several lines.
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

    /// Appends another page.
    pub(crate) fn append(&mut self, page: &Self) {
        self.0.push_str(&page.0);
    }

    /// Returns the text without its last line end.
    pub(crate) fn text(&self) -> &str {
        self.0.strip_suffix('\n').unwrap_or(&self.0)
    }
}

/// Returns the line in lines that fit the page. Further lines begin with `indent` spaces. A command at the end is kept in one line,
/// so that it can be copied.
pub(super) fn folded(line: &Line, stream: Stream, indent: usize) -> String {
    let whole = line.render(stream);
    let Some((text, command)) = line.split_command() else { return fold(&whole, stream, indent) };
    let fits = stream.width().is_none_or(|width| textwrap::core::display_width(&whole) <= width.into());
    let text = text.render(stream);
    if fits || text.trim().is_empty() {
        return whole;
    }
    format!(
        "{}\n{}{}",
        fold(text.trim_end(), stream, indent),
        " ".repeat(indent.max(CONTINUATION)),
        command.render(stream)
    )
}

/// Returns the text in lines that fit the page. Further lines begin with `indent` spaces.
fn fold(text: &str, stream: Stream, indent: usize) -> String {
    let Some(width) = stream.width() else { return text.to_owned() };
    let indent = " ".repeat(indent);
    let options = textwrap::Options::new(width.into()).subsequent_indent(&indent).break_words(false);
    // Ids and options have hyphens.
    let options = options.word_splitter(textwrap::WordSplitter::NoHyphenation);
    textwrap::fill(text, options)
}
