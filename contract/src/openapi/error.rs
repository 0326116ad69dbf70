//! The errors of a file that is no usable OpenAPI description.

use thiserror::Error;

/// The error of a text that cannot be read as an OpenAPI description.
#[derive(Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum OpenApiError {
    /// The text is neither JSON nor YAML.
    #[error("{message}")]
    Syntax {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
        /// What is wrong there.
        message: String,
    },
    /// The text has no member `openapi`.
    #[error("this is no OpenAPI description: it has no member openapi; name the vendor's OpenAPI file")]
    NoDescription,
    /// The description is of the older format Swagger 2.0.
    #[error(
        "this is a Swagger 2.0 description; convert it to OpenAPI 3 first, such as with npx swagger2openapi FILE -o openapi.yaml"
    )]
    Swagger,
    /// The description is of another version.
    #[error(
        "the description has version {0}; only OpenAPI 3.0 and 3.1 can be compared; name a description of one of them"
    )]
    UnknownVersion(String),
    /// The description has no paths.
    #[error("the description has no paths; name the file that has them")]
    NoPaths,
    /// A path, or an operation of one, is no object, or a reference that leads nowhere.
    #[error("{place} {problem}; mend the description, or ask the vendor for a whole one")]
    Path {
        /// The place, such as `paths./contacts.post`.
        place: String,
        /// What is wrong there.
        problem: String,
    },
    /// The text is longer than [`OpenApi::MAX_BYTES`](super::OpenApi::MAX_BYTES).
    #[error("the description is longer than 32 MiB; name a file with only the paths that the adapter uses")]
    TooLong,
}

impl OpenApiError {
    pub(super) fn from_json(error: &serde_json::Error) -> Self {
        let (line, column) = (error.line(), error.column());
        let message = error.to_string();
        let place = format!(" at line {line} column {column}");
        Self::Syntax { line, column, message: message.trim_end_matches(&place).to_owned() }
    }

    /// Returns line and column of a syntax error, from 1.
    pub fn location(&self) -> Option<(usize, usize)> {
        match self {
            Self::Syntax { line, column, .. } => Some((*line, *column)),
            _ => None,
        }
    }
}
