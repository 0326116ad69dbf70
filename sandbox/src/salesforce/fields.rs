//! The fields of Salesforce's Contact, and the validation of a create.
//!
//! Documented: names, lengths and the required `LastName`; custom fields end with `__c`.
//!
//! Third-party: the words of `REQUIRED_FIELD_MISSING`, `INVALID_FIELD`, `STRING_TOO_LONG`, `INVALID_EMAIL_ADDRESS`,
//! `INVALID_FIELD_FOR_INSERT_UPDATE`, `MALFORMED_ID` and `JSON_PARSER_ERROR`, and which of them have `fields`.
//!
//! Choices where the pages are silent: the order of the checks: types, unknown fields, read-only fields, then all others at once;
//! pick lists take any text; the lists of states and countries are off, so that there are no `…Code` fields; an id is 15 or 18
//! letters and digits that begin with those of its object.

use axum::response::Response;
use jiff::civil::Date;
use serde_json::{Map, Value};

use super::error;
use crate::accounts::salesforce::{CUSTOM_PREFIX, UNIQUE_FIELD};
use crate::draft::TextFields;

pub(super) const TEXT_FIELDS: TextFields = TextFields {
    texts: &[
        "FirstName",
        "LastName",
        "Title",
        "Department",
        "MailingStreet",
        "MailingCity",
        "MailingState",
        "MailingPostalCode",
        "MailingCountry",
        "Description",
    ],
    emails: &["Email"],
    phones: &["Phone", "MobilePhone", "HomePhone", "OtherPhone", "Fax", "AssistantPhone"],
};

/// What a field holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A text of up to so many characters.
    Text(usize),
    Email,
    Date,
    Boolean,
    /// The id of a record whose ids begin with this.
    Id(&'static str),
    ReadOnly,
}

const CUSTOM: Kind = Kind::Text(255);
const LONGEST_EMAIL: usize = 80;

/// All fields, with the names by which their errors call them.
const FIELDS: [(&str, &str, Kind); 44] = [
    ("Salutation", "Salutation", Kind::Text(40)),
    ("FirstName", "First Name", Kind::Text(40)),
    ("LastName", "Last Name", Kind::Text(80)),
    ("Email", "Email", Kind::Email),
    ("Title", "Title", Kind::Text(128)),
    ("Department", "Department", Kind::Text(80)),
    ("Phone", "Business Phone", Kind::Text(40)),
    ("MobilePhone", "Mobile Phone", Kind::Text(40)),
    ("HomePhone", "Home Phone", Kind::Text(40)),
    ("OtherPhone", "Other Phone", Kind::Text(40)),
    ("Fax", "Business Fax", Kind::Text(40)),
    ("AssistantPhone", "Asst. Phone", Kind::Text(40)),
    ("AssistantName", "Assistant's Name", Kind::Text(40)),
    ("MailingStreet", "Mailing Street", Kind::Text(255)),
    ("MailingCity", "Mailing City", Kind::Text(40)),
    ("MailingState", "Mailing State/Province", Kind::Text(80)),
    ("MailingPostalCode", "Mailing Zip/Postal Code", Kind::Text(20)),
    ("MailingCountry", "Mailing Country", Kind::Text(80)),
    ("OtherStreet", "Other Street", Kind::Text(255)),
    ("OtherCity", "Other City", Kind::Text(40)),
    ("OtherState", "Other State/Province", Kind::Text(80)),
    ("OtherPostalCode", "Other Zip/Postal Code", Kind::Text(20)),
    ("OtherCountry", "Other Country", Kind::Text(80)),
    ("Birthdate", "Birthdate", Kind::Date),
    ("Description", "Contact Description", Kind::Text(32_000)),
    ("LeadSource", "Lead Source", Kind::Text(255)),
    ("HasOptedOutOfEmail", "Email Opt Out", Kind::Boolean),
    ("HasOptedOutOfFax", "Fax Opt Out", Kind::Boolean),
    ("DoNotCall", "Do Not Call", Kind::Boolean),
    ("OwnerId", "Owner ID", Kind::Id("005")),
    ("AccountId", "Account ID", Kind::Id("001")),
    ("ReportsToId", "Reports To ID", Kind::Id("003")),
    ("Id", "Contact ID", Kind::ReadOnly),
    ("Name", "Full Name", Kind::ReadOnly),
    ("MailingAddress", "Mailing Address", Kind::ReadOnly),
    ("OtherAddress", "Other Address", Kind::ReadOnly),
    ("IsDeleted", "Deleted", Kind::ReadOnly),
    ("CreatedDate", "Created Date", Kind::ReadOnly),
    ("CreatedById", "Created By ID", Kind::ReadOnly),
    ("LastModifiedDate", "Last Modified Date", Kind::ReadOnly),
    ("LastModifiedById", "Last Modified By ID", Kind::ReadOnly),
    ("SystemModstamp", "System Modstamp", Kind::ReadOnly),
    ("PhotoUrl", "Photo URL", Kind::ReadOnly),
    ("IsEmailBounced", "Is Email Bounced", Kind::ReadOnly),
];

/// Returns the names of all fields with the length of each text.
pub(super) fn all() -> impl Iterator<Item = (&'static str, &'static str, Option<usize>)> {
    FIELDS.iter().map(|(name, label, kind)| (*name, *label, longest(*kind)))
}

/// Returns the name of a field as the vendor writes it. Letter case does not matter.
pub(super) fn canonical(name: &str) -> Option<String> {
    let known = FIELDS.iter().find(|(field, _, _)| field.eq_ignore_ascii_case(name));
    known.map(|(field, _, _)| (*field).to_owned()).or_else(|| is_custom(name).then(|| name.to_owned()))
}

