//! The identifying values of a contact (names, e-mail addresses, telephone numbers), and their comparison.

use std::fmt;

use serde_json::{Map, Value};

use super::agreement::ValueKind;
use super::email_address::AddressForms;
use super::member::{Member, member};
use super::person_name::{NameMatch, PersonName};
use super::phone_number::NumberForms;
use crate::contact::{ContactKind, UnifiedContact};
use crate::contact_id::scalar_text;

/// The members that wrap a contact in a vendor's answer.
const CONTAINERS: &[&str] = &["contact", "data", "result", "record", "person"];
/// The maximum number of values that are read from one contact.
const VALUE_LIMIT: usize = 64;
/// Local parts that vendors show instead of a hidden address.
const HIDDEN: &[&str] = &["hidden", "masked", "redacted", "private", "protected", "confidential", "xxx"];

/// The result of comparing the identifying values of two contacts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Comparison {
    /// The contacts have no comparable values.
    #[default]
    NothingComparable,
    /// The contacts agree.
    Agrees,
    /// The contacts differ.
    Differs,
}

/// The names, e-mail addresses and telephone numbers of a contact. `Debug` shows none of them.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct IdentifyingValues(Vec<(ValueKind, String)>);

impl IdentifyingValues {
    /// Reads the values of a vendor's JSON contact, sent or returned, under the member names that vendors commonly use. Values
    /// of other people in it, such as its owner, are not read.
    ///
    /// ```
    /// use serde_json::json;
    /// use unicontact_model::comparison::{Comparison, IdentifyingValues};
    ///
    /// let sent = IdentifyingValues::from_json(&json!({"full_name": "Ada King", "email": "ada@example.com"}));
    /// let cut = IdentifyingValues::from_json(&json!({"id": 7, "fullName": "KING, Ada"}));
    /// let other = IdentifyingValues::from_json(&json!({"id": 8, "fullName": "Ann One"}));
    /// assert_eq!(sent.compare_person(&cut), Comparison::Agrees);
    /// assert_eq!(sent.compare_person(&other), Comparison::Differs);
    /// ```
    pub fn from_json(contact: &Value) -> Self {
        let mut values = Self::default();
        let Some(members) = contact.as_object() else { return values };
        values.read_object(members);
        if values.0.is_empty()
            && let Some(inner) = CONTAINERS.iter().find_map(|name| members.get(*name)?.as_object())
        {
            values.read_object(inner);
        }
        values.0.truncate(VALUE_LIMIT);
        values
    }

    /// Returns the values of a contact before it is mapped to a vendor's fields.
    pub fn from_contact(contact: &UnifiedContact) -> Self {
        let mut values = Self::default();
        let organization = contact.organization.as_ref().and_then(|it| it.name.as_deref());
        if let Some(name) = &contact.name {
            let parts = [&name.given, &name.middle, &name.family, &name.suffix];
            values.add(ValueKind::Name, name.full.as_deref().unwrap_or_default());
            values.add_name_parts(&parts.map(|part| part.as_deref()));
        }
        if values.0.is_empty() || contact.kind == ContactKind::Organization {
            values.add(ValueKind::Name, organization.unwrap_or_default());
        }
        for email in &contact.emails {
            values.add(ValueKind::EmailAddress, email.address.as_str());
        }
        for phone in &contact.phones {
            values.add(ValueKind::PhoneNumber, phone.number.as_str());
        }
        values
    }

    /// Adds a whole name. A blank text adds nothing; so with the other values.
    #[must_use]
    pub fn with_name(mut self, name: &str) -> Self {
        self.add(ValueKind::Name, name);
        self
    }

    /// Adds an e-mail address.
    #[must_use]
    pub fn with_email_address(mut self, address: &str) -> Self {
        self.add(ValueKind::EmailAddress, address);
        self
    }

    /// Adds a telephone number in any notation.
    #[must_use]
    pub fn with_phone_number(mut self, number: &str) -> Self {
        self.add(ValueKind::PhoneNumber, number);
        self
    }

    /// Returns the whole names, in the order of the vendor's members.
    pub fn whole_names(&self) -> impl Iterator<Item = &str> {
        self.texts(ValueKind::Name)
    }

