//! The result of a create.

use serde_json::Value;

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
}

impl Created {
    /// Returns a created contact of which the answer holds only the id.
    pub fn new(id: ContactId) -> Self {
        Self { id, existing: false, returned: IdentifyingValues::default() }
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
