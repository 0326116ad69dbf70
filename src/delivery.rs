//! What became of one contact, provider by provider.
//!
//! Its rule: these are the words and the JSON that users' scripts rely on; nothing about a delivery is left unsaid.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use unicontact_providers::comparison::Comparison;
use unicontact_providers::{ContactId, Created, Effect, ErrorKind, Fate, FieldFate, ProviderError};

use crate::bulk::{Refusal, SourceLocation};
use crate::journal::JournalError;

/// What is said of a delivery that is skipped although its content is another.
pub(crate) const CHANGED: &str =
    "it was delivered earlier and has changed since; contacts are created, not updated";

/// How a delivery ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The contact was created.
    Created,
    /// The vendor has it, and it was there before. Another person's contact that the vendor took for it is `rejected`.
    Existing,
    /// The vendor, or its adapter, refused the contact for what is in it. Correct the contact.
    Rejected,
    /// It was not created, for a reason that lies outside the contact.
    Failed,
    /// Nobody can tell whether it was created. It is not sent again until somebody looked.
    InDoubt,
    /// It was delivered earlier and not sent again.
    Skipped,
    /// It was not sent yet.
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

    /// The word for it in all output.
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

    /// Returns the outcome of that word in output.
    pub(crate) fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.as_str() == word)
    }

    /// Whether the vendor has the contact.
    pub fn is_delivered(self) -> bool {
        matches!(self, Self::Created | Self::Existing | Self::Skipped)
    }

    /// How a delivery ends that succeeded.
    pub(crate) fn of_created(created: &Created) -> Self {
        if created.existing { Self::Existing } else { Self::Created }
    }

    /// How a delivery ends that nothing can be done about now.
    pub(crate) fn of_error(error: &ProviderError) -> Self {
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

/// One contact to one provider, ended.
#[derive(Debug)]
pub struct Delivery {
    /// The provider's name.
    pub provider: String,
    /// Its vendor.
    pub vendor: String,
    /// How it ended.
    pub outcome: Outcome,
    /// The vendor's id of the contact, when the vendor has it.
    pub id: Option<ContactId>,
    /// How many requests went out that could change data.
    pub attempts: u32,
    /// How long it took, with all waiting.
    pub elapsed: Duration,
    /// What became of every field of the contact.
    pub fields: Vec<FieldFate>,
    /// What went wrong, if something did.
    pub error: Option<ProviderError>,
    /// When looking for it at the vendor, or sending it again, is worth it: of a delivery in doubt that can be resolved
    /// without a person.
    pub look_again_at: Option<Timestamp>,
    /// The fields in which the contact differs from what was delivered earlier. `None` where nothing differs; empty where the
    /// journal does not know in what.
    pub differs_in: Option<Vec<&'static str>>,
    /// What else a person should know about how it ended.
    pub note: Option<&'static str>,
    /// Why the journal does not know how it ended, if there is one that should. The outcome holds nevertheless; the
    /// next run takes the delivery for interrupted.
    pub unrecorded: Option<JournalError>,
}

impl Delivery {
    /// The fates worth telling: everything that is neither plainly sent nor none of the vendor's business.
    pub fn told_fields(&self) -> impl Iterator<Item = &FieldFate> {
        self.fields.iter().filter(|field| match field.fate {
            Fate::Sent => field.detail.is_some(),
            Fate::Kept => false,
            _ => true,
        })
    }
}

impl Serialize for Delivery {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("provider", &self.provider)?;
        map.serialize_entry("vendor", &self.vendor)?;
        map.serialize_entry("outcome", &self.outcome)?;
        if let Some(id) = &self.id {
            map.serialize_entry("id", id)?;
        }
        map.serialize_entry("attempts", &self.attempts)?;
        let milliseconds = u64::try_from(self.elapsed.as_millis()).unwrap_or(u64::MAX);
        map.serialize_entry("elapsed_ms", &milliseconds)?;
        map.serialize_entry("fields", &self.told_fields().collect::<Vec<_>>())?;
        if let Some(error) = &self.error {
            map.serialize_entry("error", error)?;
        }
        if let Some(time) = &self.look_again_at {
            map.serialize_entry("look_again_at", time)?;
        }
        if let Some(fields) = self.differs_in.as_ref().filter(|fields| !fields.is_empty()) {
            map.serialize_entry("differs_in", fields)?;
        }
        if let Some(note) = self.note {
            map.serialize_entry("note", note)?;
        }
        if let Some(unrecorded) = &self.unrecorded {
            map.serialize_entry("unrecorded", &unrecorded.to_string())?;
        }
        map.end()
    }
}

/// What became of one contact everywhere.
#[derive(Serialize)]
pub struct Report {
    /// The contact's `external_id`, else the key under which its deliveries are recorded: the fingerprint of the content in
    /// which it was first met.
    pub contact: String,
    /// The row of a file that the contact was read from: `line` and `dropped` in JSON, left out where it comes from no file and
    /// where nothing was dropped.
    #[serde(flatten)]
    pub source: SourceLocation,
    /// One entry for every provider, in the order of the configuration. In an import, those of providers that fell behind come
    /// in reports of their own.
    pub deliveries: Vec<Delivery>,
    /// Why the contact was sent to no provider, if its row was rejected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Refusal>,
}

/// When a fan-out counts as done, and when it stops early.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Policy {
    /// Every provider must have the contact.
    #[default]
    All,
    /// One provider that has the contact is enough; all are tried.
    Any,
    /// Every provider must have it. All begin at once; after the first failure no further attempt begins, and if one
    /// refuses the contact beforehand, none does. What was not created stays `pending`.
    FirstFailure,
}

/// The sum of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Every delivery that the policy asks for is created, existing or skipped, and recorded.
    Done,
    /// Some were rejected, failed or are pending, or the journal does not know how they ended.
    Incomplete,
    /// Something is in doubt; a person has to look.
    InDoubt,
}

impl fmt::Debug for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Report").field("deliveries", &self.deliveries).finish_non_exhaustive()
    }
}

impl Report {
    /// The sum of it under `policy`. Doubt outweighs everything else.
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
