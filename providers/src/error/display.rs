//! The text representations of an error.

use std::error::Error as StdError;
use std::fmt;

use super::{Effect, ProviderError};

impl fmt::Display for ProviderError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &self.0;
        if !inner.provider.is_empty() {
            write!(formatter, "{} ({}): ", inner.provider, inner.vendor)?;
        }
        self.write_description(formatter, true)
    }
}

impl ProviderError {
    /// Returns the text of the error without the provider and its vendor, for output that names them.
    #[must_use]
    pub fn description(&self) -> String {
        fmt::from_fn(|formatter| self.write_description(formatter, true)).to_string()
    }

    /// Returns the text of the error without the provider, its vendor and the operation.
    #[must_use]
    pub fn description_without_operation(&self) -> String {
        fmt::from_fn(|formatter| self.write_description(formatter, false)).to_string()
    }

    /// Returns the text of the error without the provider, its vendor, the operation and the effect: why it failed.
    #[must_use]
    pub fn cause_in_words(&self) -> String {
        fmt::from_fn(|formatter| self.write_cause(formatter, false)).to_string()
    }

    fn write_description(&self, formatter: &mut fmt::Formatter<'_>, names_operation: bool) -> fmt::Result {
        self.write_cause(formatter, names_operation)?;
        formatter.write_str(match self.0.effect {
            Effect::NotSent => " (nothing was sent)",
            Effect::Refused => " (nothing was created)",
            Effect::Unknown => " (it may have been created)",
        })
    }

    fn write_cause(&self, formatter: &mut fmt::Formatter<'_>, names_operation: bool) -> fmt::Result {
        let inner = &self.0;
        write!(formatter, "{}", inner.kind)?;
        if names_operation {
            write!(formatter, " while {}", inner.operation.in_words())?;
        }
        if let Some(status) = inner.status {
            write!(formatter, ", HTTP {status}")?;
        }
        if let Some(code) = &inner.message.code {
            write!(formatter, ", code {code}")?;
        }
        if let Some(message) = &inner.message.text {
            write!(formatter, ": {message}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for ProviderError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &self.0;
        formatter
            .debug_struct("ProviderError")
            .field("provider", &inner.provider)
            .field("vendor", &inner.vendor)
            .field("operation", &inner.operation)
            .field("kind", &inner.kind)
            .field("effect", &inner.effect)
            .field("status", &inner.status)
            .field("code", &inner.message.code)
            .field("message", &inner.message.text)
            .field("fields", &inner.message.fields)
            .field("request_id", &inner.request_id)
            .field("retry_after", &inner.retry_after)
            .field("retry_at", &inner.retry_at)
            .field("source", &inner.source)
            .finish_non_exhaustive()
    }
}

impl StdError for ProviderError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}
