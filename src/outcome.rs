//! The outcome of a delivery, in the words that all output uses.

use serde::{Deserialize, Serialize};
use unicontact_providers::comparison::Comparison;
use unicontact_providers::{Created, Effect, ErrorKind, ProviderError};

/// The outcome of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The contact was created.
    Created,
    /// The vendor had the contact before. A contact that the vendor answers with but that is another person's is `Rejected`.
    Existing,
    /// The vendor or its adapter refused the content of the contact. Correct the contact.
    Rejected,
    /// The contact was not created, for a reason other than its content.
    Failed,
    /// The contact may or may not have been created. It is sent again only after a search or a person's decision.
    InDoubt,
    /// The contact was delivered earlier and was not sent again.
    Skipped,
    /// The contact has not been sent yet.
    Pending,
}

impl Outcome {
    /// Every outcome, in the order of the documentation.
    pub const ALL: [Self; 7] = [
        Self::Created,
        Self::Existing,
        Self::Rejected,
        Self::Failed,
        Self::InDoubt,
        Self::Skipped,
        Self::Pending,
    ];

    /// Returns the word for the outcome in all output: `in_doubt`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Existing => "existing",
            Self::Rejected => "rejected",
            Self::Failed => "failed",
            Self::InDoubt => "in_doubt",
            Self::Skipped => "skipped",
            Self::Pending => "pending",
        }
    }

    /// Returns the outcome of a word in output.
    pub(crate) fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.as_str() == word)
    }

    /// Returns whether the vendor has the contact.
    pub fn is_delivered(self) -> bool {
        matches!(self, Self::Created | Self::Existing | Self::Skipped)
    }

    /// Returns the outcome of a create that succeeded.
    pub(crate) fn from_created(created: &Created) -> Self {
        if created.existing { Self::Existing } else { Self::Created }
    }

    /// Returns the outcome of a delivery whose last attempt failed.
    pub(crate) fn from_error(error: &ProviderError) -> Self {
        if error.effect() == Effect::Unknown {
            return Self::InDoubt;
        }
        match error.kind() {
            ErrorKind::AlreadyExists
                if error.existing_id().is_some() && error.existing_comparison() != Comparison::Differs =>
            {
                Self::Existing
            }
            ErrorKind::AlreadyExists | ErrorKind::Invalid | ErrorKind::Unmappable => Self::Rejected,
            _ => Self::Failed,
        }
    }
}
