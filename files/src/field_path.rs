//! The places in a contact that a column can go to.
//!
//! A field has one name, the same in a mapping, in the plan and in the layouts.

use std::fmt;

use unicontact_model::nearest_word;

/// A field of a contact, without the number of its entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Field {
    ExternalId,
    Kind,
    NameFull,
    NamePrefix,
    NameGiven,
    NameMiddle,
    NameFamily,
    NameSuffix,
    EmailAddress,
    EmailKind,
    EmailLabel,
    PhoneNumber,
    PhoneKind,
    PhoneLabel,
    PhoneExtension,
    /// The dial code that completes the numbers of the entry that have no country code. Where it is the only one of a file
    /// and in the first entry, it completes those of the whole row.
    ///
    /// A column such as "Country Code" holds either this or the country of an address. That is decided for each cell:
    /// digits (`91`, `+44`, `IN (+91)`) are a dial code, letters alone are a country.
    PhoneDialCode,
    /// The area code of a number, which comes before it: `030`.
    PhoneAreaCode,
    AddressKind,
    AddressStreet,
    AddressStreet2,
    AddressCity,
    AddressRegion,
    AddressPostalCode,
    /// A postal code and a place in one text: `12345 Köln`.
    AddressPostalCodeCity,
    AddressCountry,
    OrganizationName,
    OrganizationDepartment,
    Title,
    LinkUrl,
    LinkKind,
    Birthday,
    BirthdayYear,
    BirthdayMonth,
    BirthdayDay,
    PhotoUrl,
    Notes,
    Tags,
    OwnerId,
    Custom,
}

/// Every field and how it is written. `[]` stands for the number of the entry.
const NAMES: &[(&str, Field)] = &[
    ("external_id", Field::ExternalId),
    ("kind", Field::Kind),
    ("name.full", Field::NameFull),
    ("name.prefix", Field::NamePrefix),
    ("name.given", Field::NameGiven),
    ("name.middle", Field::NameMiddle),
    ("name.family", Field::NameFamily),
    ("name.suffix", Field::NameSuffix),
    ("emails[].address", Field::EmailAddress),
    ("emails[].kind", Field::EmailKind),
    ("emails[].label", Field::EmailLabel),
    ("phones[].number", Field::PhoneNumber),
    ("phones[].kind", Field::PhoneKind),
    ("phones[].label", Field::PhoneLabel),
    ("phones[].extension", Field::PhoneExtension),
    ("phones[].dial_code", Field::PhoneDialCode),
    ("phones[].area_code", Field::PhoneAreaCode),
    ("addresses[].kind", Field::AddressKind),
    ("addresses[].street", Field::AddressStreet),
    ("addresses[].street2", Field::AddressStreet2),
    ("addresses[].city", Field::AddressCity),
    ("addresses[].region", Field::AddressRegion),
    ("addresses[].postal_code", Field::AddressPostalCode),
    ("addresses[].postal_code_city", Field::AddressPostalCodeCity),
    ("addresses[].country", Field::AddressCountry),
    ("organization.name", Field::OrganizationName),
    ("organization.department", Field::OrganizationDepartment),
    ("title", Field::Title),
    ("links[].url", Field::LinkUrl),
    ("links[].kind", Field::LinkKind),
    ("birthday", Field::Birthday),
    ("birthday.year", Field::BirthdayYear),
    ("birthday.month", Field::BirthdayMonth),
    ("birthday.day", Field::BirthdayDay),
    ("photo_url", Field::PhotoUrl),
    ("notes", Field::Notes),
    ("tags", Field::Tags),
    ("owner_id", Field::OwnerId),
];

const CUSTOM: &str = "custom.";

/// More entries than any contact has; a number above it is a slip of the hand.
const MOST_ENTRIES: usize = 100;

/// A place in a contact: `phones[1].number`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct FieldPath {
    pub(crate) field: Field,
    /// The number of the entry, where the field is in a list. `None`: the next one that is free.
    pub(crate) entry: Option<usize>,
    /// The key, where the field is a custom one.
    pub(crate) key: String,
}

impl FieldPath {
    /// The place that `text` names.
    ///
    /// # Errors
    ///
    /// What is wrong with it, with the nearest name that is right.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if let Some(key) = text.strip_prefix(CUSTOM).filter(|key| !key.is_empty()) {
            return Ok(Self { field: Field::Custom, entry: None, key: key.to_owned() });
        }
        let (name, entry) = without_number(text)?;
        match NAMES.iter().find(|(known, _)| *known == name) {
            Some((_, field)) => Ok(Self { field: *field, entry, key: String::new() }),
            None => Err(unknown(&name)),
        }
    }

    /// Whether a contact has several of it.
    pub(crate) fn is_in_a_list(&self) -> bool {
        name_of(self.field).contains("[]")
    }

    /// The list it is in: `phones`.
    pub(crate) fn list(&self) -> &'static str {
        name_of(self.field).split("[]").next().unwrap_or_default()
    }

    /// Whether several columns may go to it, one after the other.
    pub(crate) fn gathers(&self) -> bool {
        matches!(self.field, Field::Notes | Field::Tags | Field::AddressStreet2)
    }

    /// Whether several columns of a mapping may go to it that are joined to one text: two middle names.
    pub(crate) fn joins(&self) -> bool {
        matches!(self.field, Field::NamePrefix | Field::NameMiddle | Field::NameFamily | Field::AddressStreet)
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.field, self.entry) {
            (Field::Custom, _) => write!(formatter, "{CUSTOM}{}", self.key),
            (field, Some(entry)) => formatter.write_str(&name_of(field).replace("[]", &format!("[{entry}]"))),
            (field, None) => formatter.write_str(name_of(field)),
        }
    }
}

/// What a mapping may name, for those who write one.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    NAMES.iter().map(|(name, _)| *name)
}

fn name_of(field: Field) -> &'static str {
    NAMES.iter().find(|(_, known)| *known == field).map_or("custom", |(name, _)| name)
}

/// `phones[1].number` as `phones[].number` and 1.
fn without_number(text: &str) -> Result<(String, Option<usize>), String> {
    let Some((list, rest)) = text.split_once('[') else { return Ok((text.to_owned(), None)) };
    let Some((number, rest)) = rest.split_once(']') else { return Err(unknown(text)) };
    let entry = match number.trim() {
        "" => None,
        digits => match digits.parse::<usize>() {
            Ok(entry) if entry < MOST_ENTRIES => Some(entry),
            _ => return Err(format!("expected a number below {MOST_ENTRIES} in the brackets")),
        },
    };
    Ok((format!("{list}[]{rest}"), entry))
}

fn unknown(name: &str) -> String {
    match nearest_word(name, names()) {
        Some(known) => format!("unknown field, did you mean `{known}`?"),
        None => {
            format!("unknown field (known: ignore, custom.<key>, {})", names().collect::<Vec<_>>().join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_and_written_alike() {
        for name in names().chain(["custom.score", "phones[3].number"]) {
            assert_eq!(FieldPath::parse(name).unwrap().to_string(), name);
        }
    }

    #[test]
    fn a_mistake_names_the_nearest_field() {
        assert!(FieldPath::parse("phones[0].nummber").unwrap_err().contains("`phones[].number`"));
        assert!(FieldPath::parse("phones[1000].number").unwrap_err().contains("below 100"));
        assert!(FieldPath::parse("emails[0").is_err());
    }
}
