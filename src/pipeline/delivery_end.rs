//! The end of a delivery, before it is reported.

use unicontact_providers::{Created, ProviderError};

use crate::journal::{JournalError, NotSent};
use crate::report::Note;

/// The end of a delivery.
pub(super) enum DeliveryEnd {
    /// The vendor has the contact. The note says what a person should know.
    Done(Created, Option<Note>),
    Refused(ProviderError),
    Stopped,
    /// This process lost its lease, so that another may have taken the delivery over.
    Lapsed,
    /// It was claimed, and the journal permitted no attempt.
    Unpermitted(JournalError),
    /// The journal says not to send it.
    NotSent(NotSent),
}
