//! The hashes by which listed contacts and the contacts of a journal are matched.

use unicontact_providers::UnifiedContact;
use unicontact_providers::contact::Organization;

use crate::identity::{IdentifyBy, Identity, IdentityHashes, IdentityKey};

/// The match keys of one contact.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct MatchKeys {
    /// Hashes of which one equal hash is enough.
    pub(crate) decisive: Vec<u64>,
    /// Hashes of the name with each number. They are ignored where both contacts have addresses.
    pub(crate) by_number: Vec<u64>,
    /// Hashes of the numbers, by which contacts with the same name and address are distinguished. Empty where the method ignores
    /// numbers.
    pub(crate) numbers: Vec<u64>,
    /// The hash of the name of a contact that has neither an address nor a number.
    pub(crate) name_alone: Option<u64>,
    /// The hashes of the name, the addresses and the numbers.
    pub(crate) traits: IdentityHashes,
}

impl MatchKeys {
    /// Returns the match keys of a contact that was sent.
    pub(crate) fn from_contact(contact: &UnifiedContact, method: IdentifyBy, key: &IdentityKey) -> Self {
        let method = method_for_vendor(method);
        let identity = Identity::new(contact, method, key);
        identity.map(|identity| Self::from_identity(&identity, method)).unwrap_or_default()
    }

    /// Returns the match keys of a contact in a vendor's list by its [`listed_identity`] of the method [`method_for_vendor`].
    pub(crate) fn from_listed(identity: Option<&Identity>, method: IdentifyBy) -> Self {
        identity.map(|identity| Self::from_identity(identity, method)).unwrap_or_default()
    }

    /// Returns whether the contact is distinguished from others by more than its name.
    pub(crate) fn is_recognizable(&self) -> bool {
        !self.decisive.is_empty() || !self.by_number.is_empty()
    }

    fn from_identity(identity: &Identity, method: IdentifyBy) -> Self {
        let traits = identity.traits.clone();
        let compares_numbers = method == IdentifyBy::Identity;
        let is_name_alone = traits.emails.is_empty() && traits.numbers.is_empty();
        Self {
            decisive: identity.decisive.clone(),
            by_number: identity.by_number.clone(),
            numbers: if compares_numbers { traits.numbers.clone() } else { Vec::new() },
            name_alone: traits.names.first().copied().filter(|_| is_name_alone),
            traits,
        }
    }
}

/// Returns the method by which contacts in a vendor's list are matched. A list has neither the user's ids nor the whole content.
pub(crate) fn method_for_vendor(method: IdentifyBy) -> IdentifyBy {
    match method {
        IdentifyBy::Id | IdentifyBy::Content => IdentifyBy::Identity,
        method => method,
    }
}

/// Returns the identity of a contact in a vendor's list. Its name may be a person's or an organization's, so the identity has the
/// hashes of both, which differ where a person's name has a title ("Dr.").
pub(crate) fn listed_identity(
    contact: &UnifiedContact,
    method: IdentifyBy,
    key: &IdentityKey,
) -> Option<Identity> {
    let mut identity = Identity::new(contact, method, key)?;
    let name = contact.display_name();
    let organization = Some(Organization { name, department: None });
    // The fields that an identity is computed from.
    let organization = UnifiedContact {
        external_id: contact.external_id.clone(),
        kind: contact.kind,
        organization,
        emails: contact.emails.clone(),
        phones: contact.phones.clone(),
        ..UnifiedContact::default()
    };
    if let Some(other) = Identity::new(&organization, method, key)
        && other.traits != identity.traits
    {
        identity.traits.add(&other.traits);
        add_new(&mut identity.decisive, &other.decisive);
        add_new(&mut identity.by_number, &other.by_number);
    }
    Some(identity)
}

/// Returns the identity of a listed contact as a person other than those with its name and address and other numbers.
pub(crate) fn namesake_identity(
    contact: &UnifiedContact,
    method: IdentifyBy,
    key: &IdentityKey,
) -> Option<Identity> {
    listed_identity(contact, method, key).map(Identity::separating)
}

fn add_new(own: &mut Vec<u64>, others: &[u64]) {
    let new: Vec<u64> = others.iter().filter(|hash| !own.contains(hash)).copied().collect();
    own.extend(new);
}
