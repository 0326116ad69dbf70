//! The hashed marks by which contacts of a list and of a journal are matched with each other.

use unicontact_providers::UnifiedContact;
use unicontact_providers::contact::Organization;
use unicontact_providers::identity::Traits;

use crate::identity::{IdentifyBy, Identity, IdentityKey};

/// The marks of one contact.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Marks {
    /// Hashes of which one that is equal is enough.
    pub(crate) decisive: Vec<u64>,
    /// Hashes of the name with each number, which do not count where both contacts have addresses.
    pub(crate) by_number: Vec<u64>,
    pub(crate) has_emails: bool,
    /// The hash of the name of a contact that has neither an address nor a number.
    pub(crate) name_alone: Option<u64>,
}

impl Marks {
    /// Returns the marks of a contact that was sent.
    pub(crate) fn from_contact(contact: &UnifiedContact, method: IdentifyBy, key: &IdentityKey) -> Self {
        let mut marks = Self::default();
        marks.add(contact, method, key);
        marks
    }

    /// Returns the marks of a contact in a vendor's list, whose name may be a person's or an organization's.
    pub(crate) fn from_listed(contact: &UnifiedContact, method: IdentifyBy, key: &IdentityKey) -> Self {
        let mut marks = Self::default();
        for form in forms(contact) {
            marks.add(&form, method, key);
        }
        marks
    }

    /// Returns whether the contact can be told apart from others by more than its name.
    pub(crate) fn is_recognizable(&self) -> bool {
        !self.decisive.is_empty() || !self.by_number.is_empty()
    }

    fn add(&mut self, contact: &UnifiedContact, method: IdentifyBy, key: &IdentityKey) {
        // Neither an id of the user's own nor all of a content is at a vendor.
        let method = match method {
            IdentifyBy::Id | IdentifyBy::Content => IdentifyBy::Identity,
            method => method,
        };
        let contact = UnifiedContact { external_id: None, ..contact.clone() };
        let Some(identity) = Identity::new(&contact, method, key) else { return };
        let traits = &identity.traits;
        self.has_emails |= !traits.emails.is_empty();
        if traits.emails.is_empty() && traits.numbers.is_empty() {
            self.name_alone = self.name_alone.or(traits.names.first().copied());
        }
        self.decisive.extend(&identity.decisive);
        self.by_number.extend(&identity.by_number);
    }
}

/// Returns a contact of a vendor's list as a person, and as an organization where its name is read differently then.
pub(crate) fn forms(contact: &UnifiedContact) -> Vec<UnifiedContact> {
    let name = contact.display_name();
    let organization = UnifiedContact {
        name: None,
        organization: Some(Organization { name, department: None }),
        ..contact.clone()
    };
    let name_of = |contact: &UnifiedContact| Traits::from_contact(contact).name().to_owned();
    let is_other = name_of(contact) != name_of(&organization);
    let mut forms = vec![contact.clone()];
    forms.extend(is_other.then_some(organization));
    forms
}
