//! A mistake in a file, as programs get it beside the text that lists all mistakes.

use serde::Serialize;
use unicontact::config::Diagnostic;

/// A mistake in a file or a variable. It holds no value.
#[derive(Debug, Serialize)]
pub(crate) struct Mistake {
    /// The file, or the variable of the environment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) line: Option<usize>,
    /// The key from the top of the file, or an empty text.
    pub(crate) key: String,
    pub(crate) message: String,
}

impl From<Diagnostic> for Mistake {
    fn from(diagnostic: Diagnostic) -> Self {
        let file = diagnostic.file.map(|file| file.display().to_string());
        Self {
            file: file.or(diagnostic.variable),
            line: diagnostic.line,
            key: diagnostic.path,
            message: diagnostic.message,
        }
    }
}
