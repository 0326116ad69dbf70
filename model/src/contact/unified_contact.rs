//! The contact and its parts.

use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::Date;
use serde::Serialize;
use serde_json::{Map, Value};

use super::country::Country;
use super::email_address::EmailAddress;
use super::phone_number::PhoneNumber;
use super::web_address::WebAddress;

/// A contact in the terms of no particular vendor.
///
/// Every field is optional, but a contact needs at least one of a name, an organization, an e-mail address and a telephone
/// number.
///
/// ```
/// use unicontact_model::UnifiedContact;
///
/// let contact: UnifiedContact = serde_json::from_str(
///     r#"{"name": "Ada King", "emails": ["ada@example.com"], "organization": "Analytical Engines"}"#,
/// )?;
/// assert_eq!(contact.display_name().as_deref(), Some("Ada King"));
/// assert!(!format!("{contact:?}").contains("Ada"));
///
/// let mistake = serde_json::from_str::<UnifiedContact>(r#"{"name": "Ada", "emial": "x"}"#);
/// assert!(mistake.unwrap_err().to_string().contains("did you mean `emails`?"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct UnifiedContact {
    /// Your own id of the contact. It identifies the delivery and is sent to no vendor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// A person (the default) or an organization.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub kind: ContactKind,
    /// The name. Input may be a plain text, which becomes `name.full`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<TextOr<Name>>"))]
    pub name: Option<Name>,
    /// E-mail addresses. An entry of the input may be a plain text.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(default, with = "Vec<TextOr<Email>>"))]
    pub emails: Vec<Email>,
    /// Telephone numbers. An entry of the input may be a plain text.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(default, with = "Vec<TextOr<Phone>>"))]
    pub phones: Vec<Phone>,
    /// Postal addresses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(default))]
    pub addresses: Vec<Address>,
    /// The organization of the contact. Input may be a plain text, which becomes `organization.name`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<TextOr<Organization>>"))]
    pub organization: Option<Organization>,
    /// Job title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Web pages and profiles.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(default))]
    pub links: Vec<Link>,
    /// Date of birth, `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>", extend("format" = "date")))]
    pub birthday: Option<Date>,
    /// The web address of a picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub photo_url: Option<WebAddress>,
    /// Free text about the contact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
    /// Labels of the contact.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(default))]
    pub tags: Vec<String>,
    /// The vendor's id of the user who is responsible for the contact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner_id: Option<String>,
    /// Fields of your own.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[cfg_attr(feature = "schema", schemars(default))]
    pub custom: BTreeMap<String, Value>,
    /// JSON objects by vendor name. Each is merged last into the request body for that vendor.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[cfg_attr(feature = "schema", schemars(default))]
    pub vendor: BTreeMap<String, Map<String, Value>>,
}

/// Whether a contact is a person or an organization.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ContactKind {
    /// A human being.
    #[default]
    Person,
    /// A company, an office, a club.
    Organization,
}

/// The purpose of an e-mail address, a telephone number or a postal address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ChannelKind {
    /// At work.
    Work,
    /// At home.
    Home,
    /// A mobile phone.
    Mobile,
    /// A fax machine.
    Fax,
    /// The main address or number.
    Main,
    /// Anything else, described by the label.
    Other,
}

/// The kind of page that a link points to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum LinkKind {
    /// A web site.
    Website,
    /// A `LinkedIn` profile.
    Linkedin,
    /// A Twitter (X) profile.
    Twitter,
    /// A Facebook profile.
    Facebook,
    /// A `GitHub` profile.
    Github,
    /// An Instagram profile.
    Instagram,
    /// Anything else.
    #[default]
    Other,
}

/// A name: in full, in parts, or both.
#[derive(Clone, Default, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Name {
    /// The full name as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub full: Option<String>,
    /// A prefix, such as "Dr".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// Given name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given: Option<String>,
    /// Middle names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub middle: Option<String>,
    /// Family name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family: Option<String>,
    /// A suffix, such as "Jr".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suffix: Option<String>,
}

/// An e-mail address of a contact.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Email {
    /// The address.
    pub address: EmailAddress,
    /// The purpose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<ChannelKind>,
    /// A label of your own, kept as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Whether this is the preferred one.
    #[serde(skip_serializing_if = "is_false")]
    #[cfg_attr(feature = "schema", schemars(default))]
    pub primary: bool,
}

/// A telephone number of a contact.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Phone {
    /// The number: in E.164, or as written if it has no country code.
    pub number: PhoneNumber,
    /// The purpose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<ChannelKind>,
    /// A label of your own, kept as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Whether this is the preferred one.
    #[serde(skip_serializing_if = "is_false")]
    #[cfg_attr(feature = "schema", schemars(default))]
    pub primary: bool,
    /// The extension.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extension: Option<String>,
}

/// A postal address.
#[derive(Clone, Default, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Address {
    /// The purpose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<ChannelKind>,
    /// Street and number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub street: Option<String>,
    /// A second line: flat, building.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub street2: Option<String>,
    /// Town or city.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// State, province, county.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Postal code; a text, since leading zeros matter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    /// Country.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<Country>,
}

/// The organization for which a person works, or the organization that the contact is.
#[derive(Clone, Default, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Organization {
    /// The name of the organization.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The department of the contact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
}

/// A web page or profile.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// The kind of page.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub kind: LinkKind,
    /// The address of the page.
    pub url: WebAddress,
}

/// The JSON Schema of a value that input may shorten to a plain text.
#[cfg(feature = "schema")]
#[derive(schemars::JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "it exists for its JSON Schema only")]
enum TextOr<T> {
    Text(String),
    Whole(T),
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

impl fmt::Debug for UnifiedContact {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("UnifiedContact")
            .field("kind", &self.kind)
            .field("fields", &self.fields().len())
            .finish_non_exhaustive()
    }
}

macro_rules! redacted {
    ($($type:ident),*) => {$(
        impl fmt::Debug for $type {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(concat!(stringify!($type), "(..)"))
            }
        }
    )*};
}
redacted!(Name, Email, Phone, Address, Organization, Link);
