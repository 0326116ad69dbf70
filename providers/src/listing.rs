//! A vendor's list of contacts, each with its identifying values.

use std::collections::{BTreeMap, HashSet};
use std::fmt;

use serde_json::Value;

use crate::comparison::IdentifyingValues;
use crate::contact::{Email, EmailAddress, Name, Phone, PhoneNumber, UnifiedContact};
use unicontact_model::{ContactId, id_text, json_fingerprint};

/// A contact in a vendor's list. `Debug` shows only its id.
#[derive(Clone, PartialEq)]
pub struct ListedContact {
    id: ContactId,
    contact: UnifiedContact,
    content: String,
}

/// The contacts that a vendor returned in its list.
#[derive(Clone, Default, PartialEq)]
pub struct Listing {
    /// The contacts in the vendor's order, one per id.
    pub contacts: Vec<ListedContact>,
    /// Whether these are all contacts of the vendor. A contact that is missing in an incomplete listing may still exist.
    pub is_complete: bool,
}

impl ListedContact {
    /// Reads a vendor's JSON contact under the member names that vendors commonly use. Its id is the first of `id_members` that it
    /// has. `None` for a contact without an id.
    ///
    /// ```
    /// use serde_json::json;
    /// use unicontact_providers::ListedContact;
    ///
    /// let entry = json!({"id": 7, "name": "Ada King", "email": "ada@example.com", "mobile": "+44 20 7946 0123"});
    /// let listed = ListedContact::from_json(&entry, &["id"]).unwrap();
    /// assert_eq!(listed.id().as_str(), "7");
    /// assert_eq!(listed.name().as_deref(), Some("Ada King"));
    /// assert_eq!(listed.contact().phones.len(), 1);
    /// ```
    pub fn from_json(entry: &Value, id_members: &[&str]) -> Option<Self> {
        let members = entry.as_object()?;
        let mut ids = id_members.iter().filter_map(|member| id_text(members.get(*member)?));
        let id = ContactId::new(ids.next()?)?;
        let is_other = |(member, _): &(&String, &Value)| !id_members.contains(&member.as_str());
        let others: BTreeMap<&String, &Value> = members.iter().filter(is_other).collect();
        // A map of text keys and JSON values always serializes.
        let content = json_fingerprint(&serde_json::to_string(&others).unwrap_or_default());
        Some(Self { id, contact: to_contact(&IdentifyingValues::from_json(entry)), content })
    }

    /// Returns the vendor's id of the contact.
    pub fn id(&self) -> &ContactId {
        &self.id
    }

    /// Returns the name of the contact.
    pub fn name(&self) -> Option<String> {
        self.contact.display_name()
    }

    /// Returns a contact with the listed name, e-mail addresses and telephone numbers. It may have none of them.
    pub fn contact(&self) -> &UnifiedContact {
        &self.contact
    }

    /// Returns the fingerprint of the vendor's JSON without the id.
    pub fn content_fingerprint(&self) -> &str {
        &self.content
    }
}

impl Listing {
    /// Creates a listing from the entries of a vendor's list. An entry without an id makes it incomplete.
    pub fn from_entries<'a>(
        entries: impl IntoIterator<Item = &'a Value>,
        id_members: &[&str],
        is_complete: bool,
    ) -> Self {
        let mut builder = ListingBuilder::default();
        for entry in entries {
            builder.add(entry, id_members);
        }
        builder.finish(is_complete)
    }
}

/// Builds a [`Listing`] entry by entry, without keeping the entries in memory.
#[derive(Default)]
pub(crate) struct ListingBuilder {
    contacts: Vec<ListedContact>,
    ids: HashSet<ContactId>,
    has_unreadable: bool,
}

impl ListingBuilder {
    pub(crate) fn add(&mut self, entry: &Value, id_members: &[&str]) {
        match ListedContact::from_json(entry, id_members) {
            Some(contact) if self.ids.insert(contact.id.clone()) => self.contacts.push(contact),
            Some(_) => {}
            None => self.has_unreadable = true,
        }
    }

    pub(crate) fn finish(self, is_complete: bool) -> Listing {
        Listing { contacts: self.contacts, is_complete: is_complete && !self.has_unreadable }
    }
}

