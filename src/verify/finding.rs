//! The differences between a vendor's contacts and a journal.

use std::fmt;

use serde::Serialize;
use unicontact_providers::{ContactId, DeliveryKey};

/// The kind of a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// The vendor has several equal contacts: they share a name and an address or a number, and their numbers do not contradict each
    /// other. The journal does not have a delivery for each of them.
    Twice,
    /// The journal has recorded the contact as delivered. The vendor has neither its id nor an equal contact.
    Missing,
    /// The vendor does not have the recorded id, and has an equal contact under another id.
    OtherId,
    /// The delivery is in doubt, and the vendor has the contact.
    InDoubtButThere,
    /// The vendor has the contact, and the journal has no delivered contact for it.
    Unknown,
}

/// A difference between a vendor's list and the journal.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// The kind of the difference.
    #[serde(rename = "finding")]
    pub kind: FindingKind,
    /// The delivery in the journal, if there is one. An unknown contact may have a failed one.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "as_text")]
    pub delivery: Option<DeliveryKey>,
    /// The vendor's ids of the contacts, in the vendor's order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ids: Vec<ContactId>,
    /// The recorded id of a contact that the vendor does not have under this id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recorded_id: Option<ContactId>,
    /// The name of the contact, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// The numbers of compared contacts and deliveries, and of differences by kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct VerificationCounts {
    /// The number of contacts at the vendor.
    pub listed: u64,
    /// The number of recorded deliveries to the provider.
    pub recorded: u64,
    /// [`FindingKind::Twice`].
    pub twice: u64,
    /// [`FindingKind::Missing`].
    pub missing: u64,
    /// [`FindingKind::OtherId`].
    pub other_id: u64,
    /// [`FindingKind::InDoubtButThere`].
    pub in_doubt_but_there: u64,
    /// [`FindingKind::Unknown`].
    pub unknown: u64,
    /// The number of deliveries in doubt whose contacts are not in the list. They are no difference.
    pub in_doubt: u64,
    /// The number of deliveries that are being sent. They are not compared.
    pub being_sent: u64,
}

impl FindingKind {
    /// Returns the word for the kind in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Twice => "twice",
            Self::Missing => "missing",
            Self::OtherId => "other_id",
            Self::InDoubtButThere => "in_doubt_but_there",
            Self::Unknown => "unknown",
        }
    }
}

impl VerificationCounts {
    pub(super) fn add(&mut self, kind: FindingKind) {
        let count = match kind {
            FindingKind::Twice => &mut self.twice,
            FindingKind::Missing => &mut self.missing,
            FindingKind::OtherId => &mut self.other_id,
            FindingKind::InDoubtButThere => &mut self.in_doubt_but_there,
            FindingKind::Unknown => &mut self.unknown,
        };
        *count += 1;
    }
}

#[expect(clippy::ref_option, reason = "serde asks for a reference to the member")]
fn as_text<S: serde::Serializer>(key: &Option<DeliveryKey>, serializer: S) -> Result<S::Ok, S::Error> {
    match key {
        Some(key) => serializer.collect_str(key),
        None => serializer.serialize_none(),
    }
}

impl fmt::Debug for Finding {
    /// Without the name.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = formatter.debug_struct("Finding");
        debug.field("kind", &self.kind).field("delivery", &self.delivery).field("ids", &self.ids);
        debug.field("recorded_id", &self.recorded_id).finish_non_exhaustive()
    }
}
