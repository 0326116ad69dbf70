//! The rows that are not UTF-8 in a file with other rows in UTF-8, as far as no warning named them before anything was sent.

use crate::output::{self, Line, Style};

/// A limit on the lines that are kept.
const MAX_LINES: usize = 10;

/// The rows of a file that are not UTF-8. Memory does not grow with their number.
#[derive(Clone, Default)]
pub(in crate::commands::import) struct MixedEncodings {
    /// The number of rows that a warning named before anything was sent. They are the first ones.
    named: usize,
    /// The number of all rows.
    rows: usize,
    lines: Vec<u64>,
    encoding: String,
}

impl MixedEncodings {
    pub(super) fn new(named: usize) -> Self {
        Self { named, ..Self::default() }
    }

    /// Counts a row.
    pub(super) fn add(&mut self, line: u64, encoding: &str) {
        self.rows += 1;
        if self.rows > self.named && self.lines.len() < MAX_LINES {
            self.lines.push(line);
            encoding.clone_into(&mut self.encoding);
        }
    }

    /// Returns the warning about the rows that no warning named.
    pub(in crate::commands::import) fn warning(&self, file: &str) -> Option<Line> {
        let lines = output::lines_are(&self.lines, self.rows.saturating_sub(self.named))?;
        let warning = Line::new(&format!("{file}: ")).styled(Style::Warning, "warning:");
        Some(warning.text(&format!(
            " mixed encodings: {lines} not UTF-8, unlike the others: read as {}; check these contacts; if it is wrong, pass the right --encoding",
            self.encoding
        )))
    }
}
