//! The result of a create.

use serde_json::Value;

use crate::field_fate::{Fate, FieldFate, PLACES_SEPARATOR};
use unicontact_model::ContactId;
use unicontact_model::comparison::IdentifyingValues;

/// A contact that the vendor holds now. It always has the id that the vendor returned.
///
/// The identifying values of the vendor's answer are compared with the contact that was sent, so that the answer to another
/// request is noticed.
///
/// ```
/// use unicontact_providers::comparison::Comparison;
/// use unicontact_providers::comparison::IdentifyingValues;
/// use unicontact_providers::{ContactId, Created};
///
/// let id = ContactId::new("p-1").unwrap();
/// let created = Created::new(id).with_name("Ada King").with_email_address("ada@example.com");
/// let sent = IdentifyingValues::default().with_name("Ann One");
/// assert_eq!(sent.compare_any_value(&created.returned), Comparison::Differs);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Created {
    /// The vendor's id of the contact.
    pub id: ContactId,
    /// Whether the answer proves that the contact existed before. `false` if it proves neither.
    pub existing: bool,
    /// The identifying values of the contact in the answer. Empty if the answer holds only the id.
    pub returned: IdentifyingValues,
    /// The fields that the vendor did not take, although it created the contact.
    pub ignored: Vec<IgnoredField>,
}

/// A field of the vendor that it did not take, although it created the contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IgnoredField {
    /// Its name, or its path in the body.
    pub name: String,
    /// The vendor's words about it, redacted.
    pub words: String,
}

impl Created {
    /// Returns a created contact of which the answer holds only the id.
    pub fn new(id: ContactId) -> Self {
        Self { id, existing: false, returned: IdentifyingValues::default(), ignored: Vec::new() }
    }

    /// Sets whether the answer proves that the contact existed before.
    #[must_use]
    pub fn with_existing(mut self, existing: bool) -> Self {
        self.existing = existing;
        self
    }

    /// Adds the identifying values of the contact that the vendor returned as JSON, read under common member names.
    #[must_use]
    pub fn with_returned(mut self, contact: &Value) -> Self {
        self.returned = self.returned.merge(IdentifyingValues::from_json(contact));
        self
    }

    /// Changes the fates of the fields that the vendor did not take to [`Fate::Dropped`]. A field that was sent to several places
    /// keeps those that the vendor took; what was divided among them is [`Fate::Truncated`].
    pub fn drop_ignored(&self, fates: &mut [FieldFate]) {
        if self.ignored.is_empty() {
            return;
        }
        for fate in fates {
            if matches!(fate.fate, Fate::Dropped | Fate::Kept | Fate::Overridden) {
                continue;
            }
            let ignored_at = |place: &str| self.ignored.iter().find(|ignored| ignored.names(place));
            let (mut taken, mut not_taken) = (Vec::new(), None);
            for place in fate.places() {
                match ignored_at(place) {
                    None => taken.push(place),
                    Some(ignored) => not_taken = not_taken.or(Some((place, ignored))),
                }
            }
            let Some((place, ignored)) = not_taken else { continue };
            if taken.is_empty() {
                let detail = format!("the vendor did not take it: {}", ignored.words);
                *fate = FieldFate::new(fate.field.clone(), Fate::Dropped).with_detail(detail);
                continue;
            }
            let detail = format!("the vendor did not take {place}: {}", ignored.words);
            let taken = taken.join(PLACES_SEPARATOR);
            if fate.fate != Fate::Sent {
                fate.fate = Fate::Truncated;
            }
            (fate.to, fate.detail) = (Some(taken.into()), Some(detail.into()));
        }
    }

    /// Adds the name that the vendor returned, where [`with_returned`](Self::with_returned) does not know its member.
    #[must_use]
    pub fn with_name(mut self, name: &str) -> Self {
        self.returned = self.returned.with_name(name);
        self
    }

    /// Adds an e-mail address that the vendor returned.
    #[must_use]
    pub fn with_email_address(mut self, address: &str) -> Self {
        self.returned = self.returned.with_email_address(address);
        self
    }

    /// Adds a telephone number that the vendor returned.
    #[must_use]
    pub fn with_phone_number(mut self, number: &str) -> Self {
        self.returned = self.returned.with_phone_number(number);
        self
    }
}

impl IgnoredField {
    /// Returns whether a field of the draft is meant: by its path, by its last member, or by a member that holds it.
    fn names(&self, to: &str) -> bool {
        // A path has names with dots in quotation marks.
        let (name, to) = (self.name.as_str(), to.replace('"', ""));
        let is_end =
            |longer: &str, end: &str| longer.strip_suffix(end).is_some_and(|rest| rest.ends_with('.'));
        let holds = to.strip_prefix(name).is_some_and(|rest| rest.starts_with(['.', '[']));
        to == name || is_end(&to, name) || is_end(name, &to) || holds
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_that_the_vendor_did_not_take_is_named() {
        let ignored = IgnoredField { name: "last_name".to_owned(), words: "last_name not taken".to_owned() };
        let created = Created { ignored: vec![ignored], ..Created::new(ContactId::new("7").unwrap()) };
        let told = |fate: Fate, to: &'static str| {
            let mut fates = [FieldFate::new("name", fate).with_to(to)];
            created.drop_ignored(&mut fates);
            let [fate] = fates;
            format!(
                "{} {}: {}",
                fate.fate.as_str(),
                fate.to.as_deref().unwrap_or("-"),
                fate.detail.as_deref().unwrap_or("-")
            )
        };
        let part = "first_name: the vendor did not take last_name: last_name not taken";
        assert_eq!(told(Fate::Reformatted, "first_name, last_name"), format!("truncated {part}"));
        assert_eq!(told(Fate::Sent, "first_name, last_name"), format!("sent {part}"));
        assert_eq!(
            told(Fate::Reformatted, "last_name, x.last_name"),
            "dropped -: the vendor did not take it: last_name not taken"
        );
        assert_eq!(told(Fate::Sent, "first_name, alias"), "sent first_name, alias: -");
    }

    #[test]
    fn the_fate_of_a_field_that_the_vendor_did_not_take_is_dropped_with_its_words() {
        let ignored = |name: &str| IgnoredField { name: name.to_owned(), words: "no such field".to_owned() };
        let created = Created {
            ignored: vec![
                ignored("city"),
                ignored("name.first"),
                ignored("phones"),
                ignored("mail"),
                ignored("a.b"),
            ],
            ..Created::new(ContactId::new("7").unwrap())
        };
        let mut fates: Vec<FieldFate> = [
            ("addresses[0].city", "address.city"),
            ("name.given", "first"),
            ("phones[0].number", "phones[0].number"),
            ("emails[0].address", "email"),
            ("notes", "capacity"),
            ("custom.odd", "custom.\"a.b\""),
        ]
        .map(|(field, to)| FieldFate::new(field, Fate::Sent).with_to(to))
        .into();
        fates.push(FieldFate::new("title", Fate::Overridden).with_to("city"));
        created.drop_ignored(&mut fates);
        let dropped: Vec<&str> = fates
            .iter()
            .filter(|fate| fate.fate == Fate::Dropped)
            .map(|fate| {
                assert_eq!(
                    (fate.to.as_deref(), fate.detail.as_deref()),
                    (None, Some("the vendor did not take it: no such field"))
                );
                fate.field.as_ref()
            })
            .collect();
        assert_eq!(dropped, ["addresses[0].city", "name.given", "phones[0].number", "custom.odd"]);
    }
}
