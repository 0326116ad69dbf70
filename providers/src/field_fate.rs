//! The fate of each field of a contact at one vendor.

use serde::{Deserialize, Serialize};

use crate::contact::{PhoneNumberError, UnifiedContact};
use crate::cow_str::CowStr;

/// The text between the places of a field that is sent to several.
pub(crate) const PLACES_SEPARATOR: &str = ", ";

/// The detail of a field to which an adapter gives no fate.
const UNSAID: &str = "the adapter does not say what becomes of it";

/// The fate of a field: how the draft sends it, or why it does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// Sent as it is.
    Sent,
    /// Sent as a part of another value.
    Merged,
    /// Sent in another form with the same meaning.
    Reformatted,
    /// Sent in part.
    Truncated,
    /// Not sent.
    Dropped,
    /// Replaced by the contact's `vendor` section.
    Overridden,
    /// Not meant for the vendor: it is used here, or belongs to another vendor.
    Kept,
}

impl Fate {
    /// Returns whether the field is lost, in whole or in part.
    pub fn is_loss(self) -> bool {
        matches!(self, Self::Truncated | Self::Dropped)
    }

    /// Returns the word for it in all output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Merged => "merged",
            Self::Reformatted => "reformatted",
            Self::Truncated => "truncated",
            Self::Dropped => "dropped",
            Self::Overridden => "overridden",
            Self::Kept => "kept",
        }
    }
}

/// The fate of one field of a contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FieldFate {
    /// The path of the field: `emails[0].address`.
    pub field: CowStr,
    /// The fate.
    pub fate: Fate,
    /// The vendor's field that holds it, if one does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<CowStr>,
    /// Why, where it is not simply sent. Never the value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<CowStr>,
    /// Why a telephone number is not sent in E.164, where it is not. In JSON `detail` says it.
    #[serde(skip)]
    pub not_e164: Option<PhoneNumberError>,
}

impl FieldFate {
    /// Returns the fate of a field.
    pub fn new(field: impl Into<CowStr>, fate: Fate) -> Self {
        Self { field: field.into(), fate, to: None, detail: None, not_e164: None }
    }

    /// Sets the vendor's field that holds it.
    #[must_use]
    pub fn with_to(mut self, to: impl Into<CowStr>) -> Self {
        self.to = Some(to.into());
        self
    }

    /// Sets the reason. It must not hold the value.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<CowStr>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Returns the vendor's fields that hold it. `to` lists them where a field is sent to several.
    pub(crate) fn places(&self) -> impl Iterator<Item = &str> {
        self.to.iter().flat_map(|to| to.split(PLACES_SEPARATOR))
    }

    /// Returns the fate of a field to which the adapter gives none.
    pub(crate) fn unsaid(field: String) -> Self {
        Self::new(field, Fate::Dropped).with_detail(UNSAID)
    }
}

/// Returns the paths of the contact's fields to which `fates` gives none.
pub(crate) fn fields_without_fate(contact: &UnifiedContact, fates: &[FieldFate]) -> Vec<String> {
    let mut fields = Vec::new();
    contact.each_field(&mut |path| {
        if !fates.iter().any(|fate| fate.field == path) {
            fields.push(path.to_owned());
        }
    });
    fields
}