    /// Returns the e-mail addresses that the vendor does not mask.
    pub fn addresses(&self) -> impl Iterator<Item = &str> {
        self.texts(ValueKind::EmailAddress).filter(|text| is_unmasked_address(text))
    }

    /// Returns the telephone numbers that the vendor does not mask.
    pub fn numbers(&self) -> impl Iterator<Item = &str> {
        self.texts(ValueKind::PhoneNumber).filter(|text| is_unmasked_number(text))
    }

    /// Adds the values of another representation of the same contact.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// Returns whether the contact has no identifying value.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Compares the contact with a returned one, which agrees if any value does: an address, the last nine digits of a number,
    /// or a word of a name. If nothing agrees, the vendor's answer belongs to another request.
    pub fn compare_any_value(&self, returned: &Self) -> Comparison {
        if returned.0.iter().any(|value| self.0.contains(value)) {
            return Comparison::Agrees;
        }
        let names = self.compare_names(returned, |sent, returned| {
            if sent.shares_word(returned) { Comparison::Agrees } else { Comparison::Differs }
        });
        names.or_else(|| self.compare_addresses(returned)).or_else(|| self.compare_numbers(returned))
    }

    /// Compares the person with a returned one, who is the same if the words of one name are words of the other, or if the
    /// name was truncated. If the names are not comparable, an address or a number decides.
    pub fn compare_person(&self, returned: &Self) -> Comparison {
        if returned.0.iter().any(|value| value.0 == ValueKind::Name && self.0.contains(value)) {
            return Comparison::Agrees;
        }
        let names = self.compare_names(returned, |sent, returned| match sent.matches(returned) {
            NameMatch::Same => Comparison::Agrees,
            NameMatch::Unclear => Comparison::NothingComparable,
            NameMatch::Different => Comparison::Differs,
        });
        match names {
            Comparison::NothingComparable => {
                self.compare_addresses(returned).or_else(|| self.compare_numbers(returned))
            }
            names => names,
        }
    }

    /// Compares the names in the same script. An unclear pair outweighs a pair that differs.
    fn compare_names(
        &self,
        returned: &Self,
        compare: impl Fn(&PersonName, &PersonName) -> Comparison,
    ) -> Comparison {
        let (sent, returned) = (self.names(), returned.names());
        let pairs = sent.iter().flat_map(|sent| returned.iter().map(move |returned| (sent, returned)));
        let comparable = pairs.filter(|(sent, returned)| sent.is_comparable_with(returned));
        let comparisons: Vec<Comparison> =
            comparable.map(|(sent, returned)| compare(sent, returned)).collect();
        let is_any = |wanted: Comparison| comparisons.contains(&wanted);
        if is_any(Comparison::Agrees) {
            Comparison::Agrees
        } else if is_any(Comparison::Differs) && !is_any(Comparison::NothingComparable) {
            Comparison::Differs
        } else {
            Comparison::NothingComparable
        }
    }

    fn compare_addresses(&self, returned: &Self) -> Comparison {
        let addresses =
            |values: &Self| -> Vec<AddressForms> { values.addresses().map(AddressForms::new).collect() };
        compare_all(&addresses(self), &addresses(returned), AddressForms::shares_address)
    }

    fn compare_numbers(&self, returned: &Self) -> Comparison {
        let numbers = |values: &Self| -> Vec<NumberForms> {
            values.numbers().map(NumberForms::new).filter(NumberForms::is_number).collect()
        };
        compare_all(&numbers(self), &numbers(returned), NumberForms::ends_alike)
    }

    fn names(&self) -> Vec<PersonName> {
        self.texts(ValueKind::Name).filter_map(PersonName::new).collect()
    }