fn to_contact(values: &IdentifyingValues) -> UnifiedContact {
    let name =
        values.whole_names().next().map(|name| Name { full: Some(name.to_owned()), ..Name::default() });
    let email = |text: &str| {
        let address: EmailAddress = text.parse().ok()?;
        Some(Email { address, kind: None, label: None, primary: false })
    };
    let phone = |text: &str| {
        let number: PhoneNumber = text.parse().ok()?;
        let extension = number.extension().map(str::to_owned);
        Some(Phone { number, kind: None, label: None, primary: false, extension })
    };
    UnifiedContact {
        name,
        emails: values.addresses().filter_map(email).collect(),
        phones: values.numbers().filter_map(phone).collect(),
        ..UnifiedContact::default()
    }
}

impl fmt::Debug for ListedContact {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ListedContact").field("id", &self.id).finish_non_exhaustive()
    }
}

impl fmt::Debug for Listing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = formatter.debug_struct("Listing");
        debug.field("contacts", &self.contacts.len()).field("is_complete", &self.is_complete).finish()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::identity::Traits;

    fn listed(entry: &Value) -> ListedContact {
        ListedContact::from_json(entry, &["id", "contact_id"]).unwrap()
    }

    #[test]
    fn a_listed_contact_is_recognized_as_the_one_that_was_sent() {
        let sent = json!({"name": {"given": "Ada", "family": "King"}, "emails": ["Ada@Example.com"],
            "phones": ["020 7946 0123"]});
        let sent = Traits::from_contact(&UnifiedContact::from_json(sent).unwrap());
        for entry in [
            json!({"id": 7, "name": "KING, Ada", "email": "ada@example.com", "phone": "+442079460123"}),
            json!({"contact_id": "7", "fullName": "Ada  King", "emails": [{"email": "ADA@example.com"}],
                "contact_phones": [{"number": "+44 20 7946-0123"}]}),
            json!({"id": 7, "firstName": "Ada", "lastName": "King", "Email": "ada@example.com", "Mobile": "02079460123"}),
        ] {
            let listed = listed(&entry);
            assert_eq!(listed.id().as_str(), "7");
            assert_eq!(Traits::from_contact(listed.contact()), sent, "{entry}");
        }
    }

    #[test]
    fn empty_and_invalid_values_are_left_out() {
        let listed =
            listed(&json!({"id": "x", "name": " ", "email": "hidden", "phone": "n/a", "mobile": null}));
        assert_eq!(listed.contact(), &UnifiedContact::default());
    }

    #[test]
    fn an_entry_without_an_id_makes_the_listing_incomplete() {
        let of = |entries: &[Value], is_complete| Listing::from_entries(entries, &["id"], is_complete);
        let good = json!({"id": 1, "name": "Ada"});
        assert!(of(std::slice::from_ref(&good), true).is_complete);
        assert!(!of(std::slice::from_ref(&good), false).is_complete);
        for unreadable in
            [json!({"name": "Bo"}), json!("Bo"), json!(null), json!({"id": null}), json!({"id": " "})]
        {
            let listing = of(&[good.clone(), unreadable.clone()], true);
            assert_eq!((listing.contacts.len(), listing.is_complete), (1, false), "{unreadable}");
        }
    }

    #[test]
    fn entries_with_the_same_id_are_one_contact() {
        let entries = [json!({"id": 1, "name": "Ada"}), json!({"id": "1", "name": "Ada"}), json!({"id": 2})];
        let listing = Listing::from_entries(&entries, &["id"], true);
        assert_eq!((listing.contacts.len(), listing.is_complete), (2, true));
    }

    #[test]
    fn the_content_fingerprint_ignores_the_id() {
        let content = |entry| listed(&entry).content_fingerprint().to_owned();
        let ada = content(json!({"id": 1, "name": "Ada", "type": {"id": 1}}));
        assert_eq!(ada, content(json!({"id": 2, "name": "Ada", "type": {"id": 1}})));
        assert_ne!(ada, content(json!({"id": 1, "name": "Ada", "type": {"id": 2}})));
    }

    #[test]
    fn debug_shows_no_contact_data() {
        let listing =
            Listing::from_entries(&[json!({"id": 1, "name": "Ada", "email": "a@x.example"})], &["id"], true);
        let shown = format!("{listing:?} {:?}", listing.contacts);
        assert!(!shown.contains("Ada") && !shown.contains("x.example"), "{shown}");
    }
}
