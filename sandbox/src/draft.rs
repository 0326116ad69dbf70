//! A create between its check and its commit.

use serde_json::{Map, Value};

use crate::exchange::Received;

/// A valid create that is not committed yet.
pub(crate) struct Draft {
    /// The number of the request.
    pub(crate) request: usize,
    /// The body as sent.
    pub(crate) sent: Map<String, Value>,
    /// Whether the client takes a contact that exists already instead of a new one.
    pub(crate) use_existing: bool,
}

impl Draft {
    pub(crate) fn new(sent: Map<String, Value>, request: &Received) -> Self {
        Self { request: request.number, sent, use_existing: false }
    }

    /// Returns the fields that the vendor stores.
    pub(crate) fn fields(&self) -> &Map<String, Value> {
        &self.sent
    }
}
