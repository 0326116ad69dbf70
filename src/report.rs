//! The report on one contact: one delivery for each provider, with its outcome, the fates of the fields and the error.
//!
//! Scripts read the JSON of these types: keys are added, never renamed or removed.

mod json;
mod note;
mod unrecorded;

use std::borrow::Cow;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use unicontact_providers::{ContactId, Fate, FieldFate, ProviderError, ProviderInfo, UnifiedContact};

pub use self::note::Note;
pub use self::unrecorded::Unrecorded;
use crate::outcome::Outcome;
use crate::refusal::Refusal;
use crate::source_row::SourceLocation;

/// A delivery of one contact to one provider that has ended.
///
/// The JSON of a delivery can be read back. It holds only the [`reported_fields`](Self::reported_fields), whole milliseconds,
/// and of an error what its JSON holds.
#[derive(Debug)]
#[non_exhaustive]
pub struct Delivery {
    /// The provider's name.
    pub provider: String,
    /// The provider's vendor.
    pub vendor: String,
    /// The file that describes the vendor, if the configuration names one.
    pub description: Option<PathBuf>,
    /// The outcome.
    pub outcome: Outcome,
    /// The vendor's id of the contact, where the vendor has the contact.
    pub id: Option<ContactId>,
    /// The number of requests sent that could change data.
    pub attempts: u32,
    /// The time from the start of the delivery to its end, waits included.
    pub elapsed: Duration,
    /// The fate of every field of the contact.
    pub fields: Vec<FieldFate>,
    /// The error that ended the delivery, if there was one.
    pub error: Option<ProviderError>,
    /// The time from which a search at the vendor, or another attempt, can settle a delivery in doubt without a person.
    pub look_again_at: Option<Timestamp>,
    /// The fields in which the contact differs from the content that was delivered earlier. `None` where nothing differs; empty
    /// where the contact differs and the journal has no record of the fields.
    pub differs_in: Option<Vec<Cow<'static, str>>>,
    /// What else a person should know about the outcome.
    pub note: Option<Note>,
    /// The journal's error, if the journal could not record the outcome. The outcome holds nevertheless; the next run treats
    /// the delivery as interrupted.
    pub unrecorded: Option<Unrecorded>,
}

impl Delivery {
    /// Creates a delivery to the provider without attempts, fields and an error.
    ///
    /// ```
    /// use unicontact::providers::ProviderInfo;
    /// use unicontact::{Delivery, Outcome};
    ///
    /// let delivery = Delivery::new(&ProviderInfo::new("acme", "smarttask"), Outcome::Pending);
    /// assert_eq!((delivery.provider.as_str(), delivery.attempts), ("acme", 0));
    /// ```
    pub fn new(provider: &ProviderInfo, outcome: Outcome) -> Self {
        Self {
            provider: provider.name().to_owned(),
            vendor: provider.vendor().to_owned(),
            description: None,
            outcome,
            id: None,
            attempts: 0,
            elapsed: Duration::ZERO,
            fields: Vec::new(),
            error: None,
            look_again_at: None,
            differs_in: None,
            note: None,
            unrecorded: None,
        }
    }

    /// Adds a note.
    #[must_use]
    pub fn with_note(self, note: Note) -> Self {
        Self { note: Some(note), ..self }
    }

    /// Returns the fates that reports show: all but those of fields that were sent unchanged or that are not for this vendor.
    pub fn reported_fields(&self) -> impl Iterator<Item = &FieldFate> {
        self.fields.iter().filter(|field| match field.fate {
            Fate::Sent => field.detail.is_some(),
            Fate::Kept => false,
            _ => true,
        })
    }
}

/// The report on one contact: its delivery to each provider.
#[derive(Serialize, Deserialize)]
#[non_exhaustive]
pub struct Report {
    /// The contact's `external_id`, else the key of its deliveries in the journal: the fingerprint of the content with which
    /// the contact was first seen.
    pub contact: String,
    /// The row of a file that the contact was read from: `line`, `name`, `external_id` and `dropped` in JSON, each left out
    /// where there is none.
    #[serde(flatten)]
    pub source: SourceLocation,
    /// One delivery for each provider, in the order of the configuration. In an import, a provider that fell behind has its
    /// delivery in a later report.
    pub deliveries: Vec<Delivery>,
    /// The reason why the contact was sent to no provider, if its row was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Refusal>,
}

/// The condition under which a report counts as done, and under which a fan-out stops early.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Policy {
    /// Every provider must have the contact.
    #[default]
    All,
    /// One provider that has the contact is enough; all are tried.
    Any,
    /// Every provider must have the contact. All deliveries start at once; after the first failure no further attempt starts.
    /// If one provider refuses the contact before sending, no attempt is made at all. Deliveries without an attempt stay
    /// `pending`.
    FirstFailure,
}

/// The overall result of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Every delivery that the policy asks for is created, existing or skipped, and is recorded.
    Done,
    /// Some deliveries were rejected, failed, are pending or are not recorded in the journal.
    Incomplete,
    /// A delivery is in doubt and needs a later search or a person's decision.
    InDoubt,
}

impl fmt::Debug for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Report").field("deliveries", &self.deliveries).finish_non_exhaustive()
    }
}

impl Report {
    /// Creates the report on a contact that comes from no file.
    pub fn new(contact: impl Into<String>, deliveries: Vec<Delivery>) -> Self {
        Self { contact: contact.into(), source: SourceLocation::default(), deliveries, refusal: None }
    }

    /// Sets the row that the contact was read from.
    #[must_use]
    pub fn with_source(self, source: SourceLocation) -> Self {
        Self { source, ..self }
    }

    /// Returns the overall result under `policy`. A delivery in doubt outweighs every other one.
    pub fn verdict(&self, policy: Policy) -> Verdict {
        if self.refusal.is_some() {
            return Verdict::Incomplete;
        }
        let outcomes = || self.deliveries.iter().map(|delivery| delivery.outcome);
        if outcomes().any(|outcome| outcome == Outcome::InDoubt) {
            return Verdict::InDoubt;
        }
        let is_done = match policy {
            Policy::All | Policy::FirstFailure => outcomes().all(Outcome::is_delivered),
            Policy::Any => outcomes().any(Outcome::is_delivered),
        };
        let is_recorded = self.deliveries.iter().all(|delivery| delivery.unrecorded.is_none());
        if is_done && is_recorded { Verdict::Done } else { Verdict::Incomplete }
    }
}

/// Returns the name of a contact in reports: its `external_id`, else the key of its deliveries.
pub(crate) fn report_name(contact: &UnifiedContact, key: String) -> String {
    contact.external_id.clone().unwrap_or(key)
}
