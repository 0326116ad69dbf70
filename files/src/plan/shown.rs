//! The plan of the columns as it is shown to the user.

use std::fmt;

use super::form::place_of_header;
use super::{Column, ColumnPlan, Taken};

/// A sample is cut to so many characters.
const SAMPLE: usize = 40;

/// A plan that shows of each column that is not used one of its values. See [`ColumnPlan::with_samples`].
pub struct WithSamples<'a>(&'a ColumnPlan);

impl ColumnPlan {
    /// Returns the plan to be shown to the user, with one value of each column that is not used.
    ///
    /// The values are contact data: they are for a terminal, not for a log.
    pub fn with_samples(&self) -> WithSamples<'_> {
        WithSamples(self)
    }

    fn write(&self, formatter: &mut fmt::Formatter<'_>, with_samples: bool) -> fmt::Result {
        let layout = self.layout.as_deref().unwrap_or("no known layout, columns are known by their names");
        writeln!(formatter, "{layout}; {}", place_of_header(self))?;
        for column in &self.columns {
            let header = if column.header.is_empty() { "(no header)".into() } else { shown(&column.header) };
            write!(formatter, "  {:>3}  {header}  ->  {}", column.number, column.taken)?;
            match column.sample().filter(|_| with_samples && matches!(column.taken, Taken::Not { .. })) {
                Some(sample) => writeln!(formatter, ", such as \"{}\"", shown(sample))?,
                None => writeln!(formatter)?,
            }
        }
        for (target, value) in &self.constants {
            writeln!(formatter, "       (every row)  ->  {target} = {}", value.escape_debug())?;
        }
        Ok(())
    }
}

impl Column {
    /// Returns the first value of the column, cut to 40 characters. `None` where the beginning of the file has none.
    ///
    /// It is contact data: it is for a terminal, not for a log.
    pub fn sample(&self) -> Option<&str> {
        self.sample.as_deref()
    }
}

impl fmt::Debug for Column {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Column")
            .field("number", &self.number)
            .field("header", &self.header)
            .field("taken", &self.taken)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for ColumnPlan {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(formatter, false)
    }
}

impl fmt::Display for WithSamples<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.write(formatter, true)
    }
}

impl fmt::Display for Taken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::For { field, kind, label } => {
                formatter.write_str(field)?;
                let marks: Vec<&str> = [kind, label].into_iter().flatten().map(String::as_str).collect();
                if marks.is_empty() { Ok(()) } else { write!(formatter, " ({})", marks.join(", ")) }
            }
            Self::Not { reason } => write!(formatter, "not used: {reason}"),
        }
    }
}

/// Returns a value cut to the length of a sample.
pub(super) fn sample(value: &str) -> String {
    match value.char_indices().nth(SAMPLE) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value.to_owned(),
    }
}

/// A header in one line. Quotes need no escape where nothing is quoted.
pub(super) fn shown(header: &str) -> String {
    header.escape_debug().to_string().replace("\\'", "'").replace("\\\"", "\"")
}