    fn texts(&self, kind: ValueKind) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(it, _)| *it == kind).map(|(_, text)| text.as_str())
    }

    fn add(&mut self, kind: ValueKind, text: &str) {
        let is_known = |(it, known): &(ValueKind, String)| *it == kind && known == text;
        if !text.trim().is_empty() && !self.0.iter().any(is_known) {
            self.0.push((kind, text.to_owned()));
        }
    }

    /// Returns whether the limit is reached. It bounds the work, since each new value is compared with all earlier ones.
    fn is_full(&self) -> bool {
        self.0.len() >= VALUE_LIMIT
    }

    fn read_object(&mut self, members: &Map<String, Value>) {
        let mut parts = [None, None, None];
        for (name, value) in members {
            match member(name) {
                Some(Member::Name) => self.read_name(value),
                Some(Member::NamePart(place)) => parts[place] = parts[place].or_else(|| value.as_str()),
                Some(Member::Channel(kind)) => self.read_channel(kind, value),
                None => {}
            }
        }
        self.add_name_parts(&parts);
    }

    /// Adds a name from its parts given, middle, family and suffix. Parts without both a given and a family name only complete
    /// a whole name that was read before: alone they would match many people.
    fn add_name_parts(&mut self, parts: &[Option<&str>]) {
        let is_whole =
            parts.first().is_some_and(Option::is_some) && parts.get(2).is_some_and(Option::is_some);
        let joined = parts.iter().copied().flatten().collect::<Vec<_>>().join(" ");
        match self.0.iter_mut().find(|(kind, _)| *kind == ValueKind::Name) {
            Some((_, whole)) if !is_whole => {
                if !whole.to_lowercase().contains(&joined.to_lowercase()) {
                    *whole = format!("{whole} {joined}");
                }
            }
            _ => self.add(ValueKind::Name, &joined),
        }
    }

    fn read_name(&mut self, value: &Value) {
        match value {
            Value::String(text) if !self.is_full() => self.add(ValueKind::Name, text),
            Value::Object(members) => self.read_object(members),
            _ => {}
        }
    }

    /// Reads addresses or numbers: a single value, an array, or objects with one value each.
    fn read_channel(&mut self, kind: ValueKind, value: &Value) {
        match value {
            Value::String(_) | Value::Number(_) if !self.is_full() => {
                let text = scalar_text(value).unwrap_or_default();
                if kind != ValueKind::EmailAddress || text.contains('@') {
                    self.add(kind, &text);
                }
            }
            Value::Array(entries) => {
                for entry in entries.iter().take(VALUE_LIMIT) {
                    self.read_channel(kind, entry);
                }
            }
            Value::Object(members) => {
                let is_value = |name: &str| {
                    let name = name.to_ascii_lowercase();
                    matches!(name.as_str(), "value" | "number" | "address")
                        || member(&name) == Some(Member::Channel(kind))
                };
                for (_, value) in members.iter().filter(|(name, value)| is_value(name) && !value.is_array()) {
                    self.read_channel(kind, value);
                }
            }
            Value::Null | Value::Bool(_) | Value::String(_) | Value::Number(_) => {}
        }
    }
}

impl Comparison {
    /// Combines the comparisons of two kinds of values. One that agrees is enough.
    fn or_else(self, other: impl FnOnce() -> Self) -> Self {
        match self {
            Self::Agrees => Self::Agrees,
            Self::NothingComparable => other(),
            Self::Differs => match other() {
                Self::Agrees => Self::Agrees,
                Self::Differs | Self::NothingComparable => Self::Differs,
            },
        }
    }
}

fn compare_all<T>(sent: &[T], returned: &[T], is_same: impl Fn(&T, &T) -> bool) -> Comparison {
    if sent.is_empty() || returned.is_empty() {
        Comparison::NothingComparable
    } else if sent.iter().any(|sent| returned.iter().any(|returned| is_same(sent, returned))) {
        Comparison::Agrees
    } else {
        Comparison::Differs
    }
}

/// Returns whether the address is complete, not masked.
fn is_unmasked_address(text: &str) -> bool {
    let name = text.split('@').next().unwrap_or_default().trim().to_lowercase();
    let name = name.trim_matches(|it: char| !it.is_alphanumeric());
    text.contains('@') && !is_masked(text) && !text.contains('…') && !HIDDEN.contains(&name)
}

/// Returns whether the number is complete, not masked.
fn is_unmasked_number(text: &str) -> bool {
    !is_masked(text) && !text.to_ascii_lowercase().contains("xx")
}

fn is_masked(text: &str) -> bool {
    text.contains(['*', '•', '●'])
}

impl fmt::Debug for IdentifyingValues {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("IdentifyingValues").field("values", &self.0.len()).finish()
    }
}
