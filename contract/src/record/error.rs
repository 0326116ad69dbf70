//! The errors of a recording.

use thiserror::Error;

/// Why a run does not become a fixture. The messages name places and never contain a value.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RecordError {
    /// The call failed. Only a failure that the call provokes is recorded; the meaning of any other would be a guess.
    #[error("it failed: {0}; remove the cause and record it again")]
    Failed(String),
    /// The vendor did something else than the fixtures of the call expect.
    #[error("the vendor {0}")]
    Unexpected(&'static str),
    /// The result is of another kind than that of every fixture of the call. It does not silently become the expected one.
    #[error(
        "expected {expected}, seen {seen}; change what the fixture expects, or the data at the vendor, and record it again"
    )]
    OtherResult {
        /// The kinds of results that the fixtures expect.
        expected: String,
        /// The kind of the result.
        seen: &'static str,
    },
    /// An answer is missing or incomplete.
    #[error("an answer is missing or incomplete; record it again")]
    Incomplete,
    /// With its secrets and personal data replaced, the recording makes the adapter behave differently.
    #[error(
        "with secrets and personal data replaced, the adapter {0}; write the value that it needs into a fixture, at the same \
         place of the answer"
    )]
    Different(&'static str),
    /// A suspicious value is left.
    #[error(
        "it still contains suspicious values: {}; remove them from the contact and from the fixtures, whose values a recording \
         keeps. Addresses at example.com, example.org and example.net are harmless, and those at domains that end with .example, \
         .invalid, .localhost or .test",
        .0.join("; ")
    )]
    Suspicious(Vec<String>),
    /// The recording cannot be replayed on this machine.
    #[error("it cannot be replayed on this machine: {0}; mend the contact or the provider document")]
    NotReplayable(String),
}

#[expect(clippy::needless_pass_by_value, reason = "a function for map_err")]
pub(super) fn not_replayable(error: impl ToString) -> RecordError {
    RecordError::NotReplayable(error.to_string())
}
