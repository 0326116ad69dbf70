//! The mistakes of a configuration and where they are. A diagnostic names its location and its key and holds no value.

use std::fmt;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// One mistake.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diagnostic {
    /// The file that it is in.
    pub file: Option<PathBuf>,
    /// The line in the file, from 1.
    pub line: Option<usize>,
    /// The environment variable that it is in, when it is not in the file.
    pub variable: Option<String>,
    /// Whether a flag of the command set it.
    pub by_flag: bool,
    /// The key, from the top: `providers.smarttask.acme.access_token`. Empty when it is about the file as a whole.
    pub path: String,
    /// What is wrong, and what to do.
    pub message: String,
}

/// All mistakes of a configuration. `Display` writes one line for each.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
#[error("{}", lines(mistakes, missing_file.as_deref()))]
pub struct ConfigurationError {
    /// At least one: those of a file in the order of its lines, then those that are elsewhere.
    pub mistakes: Vec<Diagnostic>,
    /// The file that does not exist, if the user named none. It may be the reason for all of them.
    pub missing_file: Option<PathBuf>,
    /// Whether the only mistake is that nothing configures a provider: none is set, or the file that the user named does not exist.
    pub has_no_provider: bool,
}

/// Where a value stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct SourceLocation {
    pub(super) file: Option<PathBuf>,
    pub(super) line: Option<usize>,
    pub(super) variable: Option<String>,
    pub(super) by_flag: bool,
}

impl SourceLocation {
    pub(super) fn from_flag() -> Self {
        Self { by_flag: true, ..Self::default() }
    }

    pub(super) fn from_variable(name: impl Into<String>) -> Self {
        Self { variable: Some(name.into()), ..Self::default() }
    }

    pub(super) fn from_file(file: Option<PathBuf>, line: Option<usize>) -> Self {
        Self { file, line, ..Self::default() }
    }

    /// Returns a diagnostic about the key at `path`.
    pub(super) fn diagnostic(self, path: &[String], message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            file: self.file,
            line: self.line,
            variable: self.variable,
            by_flag: self.by_flag,
            path: dotted(path),
            message: message.into(),
        }
    }
}

impl ConfigurationError {
    /// Sorts the mistakes, of which there is at least one.
    pub(super) fn new(mut mistakes: Vec<Diagnostic>) -> Self {
        let order = |mistake: &Diagnostic| {
            (mistake.line.is_none(), mistake.file.clone(), mistake.line, mistake.variable.clone())
        };
        mistakes.sort_by_cached_key(order);
        Self { mistakes, missing_file: None, has_no_provider: false }
    }

    /// Returns the error that nothing configures a provider, with the other mistakes.
    pub(super) fn no_provider(mut mistakes: Vec<Diagnostic>, mistake: Diagnostic) -> Self {
        let has_no_provider = mistakes.is_empty();
        mistakes.push(mistake);
        Self { has_no_provider, ..Self::new(mistakes) }
    }

    /// Returns `Ok` when there is no mistake.
    pub(super) fn unless_empty(mistakes: Vec<Diagnostic>) -> Result<(), Self> {
        if mistakes.is_empty() { Ok(()) } else { Err(Self::new(mistakes)) }
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(variable) = &self.variable {
            return write!(formatter, "{}: {}", variable.escape_debug(), self.message);
        }
        if let Some(file) = &self.file {
            write!(formatter, "{}", file.display())?;
            if let Some(line) = self.line {
                write!(formatter, ":{line}")?;
            }
            formatter.write_str(": ")?;
        }
        if self.by_flag {
            formatter.write_str("--set ")?;
        }
        if !self.path.is_empty() {
            write!(formatter, "{}: ", self.path)?;
        }
        formatter.write_str(&self.message)
    }
}

fn lines(mistakes: &[Diagnostic], missing_file: Option<&Path>) -> String {
    let mut lines: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
    lines.extend(missing_file.map(|file| {
        let file = file.display();
        format!("{file} does not exist, so only the environment and flags were read: write it or name another file")
    }));
    lines.join("\n")
}

/// Returns a key's path as TOML writes it.
pub(super) fn dotted(path: &[String]) -> String {
    let is_bare = |part: &str| {
        let mut characters = part.chars();
        !part.is_empty() && characters.all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
    };
    let parts: Vec<String> = path
        .iter()
        .map(|part| match part.as_str() {
            part if is_bare(part) => part.to_owned(),
            part => format!("\"{}\"", part.escape_debug()),
        })
        .collect();
    parts.join(".")
}
