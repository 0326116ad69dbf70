//! The method by which contacts are recognized, as the configuration names it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The method by which a contact that was delivered before is recognized.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum IdentifyBy {
    /// Its `external_id`; without one, its name together with an e-mail address or a telephone number.
    #[default]
    Identity,
    /// Its `external_id`; without one, everything that is in it.
    Content,
    /// An e-mail address alone.
    Email,
    /// A telephone number alone.
    Phone,
    /// Its `external_id` alone. A contact without one is rejected.
    Id,
}

impl IdentifyBy {
    /// Every method, in the order of the documentation.
    pub const ALL: [Self; 5] = [Self::Identity, Self::Content, Self::Email, Self::Phone, Self::Id];

    /// Returns its word in the configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Content => "content",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Id => "id",
        }
    }
}

impl fmt::Display for IdentifyBy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for IdentifyBy {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut all = Self::ALL.into_iter();
        all.find(|method| method.as_str() == text).ok_or("expected identity, content, email, phone or id")
    }
}
