//! Compares what an adapter sends and reads with the vendor's own OpenAPI description, 3.0 or 3.1.
//!
//! The requests and answers are those of the fixtures. A description that is split into several files is compared only as far
//! as its first file goes.

mod authentication;
mod candidates;
mod check;
mod error;
mod finding;
mod operation;
mod path_items;
mod path_template;
mod place;
mod read_members;
mod received;
mod reference;
mod request_parameters;
mod sent;
mod validation;
mod words;
mod yaml;

use serde_json::Value;

pub use self::check::{OpenApiReport, check_openapi};
pub use self::error::OpenApiError;
pub use self::finding::OpenApiFinding;

const BYTE_ORDER_MARK: char = '\u{feff}';

/// An OpenAPI description, 3.0 or 3.1.
#[derive(Debug, Clone)]
pub struct OpenApi {
    document: Value,
    version: Version,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Version {
    V3_0,
    V3_1,
}

impl OpenApi {
    /// The longest description in bytes: 32 MiB.
    pub const MAX_BYTES: u64 = 32 * 1024 * 1024;

    /// Parses a description, which is JSON if it begins with `{`, and YAML otherwise.
    ///
    /// # Errors
    ///
    /// When the text is too long, is neither JSON nor YAML, or is no description of version 3.0 or 3.1, and when a path is no
    /// object.
    pub fn parse(text: &str) -> Result<Self, OpenApiError> {
        if text.len() as u64 > Self::MAX_BYTES {
            return Err(OpenApiError::TooLong);
        }
        let text = text.trim_start_matches(BYTE_ORDER_MARK);
        let document = if text.trim_start().starts_with('{') {
            serde_json::from_str(text).map_err(|error| OpenApiError::from_json(&error))?
        } else {
            yaml::document(text)?
        };
        let version = version(&document)?;
        if !document["paths"].is_object() {
            return Err(OpenApiError::NoPaths);
        }
        let api = Self { document, version };
        api.require_path_items()?;
        Ok(api)
    }
}

fn version(document: &Value) -> Result<Version, OpenApiError> {
    if document.get("swagger").is_some() {
        return Err(OpenApiError::Swagger);
    }
    let version = match &document["openapi"] {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return Err(OpenApiError::NoDescription),
    };
    let is = |known: &str| version == known || version.starts_with(&format!("{known}."));
    if is("3.0") {
        Ok(Version::V3_0)
    } else if is("3.1") {
        Ok(Version::V3_1)
    } else {
        Err(OpenApiError::UnknownVersion(version))
    }
}
