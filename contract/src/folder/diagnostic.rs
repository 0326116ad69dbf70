//! The errors of a folder of fixtures, or of a file of accepted findings.

use std::fmt;
use std::path::PathBuf;

use thiserror::Error;

/// The error of a folder of fixtures, with all diagnostics of all its files.
#[derive(Debug, Error)]
pub struct FixturesError(pub(crate) Vec<FixtureDiagnostic>);

/// A diagnostic of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixtureDiagnostic {
    /// The file or folder.
    pub path: PathBuf,
    /// The line in it, counted from 1, if the diagnostic has one.
    pub line: Option<usize>,
    /// What is wrong, and what to do.
    pub message: String,
}

impl FixturesError {
    /// Returns the diagnostics in the order in which they were found; at least one.
    pub fn diagnostics(&self) -> &[FixtureDiagnostic] {
        &self.0
    }
}

impl fmt::Display for FixturesError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, diagnostic) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "\n" };
            write!(formatter, "{separator}{diagnostic}")?;
        }
        Ok(())
    }
}

impl fmt::Display for FixtureDiagnostic {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.path.display())?;
        if let Some(line) = self.line {
            write!(formatter, ":{line}")?;
        }
        write!(formatter, ": {}", self.message)
    }
}
