//! A line of text with colours by meaning.
//!
//! Invariant: the texts of a line have no control characters, so that no text of a file, a vendor or a configuration can control
//! the terminal.

use std::borrow::Cow;

use textwrap::core::display_width;

use super::plain::in_one_line;
use super::style::{Stream, Style};

/// Texts of one line, each with its meaning.
#[derive(Debug, Default, Clone)]
pub(crate) struct Line(Vec<(String, Option<Style>)>);

impl Line {
    /// Returns a line that begins with a plain text.
    pub(crate) fn new(text: &str) -> Self {
        Self::default().text(text)
    }

    /// Returns `subject: text`, with the subject in its style.
    pub(super) fn about(style: Style, subject: &str, text: &str) -> Self {
        Self::default().styled(style, subject).text(&format!(": {text}"))
    }

    /// Appends a plain text. Control characters and line ends are escaped.
    pub(crate) fn text(mut self, text: &str) -> Self {
        self.0.push((in_one_line(text).into_owned(), None));
        self
    }

    /// Appends a text with a meaning. Control characters and line ends are escaped.
    pub(crate) fn styled(mut self, style: Style, text: &str) -> Self {
        self.0.push((in_one_line(text).into_owned(), Some(style)));
        self
    }

    /// Appends another line.
    pub(crate) fn append(mut self, line: Self) -> Self {
        self.0.extend(line.0);
        self
    }

    /// Returns the number of columns.
    pub(super) fn width(&self) -> usize {
        self.0.iter().map(|(text, _)| display_width(text)).sum()
    }

    /// Returns the line in at most `width` columns. A longer line ends with a mark.
    pub(super) fn cut(self, width: usize) -> Self {
        let mut room = width;
        let mut line = Self::default();
        for (text, style) in self.0 {
            let fits = display_width(&text) <= room;
            let text = cut(&text, room).into_owned();
            room -= display_width(&text);
            line.0.push((text, style));
            if !fits {
                break;
            }
        }
        line
    }

    /// Returns the text without colours.
    pub(crate) fn plain(&self) -> String {
        self.0.iter().map(|(text, _)| text.as_str()).collect()
    }

    /// Returns the line without the command at its end, and the command. `None` for a line that ends otherwise.
    pub(super) fn split_command(&self) -> Option<(Self, Self)> {
        let (last, rest) = self.0.split_last()?;
        let is_command = last.1 == Some(Style::Command);
        is_command.then(|| (Self(rest.to_vec()), Self(vec![last.clone()])))
    }

    /// Returns the text for a stream, with colours where the stream shows them.
    pub(crate) fn render(&self, stream: Stream) -> String {
        let has_colours = stream.has_colours();
        let spans = self.0.iter().map(|(text, style)| match style {
            Some(style) if has_colours && !text.is_empty() => Cow::Owned(style.paint(text)),
            _ => Cow::Borrowed(text.as_str()),
        });
        spans.collect()
    }
}

/// Returns a text of at most `width` columns. A longer text ends with a mark.
pub(crate) fn cut(text: &str, width: usize) -> Cow<'_, str> {
    if display_width(text) <= width {
        return text.into();
    }
    let mut beginning = String::new();
    let mut room = width.saturating_sub(1);
    for character in text.chars() {
        let Some(left) = room.checked_sub(display_width(character.encode_utf8(&mut [0; 4]))) else { break };
        room = left;
        beginning.push(character);
    }
    let mark = if width > 0 { "…" } else { "" };
    format!("{}{mark}", beginning.trim_end()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_to_a_width() {
        assert_eq!(cut("Ada King", 8), "Ada King");
        assert_eq!(cut("Ada Kings", 8), "Ada Kin…");
        assert_eq!(cut("Ada King", 5), "Ada…");
        assert_eq!(cut("山田 花子", 8), "山田 花…");
        assert_eq!((cut("Ada", 1), cut("Ada", 0)), ("…".into(), "".into()));
    }
}
