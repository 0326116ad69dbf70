//! The keys of `[providers.emnify.<name>]`.

use std::borrow::Cow;
use std::str::FromStr;

#[cfg(feature = "schema")]
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Visitor;
use serde::{Deserialize, Deserializer};
use thiserror::Error;

use crate::configuration::ConfigProblem;
use crate::http::BaseUrl;
use crate::secret::Secret;

/// A connection to one emnify organisation: with an `application_token`, or an `auth_token`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct EmnifyConfig {
    /// Where the API lives.
    #[serde(default = "default_base_url")]
    pub base_url: BaseUrl,
    /// The organisation that the contacts belong to.
    pub organisation_id: u64,
    /// The credential that the vendor recommends for machines; `auth_token`s are fetched with it.
    #[serde(default)]
    pub application_token: Option<Secret>,
    /// A token that was fetched elsewhere. Alone, it ends for good after at most four hours.
    #[serde(default)]
    pub auth_token: Option<Secret>,
    /// What type of contact is created, by name or number, unless a contact says otherwise.
    pub contact_type: ContactType,
}

fn default_base_url() -> BaseUrl {
    BaseUrl::from_constant("https://cdn.emnify.net")
}

impl EmnifyConfig {
    /// An organisation at the vendor's default address, without a credential. It needs one of the two tokens.
    ///
    /// ```
    /// use unicontact_providers::emnify::{ContactType, EmnifyConfig};
    ///
    /// let mut config = EmnifyConfig::new(42, ContactType::INVOICE_ADDRESS);
    /// config.application_token = Some("made-up".into());
    /// assert!(config.problems().is_empty());
    /// ```
    pub fn new(organisation_id: u64, contact_type: ContactType) -> Self {
        Self {
            base_url: default_base_url(),
            organisation_id,
            application_token: None,
            auth_token: None,
            contact_type,
        }
    }

    /// Returns the problems beyond the types of the keys.
    pub fn problems(&self) -> Vec<ConfigProblem> {
        if self.application_token.is_some() || self.auth_token.is_some() {
            return Vec::new();
        }
        let message = "is missing: set application_token, or an auth_token";
        vec![ConfigProblem::new("application_token", message)]
    }
}

/// A type of contact at emnify. It is fixed when the contact is created.
///
/// The vendor documents the six names, and the numbers 1, 5 and 6. That 2, 3 and 4 follow the
/// order of its list is an inference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContactType(u8);

/// Error of a text or number that is none of the six types. It does not repeat the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error(
    "expected commercial, technical, finance, shipping_address, company_address, invoice_address, or their number 1 to 6"
)]
pub struct ContactTypeError;

const NAMES: [&str; 6] =
    ["commercial", "technical", "finance", "shipping_address", "company_address", "invoice_address"];

impl ContactType {
    /// The only type that may have a purchase order number.
    pub const INVOICE_ADDRESS: Self = Self(6);

    /// Returns the vendor's number of the type.
    pub fn id(self) -> u8 {
        self.0
    }

    /// Returns the type of that number.
    pub fn from_id(id: u64) -> Option<Self> {
        u8::try_from(id).ok().filter(|id| (1..=6).contains(id)).map(Self)
    }
}

impl FromStr for ContactType {
    type Err = ContactTypeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim().to_lowercase().replace([' ', '-'], "_");
        let by_number = || text.parse().ok().and_then(Self::from_id);
        let by_name = || {
            let is_it = |name: &&str| **name == text || **name == format!("{text}_address");
            NAMES.iter().position(is_it)
        };
        by_name().and_then(|place| Self::from_id(place as u64 + 1)).or_else(by_number).ok_or(ContactTypeError)
    }
}

impl<'de> Deserialize<'de> for ContactType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NameOrNumber;
        impl Visitor<'_> for NameOrNumber {
            type Value = ContactType;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(formatter, "{}, or their number 1 to 6", NAMES.join(", "))
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<ContactType, E> {
                text.parse().map_err(E::custom)
            }

            fn visit_u64<E: serde::de::Error>(self, id: u64) -> Result<ContactType, E> {
                ContactType::from_id(id).ok_or_else(|| E::custom(ContactTypeError))
            }

            fn visit_i64<E: serde::de::Error>(self, id: i64) -> Result<ContactType, E> {
                let id = u64::try_from(id).map_err(|_| E::custom(ContactTypeError))?;
                self.visit_u64(id)
            }
        }
        deserializer.deserialize_any(NameOrNumber)
    }
}

#[cfg(feature = "schema")]
impl JsonSchema for ContactType {
    fn schema_name() -> Cow<'static, str> {
        "ContactType".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "anyOf": [
                {"type": "string", "enum": NAMES},
                {"type": "integer", "minimum": 1, "maximum": 6},
            ]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_type_is_read_by_name_or_number() {
        for (text, id) in
            [("commercial", 1), ("Invoice address", 6), ("invoice", 6), ("4", 4), ("company_address", 5)]
        {
            assert_eq!(text.parse::<ContactType>().unwrap().id(), id, "{text}");
        }
        for text in ["0", "7", "sales", ""] {
            assert_eq!(text.parse::<ContactType>(), Err(ContactTypeError), "{text}");
        }
    }
}