/// Returns the address of a contact in lower case.
pub(super) fn email_address(fields: &Map<String, Value>) -> Option<String> {
    compared(fields, "Email")
}

/// Returns the value of a contact's unique field in lower case.
pub(super) fn unique_key(fields: &Map<String, Value>) -> Option<String> {
    compared(fields, UNIQUE_FIELD)
}

fn compared(fields: &Map<String, Value>, name: &str) -> Option<String> {
    let text = fields.get(name)?.as_str()?.trim().to_lowercase();
    Some(text).filter(|text| !text.is_empty())
}

/// Returns the answer to an invalid create.
pub(super) fn refusal(sent: &Map<String, Value>) -> Option<Response> {
    let known: Vec<(Field<'_>, &Value)> =
        sent.iter().filter_map(|(name, value)| Some((field(name)?, value))).collect();
    if let Some(message) = known.iter().find_map(|(field, value)| type_error(field.kind, value)) {
        return Some(error::invalid_json(&message));
    }
    if let Some(unknown) = sent.keys().find(|name| field(name).is_none()) {
        return Some(error::unknown_field(unknown));
    }
    if let Some((field, _)) = known.iter().find(|(field, _)| field.kind == Kind::ReadOnly) {
        return Some(error::of_fields(vec![read_only_error(field)]));
    }
    let values = known.iter().filter_map(|(field, value)| value_error(field, value.as_str()?));
    let errors: Vec<Value> = missing_error(sent).into_iter().chain(values).collect();
    (!errors.is_empty()).then(|| error::of_fields(errors))
}

/// A field that a create may name.
struct Field<'name> {
    name: &'name str,
    label: &'name str,
    kind: Kind,
}

fn field(name: &str) -> Option<Field<'_>> {
    let known = FIELDS.iter().find(|(known, _, _)| *known == name);
    let known = known.map(|(name, label, kind)| Field { name, label, kind: *kind });
    known.or_else(|| is_custom(name).then_some(Field { name, label: name, kind: CUSTOM }))
}

fn missing_error(sent: &Map<String, Value>) -> Option<Value> {
    let name = sent.get("LastName").and_then(Value::as_str).unwrap_or_default();
    name.trim().is_empty().then(|| {
        error::of_field("REQUIRED_FIELD_MISSING", "Required fields are missing: [LastName]", "LastName")
    })
}

fn read_only_error(field: &Field<'_>) -> Value {
    let name = field.name;
    let message = format!(
        "Unable to create/update fields: {name}. Please check the security settings of this field and verify that it \
         is read/write for your profile or permission set."
    );
    error::of_field("INVALID_FIELD_FOR_INSERT_UPDATE", &message, name)
}

fn is_custom(name: &str) -> bool {
    name.starts_with(CUSTOM_PREFIX) && name.ends_with("__c")
}

/// Returns the words for a value of another type.
fn type_error(kind: Kind, value: &Value) -> Option<String> {
    let wanted = match kind {
        Kind::Boolean => "boolean",
        Kind::Date => "date",
        _ => "string",
    };
    let given = match value {
        Value::Null => return None,
        Value::Bool(_) if kind == Kind::Boolean => return None,
        Value::String(text) if kind == Kind::Date && !is_date(text) => format!("VALUE_STRING value {text}"),
        Value::String(_) if kind != Kind::Boolean => return None,
        Value::String(text) => format!("VALUE_STRING value {text}"),
        Value::Bool(truth) => format!("VALUE_{} value {truth}", truth.to_string().to_uppercase()),
        Value::Number(number) => format!("VALUE_NUMBER_INT value {number}"),
        Value::Array(_) => "START_ARRAY value [".to_owned(),
        Value::Object(_) => "START_OBJECT value {".to_owned(),
    };
    Some(format!("Cannot deserialize instance of {wanted} from {given}"))
}

fn value_error(field: &Field<'_>, text: &str) -> Option<Value> {
    let Field { name, label, kind } = *field;
    let (code, message) = match kind {
        Kind::Id(prefix) if !is_id(text, prefix) => {
            ("MALFORMED_ID", format!("{label}: id value of incorrect type: {text}"))
        }
        Kind::Email if !text.is_empty() && !is_email(text) => {
            ("INVALID_EMAIL_ADDRESS", format!("{label}: invalid email address: {text}"))
        }
        _ => {
            let limit = longest(kind).filter(|limit| text.chars().count() > *limit)?;
            ("STRING_TOO_LONG", format!("{label}: data value too large: {text} (max length={limit})"))
        }
    };
    Some(error::of_field(code, &message, name))
}

/// Returns the length of a text of this kind.
fn longest(kind: Kind) -> Option<usize> {
    match kind {
        Kind::Text(length) => Some(length),
        Kind::Email => Some(LONGEST_EMAIL),
        _ => None,
    }
}

fn is_id(text: &str, prefix: &str) -> bool {
    matches!(text.len(), 15 | 18)
        && text.starts_with(prefix)
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn is_date(text: &str) -> bool {
    text.parse::<Date>().is_ok()
}

fn is_email(text: &str) -> bool {
    let is_plain = |part: &str| !part.is_empty() && !part.contains(char::is_whitespace);
    text.split_once('@').is_some_and(|(local, domain)| {
        is_plain(local) && is_plain(domain) && domain.contains('.') && !domain.contains('@')
    })
}
