//! The paths of a contact's fields, such as `phones[1].number`.
//!
//! Mappings, plans and layouts use the same names.

use std::fmt;

use unicontact_model::nearest_word;

/// A field of a contact, without the index of its list entry.
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
    /// The dial code for the entry's numbers without a country code. If a file has only this one, in the first entry, it
    /// completes all numbers of the row.
    ///
    /// A column such as "Country Code" holds this or the country of an address. Each cell decides: digits (`91`, `+44`,
    /// `IN (+91)`) are a dial code, letters alone are a country.
    PhoneDialCode,
    /// The area code before a number: `030`.
    PhoneAreaCode,
    AddressKind,
    AddressStreet,
    AddressStreet2,
    AddressCity,
    AddressRegion,
    AddressPostalCode,
    /// A postal code and a city in one text: `12345 Köln`.
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

/// The names of the fields. `[]` stands for the index of the entry.
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

/// A limit on the index of an entry. A larger number is a typing error.
const MAX_ENTRIES: usize = 100;

/// The path of a field: `phones[1].number`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct FieldPath {
    pub(crate) field: Field,
    /// The index of the entry, if the field is in a list. `None`: the next free entry.
    pub(crate) entry: Option<usize>,
    /// The key of a custom field. Empty for other fields.
    pub(crate) key: String,
}

impl FieldPath {
    /// Parses a path.
    ///
    /// # Errors
    ///
    /// The reason for the user, with the nearest known name.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if let Some(key) = text.strip_prefix(CUSTOM).filter(|key| !key.is_empty()) {
            return Ok(Self { field: Field::Custom, entry: None, key: key.to_owned() });
        }
        let (name, entry) = split_index(text)?;
        match NAMES.iter().find(|(known, _)| *known == name) {
            Some((_, field)) => Ok(Self { field: *field, entry, key: String::new() }),
            None => Err(unknown(&name)),
        }
    }

    /// Returns whether the field is in a list.
    pub(crate) fn is_in_a_list(&self) -> bool {
        name_of(self.field).contains("[]")
    }

    /// Returns the list that holds the field: `phones`.
    pub(crate) fn list(&self) -> &'static str {
        name_of(self.field).split("[]").next().unwrap_or_default()
    }

    /// Returns whether the values of several columns are appended to the field.
    pub(crate) fn gathers(&self) -> bool {
        matches!(self.field, Field::Notes | Field::Tags | Field::AddressStreet2)
    }

    /// Returns whether a mapping may read several columns into the field: two middle names are joined, and of two names of
    /// a company the first one is used.
    pub(crate) fn joins(&self) -> bool {
        matches!(
            self.field,
            Field::NamePrefix
                | Field::NameMiddle
                | Field::NameFamily
                | Field::AddressStreet
                | Field::OrganizationName
        )
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

/// Returns the names that a mapping may use.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    NAMES.iter().map(|(name, _)| *name)
}

fn name_of(field: Field) -> &'static str {
    NAMES.iter().find(|(_, known)| *known == field).map_or("custom", |(name, _)| name)
}

/// Splits `phones[1].number` into `phones[].number` and 1.
fn split_index(text: &str) -> Result<(String, Option<usize>), String> {
    let Some((list, rest)) = text.split_once('[') else { return Ok((text.to_owned(), None)) };
    let Some((number, rest)) = rest.split_once(']') else { return Err(unknown(text)) };
    let entry = match number.trim() {
        "" => None,
        digits => match digits.parse::<usize>() {
            Ok(entry) if entry < MAX_ENTRIES => Some(entry),
            _ => return Err(format!("expected a number below {MAX_ENTRIES} in the brackets")),
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
    fn every_name_is_displayed_as_it_is_parsed() {
        for name in names().chain(["custom.score", "phones[3].number"]) {
            assert_eq!(FieldPath::parse(name).unwrap().to_string(), name);
        }
    }

    #[test]
    fn an_unknown_name_suggests_the_nearest_field() {
        assert!(FieldPath::parse("phones[0].nummber").unwrap_err().contains("`phones[].number`"));
        assert!(FieldPath::parse("phones[1000].number").unwrap_err().contains("below 100"));
        assert!(FieldPath::parse("emails[0").is_err());
    }
}
