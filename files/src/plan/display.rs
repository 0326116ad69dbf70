//! Prints a plan for the user.

use std::fmt;

use super::{Column, ColumnPlan, ColumnTarget, TableSource};

impl ColumnPlan {
    /// Returns the program that exports such files, if it is known, the file's encoding and delimiter, and the line of the header.
    pub fn description(&self) -> String {
        let location = header_location(self);
        match &self.layout {
            Some(layout) => format!("{layout}; {location}"),
            None => location,
        }
    }
}

impl fmt::Debug for Column {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Column")
            .field("number", &self.number)
            .field("header", &self.header)
            .field("target", &self.target)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for ColumnPlan {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let layout = self.layout.as_deref().unwrap_or("no known layout, columns are known by their names");
        writeln!(formatter, "{layout}; {}", header_location(self))?;
        for column in &self.columns {
            let header =
                if column.header.is_empty() { "(no header)".into() } else { escaped(&column.header) };
            writeln!(formatter, "  {:>3}  {header}  ->  {}", column.number, column.target)?;
        }
        for (path, value) in &self.constants {
            writeln!(formatter, "       (every row)  ->  {path} = {}", value.escape_debug())?;
        }
        Ok(())
    }
}

impl fmt::Display for ColumnTarget {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field { field, kind, label } => {
                formatter.write_str(field)?;
                let marks: Vec<&str> = [kind, label].into_iter().flatten().map(String::as_str).collect();
                if marks.is_empty() { Ok(()) } else { write!(formatter, " ({})", marks.join(", ")) }
            }
            Self::Unused { reason } => write!(formatter, "not used: {reason}"),
        }
    }
}

/// Returns where the header of a plan stands, and the characters that the file is written with.
fn header_location(plan: &ColumnPlan) -> String {
    let line = plan.header_line;
    match &plan.source {
        TableSource::Csv => {
            let delimiter = char::from(plan.delimiter).escape_default();
            format!("{}, delimiter {delimiter}, header in line {line}", plan.encoding)
        }
        TableSource::Sheet(name) => format!("sheet {}, header in row {line}", escaped(name)),
        TableSource::Objects => "the keys of JSON objects".to_owned(),
    }
}

/// Returns a text in one line. Quotes stay as they are.
fn escaped(text: &str) -> String {
    text.escape_debug().to_string().replace("\\'", "'").replace("\\\"", "\"")
}
